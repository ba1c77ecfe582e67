/** What the memo of an execution says that goes on with a run, so that whoever reads the run finds those before it. */

export const CONTINUED_MEMO = "SignalboxContinued";

export interface ContinuedMemo {
  /** Which execution of the run it is: 2 for the first that goes on. */
  readonly execution: number;
  /** When the first one began. ISO 8601. */
  readonly startedAt: string;
}

/** Reads a memo; `undefined`: the execution is the first of its run, or none of ours. */
export function readContinuedMemo(value: unknown): ContinuedMemo | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { execution, startedAt }: { execution?: unknown; startedAt?: unknown } = value;
  const isOurs = typeof execution === "number" && typeof startedAt === "string";
  return isOurs ? { execution, startedAt } : undefined;
}
