/** How wide a text is at most, and where it is broken. Estimated: the font is the reader's. */

/** How a text is set. */
export interface Font {
  /** In pixels. */
  readonly size: number;
  readonly isBold?: boolean;
}

/**
 * Widths in thousandths of the font's size. Those of DejaVu Sans, rounded up: it is wider than what most systems have
 * for sans-serif, so that text stays inside its box everywhere.
 */
const WIDTHS = new Map(
  Object.entries({
    300: "'IJijl",
    350: " ,./:;\\|",
    400: "()-[]ft",
    450: "!r",
    500: '"*_`',
    550: "?csz",
    600: "FLkvxy",
    650: "$0123456789EPSTYabdeghnopqu{}",
    700: "ABCKRVXZ",
    750: "NU",
    800: "&DGHOQ",
    850: "#+<=>^w~",
    900: "M",
    950: "%",
    1000: "@Wm",
  }).flatMap(([width, characters]) =>
    Array.from(characters, (each) => [each, Number(width)] as const),
  ),
);

/** Other scripts; emoji are the widest. */
const WIDEST = 1300;
const BOLD = 1.14;

/** The greatest width to expect of `text`, in pixels. */
export function textWidth(text: string, { size, isBold }: Font): number {
  const thousandths = Array.from(text).reduce(
    (sum, character) => sum + characterWidth(character),
    0,
  );
  return (thousandths / 1000) * size * (isBold ? BOLD : 1);
}

/** `text` in lines no wider than `width` pixels, broken after spaces and punctuation, else anywhere. */
export function wrapText(text: string, font: Font, width: number): readonly string[] {
  const pieces = text.replaceAll(/\s+/gu, " ").match(/[^\s,:/_>-]*[\s,:/_>-]*/gu) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces.flatMap((each) => cutText(each, font, width))) {
    if (textWidth((line + piece).trimEnd(), font) > width) {
      lines.push(line);
      line = "";
    }
    line += piece;
  }
  return [...lines, line].map((each) => each.trim()).filter((each) => each !== "");
}

/** `text` as it is, or in pieces where it is too wide for a line of its own. */
function cutText(text: string, font: Font, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    if (textWidth((piece + character).trimEnd(), font) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** An accent adds nothing to its letter. */
function characterWidth(character: string): number {
  return WIDTHS.get(character) ?? WIDTHS.get(character.normalize("NFD").charAt(0)) ?? WIDEST;
}
