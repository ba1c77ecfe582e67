/** `approval`: asks a person, for as long as it takes or until the deadline. */

import type { ApprovalDefinition } from "../../graph/definition.ts";
import { nameWait } from "../../graph/timer-words.ts";
import { runBooleanCallback, runJsonCallback } from "../callback.ts";
import { receive } from "../receive.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export async function runApproval(
  { decision, show, deadline, remindEveryMs, condition }: ApprovalDefinition,
  context: StepContext,
): Promise<unknown> {
  const { path, view } = context;
  if (condition) {
    const asks = await runBooleanCallback(condition.when, view, placeOf(context, "when"));
    if (!asks) return condition.otherwise;
  }
  const wanted = {
    kind: "approval",
    step: path,
    schema: decision,
    show: await runJsonCallback(show, view, placeOf(context, "show")),
    timeoutMs: deadline?.timeoutMs,
    remindEveryMs,
  } as const;
  const received = await receive(wanted, context, nameWait(path, "approval"), deadline?.onTimeout);
  return received ? received.value : deadline?.onTimeout;
}
