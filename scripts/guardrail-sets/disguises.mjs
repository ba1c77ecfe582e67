/** What hides a text: encodings, invisible characters, letters that look alike. */

const bytes = (text) => [...Buffer.from(text)];

export const ENCODINGS = {
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 twice": (text) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64"),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex, spaced": (text) =>
    bytes(text)
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(" "),
  "hex escapes": (text) =>
    bytes(text)
      .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
      .join(""),
  binary: (text) =>
    bytes(text)
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join(" "),
  url: (text) =>
    bytes(text)
      .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
      .join(""),
  "url twice": (text) =>
    bytes(text)
      .map((byte) => `%25${byte.toString(16).padStart(2, "0")}`)
      .join(""),
  entities: (text) => Array.from(text, (character) => `&#${character.codePointAt(0)};`).join(""),
  rot13: (text) =>
    text.replace(/[a-z]/gi, (letter) => {
      const base = letter <= "Z" ? 65 : 97;
      return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
    }),
  reversed: (text) => Array.from(text).toReversed().join(""),
};

const ALIKE = { a: "а", c: "с", e: "е", i: "і", o: "о", p: "р", s: "ѕ", x: "х", y: "у" };
const LEET = { a: "4", e: "3", i: "1", o: "0", s: "5", t: "7" };

/** Some of the letters as Cyrillic ones. */
export const homoglyphs = (text, random) =>
  text.replace(/[aceiopsxy]/g, (letter) => (random() < 0.6 ? ALIKE[letter] : letter));

export const leet = (text, random) =>
  text.replace(/[aeiost]/g, (letter) => (random() < 0.5 ? LEET[letter] : letter));

export const spelled = (text, separator) =>
  text
    .split(" ")
    .map((word) => Array.from(word).join(separator))
    .join(separator === " " ? "   " : " ");

export const tags = (text) =>
  Array.from(text, (character) => String.fromCodePoint(0xe0000 + character.charCodeAt(0))).join("");

export const zeroWidth = (text) => Array.from(text).join("\u200b");

/** Eight zero-width characters for each letter. */
export const zeroWidthBits = (text) =>
  bytes(text)
    .map((byte) =>
      byte.toString(2).padStart(8, "0").replaceAll("0", "\u200b").replaceAll("1", "\u200c"),
    )
    .join("");

/** One selector of a variant for each byte. */
export const selectors = (text) =>
  bytes(text)
    .map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
    .join("");

/** Shown as the text, stored backwards. */
export const rightToLeft = (text) => `\u202e${Array.from(text).toReversed().join("")}\u202c`;
