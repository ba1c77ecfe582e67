/** Runs a guardrail over a text, as the engine would. */

import type { CheckGuardrail, Finding, GuardContent } from "../../../plugins/contract.ts";
import { inputContent } from "../../../testing/guard-content.ts";

/** What it finds in a message of a user, or in a content. */
export async function look(
  guardrail: CheckGuardrail,
  content: string | GuardContent,
): Promise<readonly Finding[]> {
  return guardrail.check(typeof content === "string" ? inputContent(content) : content, {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
  });
}
