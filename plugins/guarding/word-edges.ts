/** Tells where words begin and end in a folded text. */

const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]/u;
const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Whether the text has characters of a script that has no blanks between words. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/**
 * Whether a word goes on at `at`. Chinese, Japanese and Korean characters count for no word: a Latin word beside them
 * stands by itself.
 */
export function isWordAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0x80)
    return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
  if (!(unit >= 0x80)) return false;
  const character = text.charAt(at);
  return WORD.test(character) && !UNSPACED.test(character);
}
