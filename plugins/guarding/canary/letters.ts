/** Tells letters from what stands between them, quickly: what a unit of text is, is worked out once. */

export const NO_LETTER = 1;
export const LETTER = 2;
/** Of a script without spaces: each is a word of its own. */
export const LETTER_ALONE = 3;

const ALONE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const ANY = /[\p{L}\p{N}\p{M}\p{Cs}]/u;

/** 0: not worked out yet. */
const classes = new Uint8Array(0x10000);

/** One of the three above, for a UTF-16 unit. Halves of pairs are letters. */
export function classOf(code: number): number {
  const known = classes[code] ?? 0;
  if (known !== 0) return known;
  const character = String.fromCharCode(code);
  const found = ALONE.test(character) ? LETTER_ALONE : ANY.test(character) ? LETTER : NO_LETTER;
  classes[code] = found;
  return found;
}
