/** What every sink that other machines keep can be told. */

import { invalidOption } from "../keeping/journal-options.ts";

export interface RemoteSinkOptions {
  /** After so many milliseconds a sink that does not answer says so; what could not be written is given again later. Default: 5,000. */
  readonly timeoutMs?: number;
}

export const DEFAULT_SINK_TIMEOUT_MS = 5_000;
const LONGEST_TIMEOUT_MS = 60_000;

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function checkSinkTimeout({ timeoutMs = DEFAULT_SINK_TIMEOUT_MS }: RemoteSinkOptions): void {
  if (typeof timeoutMs === "number" && timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS) return;
  const limits = `from 1 to ${LONGEST_TIMEOUT_MS}`;
  throw invalidOption(`The option "timeoutMs" is a number of milliseconds ${limits}.`);
}

export function warnOfSink(message: string): void {
  process.emitWarning(message, { code: "SIGNALBOX_SINK" });
}
