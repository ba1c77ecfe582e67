/** What Temporal's SDK, workflows and activities have to say goes into our log, without what it may hold of the user's. */

import type {
  LogLevel as TemporalLevel,
  LogMetadata,
  Logger as TemporalLogger,
} from "@temporalio/common";
import type { Logger } from "pino";
import { createLogger, describeError, LOG_LEVELS } from "./logger.ts";

/** Anything else may be anything. */
const TOLD = [
  "namespace",
  "taskQueue",
  "workflowId",
  "runId",
  "workflowType",
  "activityId",
  "activityType",
  "attempt",
  "isLocal",
  "durationMs",
  "sdkComponent",
  "reason",
  "trace_id",
  "span_id",
] as const;

const METHODS = {
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
} as const satisfies Record<TemporalLevel, keyof Logger>;

/** For `Runtime.install`. The level is that of `SIGNALBOX_LOG_LEVEL`, `warn` by default: a worker at work is no news. */
export function temporalLogger(
  env: NodeJS.ProcessEnv = process.env,
  logger = createLogger(readLevel(env)),
): TemporalLogger {
  const log = (level: TemporalLevel, message: string, meta: LogMetadata = {}): void => {
    const method = METHODS[level];
    // Of each activity the SDK has several lines to write that nobody reads.
    if (logger.isLevelEnabled(method)) logger[method](fieldsOf(meta), message);
  };
  return {
    log,
    trace: (message, meta) => log("TRACE", message, meta),
    debug: (message, meta) => log("DEBUG", message, meta),
    info: (message, meta) => log("INFO", message, meta),
    warn: (message, meta) => log("WARN", message, meta),
    error: (message, meta) => log("ERROR", message, meta),
  };
}

/** The API says what is wrong with one that is none. */
function readLevel(env: NodeJS.ProcessEnv): (typeof LOG_LEVELS)[number] {
  return LOG_LEVELS.find((level) => level === env["SIGNALBOX_LOG_LEVEL"]?.trim()) ?? "warn";
}

function fieldsOf(meta: LogMetadata): object {
  const told = TOLD.flatMap((name) => {
    const value: unknown = meta[name];
    return ["string", "number", "boolean"].includes(typeof value) ? [[name, value] as const] : [];
  });
  const error: unknown = meta["error"];
  return {
    ...Object.fromEntries(told),
    ...(error !== undefined && { error: tellError(error, meta["activityType"]) }),
  };
}

/** The messages of our own activities hold no prompt, reply or key. Those of tools, which are the user's, may. */
function tellError(error: unknown, activityType: unknown): string {
  const isTool = typeof activityType === "string" && !activityType.startsWith("signalbox.");
  if (!isTool) return describeError(error);
  return error instanceof Error ? error.name : `threw a value of type ${typeof error}`;
}
