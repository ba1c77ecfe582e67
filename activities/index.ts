/** The activities of a worker, bound to its configuration. */

import { cancellationSignal, heartbeat } from "@temporalio/activity";
import { ApplicationFailure } from "@temporalio/common";
import { attempt } from "./attempt.ts";
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
    "signalbox.route": async (request) => decideRoute(request, access),
    "signalbox.attempt": (request) => attempt(request, access),
    "signalbox.reward": async (report) => access.live.reward(report),
  };
}

/** As with attempts, a heartbeat tells a long call from a dead worker. */
const HEARTBEAT_MS = 1_000;

function activityOf(name: string, tool: Tool): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const beat = setInterval(heartbeat, HEARTBEAT_MS);
    try {
      return await runTool(name, tool, input, { signal: cancellationSignal() });
    } catch (error) {
      if (!(error instanceof ToolSchemaError)) throw error;
      throw ApplicationFailure.nonRetryable(error.message, error.name);
    } finally {
      clearInterval(beat);
    }
  };
}
