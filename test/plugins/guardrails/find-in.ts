/** Asks a guardrail, and makes what looks like secrets out of parts, so that none stands in a file. */

import type { CheckGuardrail, Finding, GuardContent } from "../../../plugins/contract.ts";
import { inputContent } from "../../../testing/index.ts";

/** What the guardrail finds, with what its findings point at. */
export async function findIn(
  guardrail: CheckGuardrail,
  content: string | GuardContent,
  conversation?: GuardContent,
): Promise<readonly (Finding & { readonly shown: string })[]> {
  const read = typeof content === "string" ? inputContent(content) : content;
  const findings = await guardrail.check(read, {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
    ...(conversation !== undefined && { conversation }),
  });
  return findings.map((finding) => ({
    ...finding,
    shown: read.text.slice(finding.start, finding.end),
  }));
}

/** Characters that look random and are the same each time. */
export function randomLetters(
  length: number,
  alphabet = "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vWxYz",
): string {
  return Array.from(
    { length },
    (_, at) => alphabet[(at * at * 7 + at * 11 + 3) % alphabet.length],
  ).join("");
}
