/** Decodes one escape of HTML, of URLs or of JSON strings. */

/** Of the two thousand names that HTML has, those that stand for what patterns look at. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  ast: "*",
  bsol: "\\",
  colon: ":",
  comma: ",",
  commat: "@",
  dash: "-",
  dollar: "$",
  equals: "=",
  excl: "!",
  gt: ">",
  hyphen: "-",
  lbrack: "[",
  lowbar: "_",
  lpar: "(",
  lt: "<",
  nbsp: " ",
  newline: "\n",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  rbrack: "]",
  rpar: ")",
  semi: ";",
  shy: "",
  sol: "/",
  tab: "\t",
  underbar: "_",
  vert: "|",
  zwj: "",
  zwnj: "",
};

/** What the escape stands for. `undefined`: it is none. */
export function decodeEscape(escape: string): string | undefined {
  if (escape.startsWith("&")) return decodeEntity(escape.slice(1, -1));
  if (escape.startsWith("%")) return decodePercent(escape);
  return decodeCode(Number.parseInt(escape.slice(2), 16));
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith("#")) {
    const key = name.toLowerCase();
    return Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  }
  const digits = name.slice(1);
  const isHex = /^x[0-9a-f]+$/i.test(digits);
  if (!isHex && !/^[0-9]+$/.test(digits)) return undefined;
  return decodeCode(isHex ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10));
}

/** Halves of pairs, and controls that nobody writes, stay escaped. */
function decodeCode(code: number): string | undefined {
  const isShown = code === 0x9 || code === 0xa || code === 0xd || code >= 0x20;
  if (!isShown || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code).normalize("NFKC");
}

function decodePercent(escape: string): string | undefined {
  try {
    return decodeURIComponent(escape).normalize("NFKC");
  } catch {
    // No UTF-8: not an escape of a text.
    return undefined;
  }
}
