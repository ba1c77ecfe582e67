/** Looks places up in a list of spans without comparing all of them: a text made to be slow has a hundred thousand. */

import { lastAtMost } from "../last-at-most.ts";

/** @param spans - In the order of the text, without overlaps. */
export function placesOf<Span extends { readonly start: number; readonly end: number }>(
  spans: readonly Span[],
): (at: number) => Span | undefined {
  const starts = spans.map(({ start }) => start);
  return (at) => {
    const index = lastAtMost(starts, at);
    // A place before the first of a list is slow to ask for.
    const span = index < 0 ? undefined : spans[index];
    return span !== undefined && at < span.end ? span : undefined;
  };
}
