/** The log: JSON, a line an event, on standard error. Which one it is, and what of an error may stand in it. */

import { isSpanContextValid, trace } from "@opentelemetry/api";
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from "pino";

export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Causes of causes are told up to here. */
const MAX_CAUSES = 5;

/** Standard output is a command's answer: lines go to standard error. */
export function createLogger(
  level: LogLevel,
  destination: DestinationStream = pino.destination(2),
): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: placeInTrace,
  };
  return pino(options, destination);
}

/** By the names that OpenTelemetry gives them in logs. Empty outside of spans. */
function placeInTrace(): object {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return {};
  return { trace_id: span.traceId, span_id: span.spanId };
}

/** An error without the properties that libraries hang on it, such as the body that could not be parsed. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return `threw a value of type ${typeof error}`;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (error.cause === undefined || depth === MAX_CAUSES) return own;
  return `${own}\n  caused by ${describeError(error.cause, depth + 1)}`;
}
