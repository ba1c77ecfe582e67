/** `approval`: asks a person, for as long as it takes or until the deadline. */

import type { ApprovalDefinition } from "../../graph/definition.ts";
import { runBooleanCallback, runJsonCallback } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export async function runApproval(
  { decision, show, deadline, condition }: ApprovalDefinition,
  context: StepContext,
): Promise<unknown> {
  const { path, view, host } = context;
  if (condition) {
    const asks = await runBooleanCallback(condition.when, view, placeOf(context, "when"));
    if (!asks) return condition.otherwise;
  }
  const received = await host.receive(
    {
      kind: "approval",
      step: path,
      schema: decision,
      show: await runJsonCallback(show, view, placeOf(context, "show")),
      timeoutMs: deadline?.timeoutMs,
    },
    { id: path, summary: `${path} · waiting for a decision` },
  );
  return received ? received.value : deadline?.onTimeout;
}
