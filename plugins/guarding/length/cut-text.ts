/** Cuts a long text into parts that can be counted one by one: whoever counts may stop early. */

/** How far back from the end of a part a better place is looked for. */
const LOOK_BACK = 1_000;

/**
 * Parts of `length` characters at most, that together are the text.
 *
 * @param canCut - Whether nothing that is counted reaches over this place. Where it finds none, the cut is anywhere
 * between two characters.
 */
export function* cutText(
  text: string,
  length: number,
  canCut: (text: string, at: number) => boolean,
): Generator<string> {
  let from = 0;
  while (text.length - from > length) {
    const until = placeBefore(text, from + length, canCut);
    yield text.slice(from, until);
    from = until;
  }
  yield text.slice(from);
}

function placeBefore(
  text: string,
  end: number,
  canCut: (text: string, at: number) => boolean,
): number {
  for (let at = end; at > end - LOOK_BACK; at -= 1) if (canCut(text, at)) return at;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
}

/** Adds up what `count` gives for the parts, until it is more than `most`. */
export function sumUntil(
  parts: Iterable<string>,
  most: number,
  count: (part: string, left: number) => number,
): number {
  let sum = 0;
  for (const part of parts) {
    sum += count(part, most - sum);
    if (sum > most) return sum;
  }
  return sum;
}
