/** The log of the API: which one it is, and what of an error may stand in it. */

import { pino, stdTimeFunctions, type Logger } from "pino";

export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Causes of causes are told up to here. */
const MAX_CAUSES = 5;

/** Writes JSON lines to standard error: standard output is a command's answer. */
export function createLogger(level: LogLevel): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, pino.destination(2));
}

/** An error without the properties that libraries hang on it, such as the body that could not be parsed. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return `threw a value of type ${typeof error}`;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (error.cause === undefined || depth === MAX_CAUSES) return own;
  return `${own}\n  caused by ${describeError(error.cause, depth + 1)}`;
}
