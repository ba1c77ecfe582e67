/** What every journal can be told. */

import { PluginError } from "../contract.ts";

export interface KeepOptions {
  /** Days after which a reply is removed: longer than a run may wait for a worker. Default: 7. */
  readonly keepDays?: number;
}

/** What journals that other machines keep can be told. */
export interface RemoteJournalOptions extends KeepOptions {
  /** After so long a call goes on without its reply being kept. Default: 2,000. */
  readonly timeoutMs?: number;
  /**
   * After so long it is given up to find what a lost worker was answered, and the call counts as one that may be billed twice.
   * Default: 15,000, in which what was started anew is back.
   */
  readonly readTimeoutMs?: number;
  /** Told once when the journal is away, not with every call; and of settings by which it may lose replies. Default: a warning of the process. */
  readonly onProblem?: (message: string) => void;
  /** Told when it is back. Default: nobody is. */
  readonly onRecovery?: () => void;
}

export const DEFAULT_KEEP_DAYS = 7;
export const DAY_MS = 86_400_000;
export const DEFAULT_TIMEOUT_MS = 2_000;
export const DEFAULT_READ_TIMEOUT_MS = 15_000;

/** A worker gives a journal up after 30 s itself. */
const LONGEST_TIMEOUT_MS = 25_000;
const MOST_DAYS = 3_650;

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function checkKeepDays({ keepDays = DEFAULT_KEEP_DAYS }: KeepOptions): void {
  if (typeof keepDays === "number" && keepDays > 0 && keepDays <= MOST_DAYS) return;
  throw invalidOption(`The option "keepDays" is a number of days above 0, ${MOST_DAYS} at most.`);
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function checkRemoteOptions(options: RemoteJournalOptions): void {
  checkKeepDays(options);
  for (const name of ["timeoutMs", "readTimeoutMs"] as const) {
    const { [name]: value = 1 } = options;
    if (typeof value === "number" && value >= 1 && value <= LONGEST_TIMEOUT_MS) continue;
    throw invalidOption(
      `The option "${name}" is a number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS}.`,
    );
  }
}

export function invalidOption(message: string): PluginError {
  return new PluginError("PLUGIN_INVALID_OPTIONS", message);
}

export function warnOfJournal(message: string): void {
  process.emitWarning(message, { code: "SIGNALBOX_JOURNAL" });
}
