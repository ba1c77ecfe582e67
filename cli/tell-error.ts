/** The one form in which the command line tells an error. */

import { isNativeError } from "node:util/types";
import { CommanderError } from "commander";
import { EXIT, type Terminal } from "./terminal.ts";

/**
 * Errors with a code of ours: their message is written for people and needs no stack. By name, since a configuration may
 * have its own copy of this package.
 */
const OURS: ReadonlySet<string> = new Set([
  "AuditError",
  "CliError",
  "ClientError",
  "ConfigError",
  "DrawingError",
  "GraphError",
  "GraphFormatError",
  "PayloadError",
  "PluginError",
  "RelayedError",
  "ReplayInputError",
  "SetupError",
  "SinkError",
]);

/** Tells an error and gives the exit code for it. */
export function tellError(error: unknown, { tell }: Pick<Terminal, "tell">): number {
  // Commander has told its own: a wrong option, or help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (isCoded(error)) {
    tell(`error ${error.code}: ${error.message}`);
    return EXIT.failed;
  }
  tell(isNativeError(error) ? (error.stack ?? error.message) : String(error));
  tell("This is not an error Signalbox expects; it may be one of its own mistakes.");
  return EXIT.failed;
}

/** Whether an error is one of ours: it has a code of docs/errors.md. */
export function isCoded(error: unknown): error is Error & { readonly code: string } {
  return (
    isNativeError(error) &&
    OURS.has(error.name) &&
    "code" in error &&
    typeof error.code === "string"
  );
}
