/** The activities of a worker, bound to its configuration. */

import { activityInfo, cancellationSignal } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { withHeartbeats } from "./activity-host.ts";
import { attempt } from "./attempt.ts";
import { callKey } from "./journal.ts";
import { attemptLocally } from "./local-attempt.ts";
import { lookAt } from "./look-at.ts";
import type { ModelAccess } from "./call-provider.ts";
import type { Activities } from "./contract.ts";
import { decideRoute } from "./route.ts";
import type { RouteAccess } from "./route-access.ts";
import { runTool, ToolSchemaError, type Tool } from "./tool.ts";

/** Tools are activities under their own names, so that the Temporal UI shows those. */
type ToolActivities = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

/** Makes the activities to register on a Temporal worker. */
export function createActivities(access: ModelAccess & RouteAccess): Activities & ToolActivities {
  const tools = Object.entries(access.tools).map(([name, tool]) => [name, activityOf(name, tool)]);
  return {
    ...Object.fromEntries(tools),
    "signalbox.route": async (request) =>
      decideRoute(request, { ...access, taskQueue: activityInfo().taskQueue }),
    "signalbox.attempt": (request) =>
      request.local ? attemptLocally(request, request.local, access) : attempt(request, access),
    "signalbox.guard": (request) => lookAt(request, access),
    "signalbox.reward": async (report) => access.live.reward(report),
  };
}

/** Makes what a worker needs that serves the queue of a provider, and nothing else. */
export function createQueueActivities(access: ModelAccess): Pick<Activities, "signalbox.attempt"> {
  return { "signalbox.attempt": (request) => attempt(request, access, { isQueued: true }) };
}

function activityOf(name: string, tool: Tool): (input: unknown) => Promise<unknown> {
  return (input) =>
    withHeartbeats(async () => {
      try {
        const idempotencyKey = callKey(1);
        return await runTool(name, tool, input, { signal: cancellationSignal(), idempotencyKey });
      } catch (error) {
        if (!(error instanceof ToolSchemaError)) throw error;
        throw ApplicationFailure.nonRetryable(error.message, error.name);
      }
    });
}
