/** `wait`: a durable timer, or an outside event. */

import type { WaitDefinition } from "../../graph/definition.ts";
import type { StepContext } from "../step-context.ts";

export async function runWait(
  { until }: WaitDefinition,
  { path, host }: StepContext,
): Promise<unknown> {
  if ("durationMs" in until) {
    await host.sleep(until.durationMs, { id: path, summary: `${path} · timer` });
    return undefined;
  }
  const { event, deadline } = until;
  const received = await host.receive(
    { kind: "event", step: path, schema: event, show: undefined, timeoutMs: deadline?.timeoutMs },
    { id: path, summary: `${path} · waiting for an event` },
  );
  return received ? received.value : deadline?.onTimeout;
}
