/** Makes two ways to write the same words the same: for comparing quotes with what they quote. */

/** Letters and digits in lower case, with one space between words, and one at either end. */
export function foldWords(text: string): string {
  const words = text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    // An apostrophe or a hyphen, or none, is a matter of typesetting.
    .replaceAll(/['’ʼ‐‑\u00ad-]/g, "")
    .match(/[\p{L}\p{N}]+/gu);
  return words === null ? " " : ` ${words.join(" ")} `;
}
