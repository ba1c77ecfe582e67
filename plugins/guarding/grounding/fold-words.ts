/** Makes two ways to write the same words the same: for comparing quotes with what they quote. */

import { isPlain } from "../plain.ts";

/** Letters and digits in lower case, with one space between words, and one at either end. */
export function foldWords(text: string): string {
  const isAscii = isPlain(text);
  const letters = isAscii ? text : text.normalize("NFKD").replaceAll(/\p{M}+/gu, "");
  const words = letters
    .toLowerCase()
    // An apostrophe or a hyphen, or none, is a matter of typesetting.
    .replaceAll(/['’ʼ‐‑\u00ad-]/g, "")
    .match(isAscii ? /[a-z0-9]+/g : /[\p{L}\p{N}]+/gu);
  return words === null ? " " : ` ${words.join(" ")} `;
}
