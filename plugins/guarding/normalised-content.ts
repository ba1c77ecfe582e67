/** The plain text of a content, worked out once for all guardrails that look at it. */

import type { GuardContent } from "../guardrail-contract.ts";
import { normalise, type NormalisedText } from "./normalise.ts";

const known = new WeakMap<GuardContent, NormalisedText>();

/** See {@link normalise}. */
export function normalisedContent(content: GuardContent): NormalisedText {
  const read = known.get(content) ?? normalise(content.text);
  known.set(content, read);
  return read;
}
