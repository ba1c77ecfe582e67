/** Cuts a text into pieces that a moderation API takes. */

/** Of 4 bytes at most each: OpenAI takes 32,768 tokens, and looks closer at shorter texts. */
const LONGEST = 6_000;
/** What the cut goes through stands whole in one of the two pieces, if it is no longer than this. */
const OVERLAP = 200;

/** With the flag, pairs are no surrogates. */
const LONE = /\p{Surrogate}/gu;

/** Nothing for a text without a word. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += LONGEST - OVERLAP) {
    // Half of a pair at the edge is nothing that an API takes.
    const piece = text
      .slice(from, from + LONGEST)
      .replaceAll(LONE, "\ufffd")
      .trim();
    if (piece !== "") pieces.push(piece);
    if (from + LONGEST >= text.length) break;
  }
  return pieces;
}
