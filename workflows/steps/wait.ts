/** `wait`: a durable timer, or an outside event. */

import type { WaitDefinition } from "../../graph/definition.ts";
import { nameTimer, nameWait } from "../../graph/timer-words.ts";
import { receive, runDeadlinePassed } from "../receive.ts";
import type { StepContext } from "../step-context.ts";

export async function runWait({ until }: WaitDefinition, context: StepContext): Promise<unknown> {
  const { path, host, run } = context;
  if ("durationMs" in until) {
    const since = run.progress.timerOf(path, host.now());
    const leftMs = run.endsAt - since;
    const waitMs = Math.min(until.durationMs, leftMs);
    // Of one that was set before and is over by now, a timer of its own still tells that.
    const restMs = Math.max(1, since + waitMs - host.now());
    if (waitMs > 0) await host.sleep(restMs, { id: path, summary: nameTimer(path) });
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
