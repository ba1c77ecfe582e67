/** Takes some of the texts of a content, as one text that knows where it is from. */

import type { GuardContent, GuardPart } from "../guardrail-contract.ts";
import { lastAtMost } from "./last-at-most.ts";
import { normalise, type NormalisedText } from "./normalise.ts";
import { normalisedContent } from "./normalised-content.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The texts that were asked for, joined by line breaks. */
export interface SelectedParts {
  readonly original: string;
  readonly plain: NormalisedText;
  /** The same, with its span in the content's text: where it reaches over texts that were left out, they are inside. */
  place<Found extends Span>(found: Found): Found;
}

/** The parts of `content` that are wanted. What is split over them stands together. */
export function selectParts(
  content: GuardContent,
  isWanted: (part: GuardPart) => boolean,
): SelectedParts {
  const parts = content.parts.filter(isWanted);
  if (parts.length === content.parts.length) {
    return { original: content.text, plain: normalisedContent(content), place: (found) => found };
  }
  const original = parts.map(({ start, end }) => content.text.slice(start, end)).join("\n");
  const starts: number[] = [];
  let next = 0;
  for (const { start, end } of parts) {
    starts.push(next);
    next += end - start + 1;
  }
  const originOf = (at: number): number => {
    const index = Math.max(0, lastAtMost(starts, at));
    return (parts[index]?.start ?? 0) + at - (starts[index] ?? 0);
  };
  return {
    original,
    plain: normalise(original),
    place: (found) => ({
      ...found,
      start: originOf(found.start),
      end: originOf(Math.max(found.start, found.end - 1)) + 1,
    }),
  };
}
