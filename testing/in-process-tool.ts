/** One call of a tool in process: its tries, as Temporal makes them, on a clock that jumps. */

import { ApplicationFailure } from "@temporalio/common";
import { runTool, ToolSchemaError, type Tools } from "../activities/tool.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import type { Outcome, ToolRequest } from "../workflows/host.ts";
import { FIRST_RETRY_DELAY_MS } from "./in-process-attempt.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** As Temporal's retry policy in workflows/temporal-host.ts. */
const MAXIMUM_TOOL_TRIES = 3;

export interface ToolWorld {
  readonly tools: Tools;
  readonly clock: VirtualClock;
  readonly cancellation: AbortSignal;
  readonly idempotencyKey: string;
}

/** Calls a tool, and again when it throws what another try may cure. */
export async function callTool(
  { tool: name, input, deadlineMs }: ToolRequest,
  world: ToolWorld,
): Promise<Outcome> {
  const { tools, clock, cancellation, idempotencyKey } = world;
  const tool = tools[name];
  if (tool === undefined) {
    return { ok: false, error: { code: "not_found", message: `there is no tool "${name}"` } };
  }
  for (let tries = 1; ; tries++) {
    try {
      const value = await withDeadline(deadlineMs, world, (signal) =>
        runTool(name, tool, toPlainJson(input), { signal, idempotencyKey }),
      );
      return { ok: true, value: toPlainJson(value) };
    } catch (error) {
      cancellation.throwIfAborted();
      const { name: code, message } = error instanceof Error ? error : new Error(String(error));
      if (isFinal(error) || tries >= MAXIMUM_TOOL_TRIES)
        return { ok: false, error: { code, message } };
      await clock.sleep(FIRST_RETRY_DELAY_MS * 2 ** (tries - 1), cancellation);
    }
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof ToolSchemaError) return true;
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

async function withDeadline<T>(
  deadlineMs: number,
  { clock, cancellation }: ToolWorld,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const finished = new AbortController();
  const deadline = new AbortController();
  const until = AbortSignal.any([finished.signal, cancellation]);
  const expired = clock.sleep(deadlineMs, until).then(() => {
    const error = new Error("no worker reported back (START_TO_CLOSE)");
    deadline.abort(error);
    throw error;
  });
  try {
    return await Promise.race([call(AbortSignal.any([deadline.signal, cancellation])), expired]);
  } finally {
    finished.abort();
    expired.catch(() => {});
  }
}
