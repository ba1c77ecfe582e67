/** Waits for somebody: as long as the step says, and no longer than the run may take. What comes of it goes on record. */

import type { Received, ReceiveRequest } from "./host.ts";
import { RunError } from "./run-error.ts";
import type { StepContext } from "./step-context.ts";

/** `timeoutMs`: default, as long as the run may take. */
type Wanted = Omit<ReceiveRequest, "timeoutMs" | "isOpenEnded"> & {
  readonly timeoutMs: number | undefined;
};

/** What a wait came to. */
export type Answer = Received | undefined;

/**
 * What was decided or came; `undefined` when nothing did in time.
 *
 * @param onTimeout - what stands in for it, for the record.
 * @throws {RunError} RUN_DEADLINE_PASSED when the time of the whole run is up first.
 */
export async function receive(
  wanted: Wanted,
  context: StepContext,
  summary: string,
  onTimeout?: unknown,
): Promise<Answer> {
  const { host, run } = context;
  const leftMs = run.endsAt - (run.progress.waitOf(wanted.step) ?? host.now());
  const { timeoutMs = Infinity } = wanted;
  const received =
    leftMs > 0
      ? await host.receive(
          {
            ...wanted,
            timeoutMs: Math.min(timeoutMs, leftMs),
            isOpenEnded: wanted.timeoutMs === undefined,
          },
          { id: wanted.step, summary },
        )
      : undefined;
  if (received === undefined && leftMs < timeoutMs) throw runDeadlinePassed(context);
  const { step, kind } = wanted;
  const how = received ? "received" : "timeout";
  const at = new Date(host.now()).toISOString();
  run.record.addDecision({ value: onTimeout, ...received, step, kind, how, at });
  return received;
}

/** The error for a step whose run has used up its time. */
export function runDeadlinePassed({ run, path }: StepContext): RunError {
  return new RunError(
    "RUN_DEADLINE_PASSED",
    `Step "${path}" of graph "${run.graph}" is stopped: the deadline of the run has passed. ` +
      `Give the graph a longer "deadline".`,
  );
}
