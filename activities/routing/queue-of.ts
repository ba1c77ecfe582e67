/** Names the task queues of providers. */

import type { CandidateQueue } from "../contract.ts";
import type { RouteAccess } from "../route-access.ts";

/** The queue of a provider's own beside that of the graphs, such as `"signalbox/openai"`. Kept in histories. */
export function queueName(taskQueue: string, provider: string): string {
  return `${taskQueue}/${provider}`;
}

/** Where the calls of a provider's models wait for a worker. `undefined`: in the task queue of the run. */
export function queueOf(
  provider: string,
  { queues = {}, taskQueue }: Pick<RouteAccess, "queues" | "taskQueue">,
): CandidateQueue | undefined {
  if (taskQueue === undefined || !Object.hasOwn(queues, provider)) return undefined;
  const { longestWaitMs } = queues[provider] ?? {};
  return {
    name: queueName(taskQueue, provider),
    ...(longestWaitMs !== undefined && { longestWaitMs }),
  };
}
