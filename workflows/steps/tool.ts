/** `tool`: calls a tool of the configuration. */

import type { ToolDefinition } from "../../graph/definition.ts";
import { runJsonCallback } from "../callback.ts";
import { RunError } from "../run-error.ts";
import { runDeadlinePassed } from "../receive.ts";
import { placeOf, timeLeftOf, type StepContext } from "../step-context.ts";

export async function runTool(
  { tool, input, deadlineMs }: ToolDefinition,
  context: StepContext,
): Promise<unknown> {
  const { run, path, view, host } = context;
  const request = {
    tool,
    input: await runJsonCallback(input, view, placeOf(context, "input")),
    deadlineMs,
  };
  const timeLeftMs = timeLeftOf(context);
  if (timeLeftMs <= 0) throw runDeadlinePassed(context);
  const label = { id: path, summary: `${path} · ${tool}`, timeLeftMs };
  const outcome = await host.callTool(request, label);
  if (outcome.ok) return outcome.value;
  throw new RunError(
    "RUN_TOOL_FAILED",
    `Tool "${tool}" failed in step "${path}" of graph "${run.graph}": ${outcome.error.message}`,
    { details: outcome.error },
  );
}
