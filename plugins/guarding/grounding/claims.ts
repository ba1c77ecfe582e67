/** Takes a reply apart into sentences with what they cite. A citation behind the full stop belongs to the sentence before. */

import { sentencesOf } from "../length/count-sentences.ts";
import type { Citation } from "./citations.ts";

export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly citations: readonly Citation[];
  /** Which paragraph it is in. */
  readonly paragraph: number;
}

/** @param prose - without code. */
export function claimsOf(prose: string, citations: readonly Citation[]): readonly Claim[] {
  const claims: Claim[] = [];
  let next = 0;
  let paragraph = 0;
  let lineStart = 0;
  for (const line of prose.split("\n")) {
    if (line.trim() === "") paragraph += 1;
    for (const { start, end } of sentencesOf(line)) {
      const [from, until] = [lineStart + start, lineStart + end];
      const own: Citation[] = [];
      for (; (citations[next]?.start ?? Infinity) < until; next += 1) {
        const citation = citations[next];
        if (citation) own.push(citation);
      }
      const last = claims.at(-1);
      const first = own[0];
      const isBehind =
        last?.paragraph === paragraph &&
        last.end === from &&
        first !== undefined &&
        isAtStart(prose, from, first);
      if (isBehind && last !== undefined) {
        const leading = leadingOf(prose, from, own);
        claims[claims.length - 1] = { ...last, citations: [...last.citations, ...leading] };
      }
      claims.push({ start: from, end: until, citations: own, paragraph });
    }
    lineStart += line.length + 1;
  }
  return claims;
}

function isAtStart(prose: string, from: number, { start }: Citation): boolean {
  return start - from < 16 && prose.slice(from, start).trim() === "";
}

function leadingOf(prose: string, from: number, own: readonly Citation[]): readonly Citation[] {
  let at = from;
  const leading: Citation[] = [];
  for (const citation of own) {
    if (prose.slice(at, citation.start).trim() !== "") break;
    leading.push(citation);
    at = citation.end;
  }
  return leading;
}
