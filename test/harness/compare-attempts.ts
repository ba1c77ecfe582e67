/** The attempts of runs on both hosts, made ready to be compared. */

import { fetchHistories } from "../../client/read-histories.ts";
import type { Attempt } from "../../client/run.ts";
import type { HistoryEvent } from "../../client/trail/history-event.ts";
import type { TestWorker } from "./temporal.ts";

/** The attempts of a run on Temporal and of the graphs that it ran, listed as a run in process lists them. */
export async function readAllAttempts(
  { client, temporal }: Pick<TestWorker, "client" | "temporal">,
  id: string,
): Promise<readonly Attempt[]> {
  const { attempts } = await client.get(id);
  const events: HistoryEvent[] = [];
  for await (const history of fetchHistories(temporal.client, id)) {
    events.push(...(history.events ?? []));
  }
  const children = events.flatMap(
    (event) =>
      event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? [],
  );
  const ofChildren = await Promise.all(
    children.map(async (child) => {
      // A child's id is that of its parent and the path of the step.
      const path = child.slice(id.length + 1);
      const inner = await readAllAttempts({ client, temporal }, child);
      return inner.map((attempt) => ({ ...attempt, step: `${path}/${attempt.step}` }));
    }),
  );
  return [...attempts, ...ofChildren.flat()];
}

/** All that does not depend on time, as text, in an order that does not either. */
export function toComparable(attempts: readonly Attempt[]): readonly string[] {
  return attempts.map(withoutTime).toSorted();
}

/**
 * Those that have ended, as far as the other run came with the same step and model. Where something fails, time decides
 * how far the rest of a run comes.
 */
export function endedInBoth(
  attempts: readonly Attempt[],
  others: readonly Attempt[],
): readonly string[] {
  const ofOthers = groupEnded(others);
  const both = [...groupEnded(attempts)].flatMap(([call, ended]) =>
    ended.slice(0, ofOthers.get(call)?.length ?? 0),
  );
  return both.toSorted();
}

/** In order, by step and model. */
function groupEnded(attempts: readonly Attempt[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const attempt of attempts) {
    if (attempt.status === "cancelled") continue;
    const call = `${attempt.step}#${attempt.fallback}`;
    groups.set(call, [...(groups.get(call) ?? []), withoutTime(attempt)]);
  }
  return groups;
}

function withoutTime({ durationMs: _durationMs, ...attempt }: Attempt): string {
  return JSON.stringify(attempt, Object.keys(attempt).toSorted());
}
