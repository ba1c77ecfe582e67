/** Works out what stands in each text once its findings are redacted. */

import type { Finding, GuardContent } from "../../plugins/contract.ts";
import type { Placeholders } from "./placeholders.ts";

/** A finding that says where it is. */
export type Span = Required<Pick<Finding, "kind" | "start" | "end">>;

/** The texts that change, by the index of their part. */
export type NewTexts = ReadonlyMap<number, string>;

export function isSpan(finding: Finding): finding is Finding & Span {
  return finding.start !== undefined && finding.end !== undefined;
}

/** What is found over several texts is redacted in each of them: every piece has a placeholder of its own. */
export function redact(
  { text, parts }: GuardContent,
  spans: readonly Span[],
  placeholders: Placeholders,
  isRestored: boolean,
): NewTexts {
  const merged = mergeSpans(spans);
  const texts = new Map<number, string>();
  let first = 0;
  for (const [index, { start, end }] of parts.entries()) {
    while ((merged[first]?.end ?? Infinity) <= start) first += 1;
    let put = "";
    let done = start;
    for (let at = first; (merged[at]?.start ?? Infinity) < end; at++) {
      const span = merged[at];
      if (span === undefined) break;
      const from = Math.max(span.start, start);
      const to = Math.min(span.end, end);
      put += text.slice(done, from);
      put += placeholders.put(span.kind, text.slice(from, to), isRestored);
      done = to;
    }
    if (done > start) texts.set(index, put + text.slice(done, end));
  }
  return texts;
}

/** In order, without overlaps: what overlaps becomes one, of the kind of the longer. */
function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const longer = span.end - span.start > last.end - last.start ? span : last;
    const end = Math.max(last.end, span.end);
    merged[merged.length - 1] = { kind: longer.kind, start: last.start, end };
  }
  return merged;
}
