/** Settles which findings stay where several point at the same text: what is redacted is redacted once. */

/** A stretch of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The spans in the order of the text, without those that overlap a better one. Better: it ranks higher; of the same rank,
 * it is longer; as long as the other, it begins earlier.
 *
 * @param rankOf - How specific a finding is. Default: all the same, so the longest stays.
 */
export function withoutOverlaps<Found extends Span>(
  found: readonly Found[],
  rankOf: (found: Found) => number = () => 0,
): readonly Found[] {
  const inOrder = found.toSorted((one, other) => one.start - other.start);
  const kept: Found[] = [];
  for (let first = 0; first < inOrder.length;) {
    const last = endOfTangle(inOrder, first);
    const only = last - first === 1 ? inOrder[first] : undefined;
    // Most spans overlap no other: nothing is to be settled.
    if (only !== undefined) kept.push(only);
    else for (const span of untangled(inOrder.slice(first, last), rankOf)) kept.push(span);
    first = last;
  }
  return kept;
}

/** From the span at `first`, how many follow that overlap one before them: to before which. */
function endOfTangle(inOrder: readonly Span[], first: number): number {
  let reach = inOrder[first]?.end ?? 0;
  let at = first + 1;
  for (let span = inOrder[at]; span !== undefined && span.start < reach; span = inOrder[++at]) {
    reach = max(reach, span.end);
  }
  return at;
}

function untangled<Found extends Span>(
  found: readonly Found[],
  rankOf: (found: Found) => number,
): readonly Found[] {
  const best = found.toSorted(
    (one, other) =>
      rankOf(other) - rankOf(one) || lengthOf(other) - lengthOf(one) || one.start - other.start,
  );
  const kept = new SpansApart<Found>();
  for (const span of best) kept.add(span);
  return kept.inOrder();
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

/**
 * Spans of which no two overlap. A text made to be slow has a hundred thousand of them, so each is looked up by the
 * stretches of the text it touches, not compared with all others.
 */
class SpansApart<Found extends Span> {
  readonly #byStretch = new Map<number, Found[]>();
  readonly #kept: Found[] = [];

  add(span: Found): void {
    const first = floor(span.start / STRETCH);
    const last = floor(max(span.start, span.end - 1) / STRETCH);
    for (let stretch = first; stretch <= last; stretch++) {
      for (const kept of this.#byStretch.get(stretch) ?? []) {
        if (kept.start < span.end && span.start < kept.end) return;
      }
    }
    this.#kept.push(span);
    for (let stretch = first; stretch <= last; stretch++) {
      const there = this.#byStretch.get(stretch);
      if (there === undefined) this.#byStretch.set(stretch, [span]);
      else there.push(span);
    }
  }

  inOrder(): readonly Found[] {
    return this.#kept.toSorted((one, other) => one.start - other.start);
  }
}

/** Looked up once: where globals belong to a sandbox, each look takes longer than what is worked out. */
const { floor, max } = Math;
/** In characters. Of the order of a finding's length: few spans share a stretch, and few stretches a span. */
const STRETCH = 64;
