/** `wait`: a durable timer, or an outside event. */

import type { WaitDefinition } from "../../graph/definition.ts";
import { nameTimer, nameWait } from "../../graph/timer-words.ts";
import { receive, runDeadlinePassed } from "../receive.ts";
import { timeLeftOf, type StepContext } from "../step-context.ts";

export async function runWait({ until }: WaitDefinition, context: StepContext): Promise<unknown> {
  const { path, host } = context;
  if ("durationMs" in until) {
    const leftMs = timeLeftOf(context);
    const waitMs = Math.min(until.durationMs, leftMs);
    if (waitMs > 0) await host.sleep(waitMs, { id: path, summary: nameTimer(path) });
    if (leftMs < until.durationMs) throw runDeadlinePassed(context);
    return undefined;
  }
  const { event, deadline } = until;
  const received = await receive(
    { kind: "event", step: path, schema: event, show: undefined, timeoutMs: deadline?.timeoutMs },
    context,
    nameWait(path, "event"),
    deadline?.onTimeout,
  );
  return received ? received.value : deadline?.onTimeout;
}
