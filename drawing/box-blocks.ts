/** The blocks that hold no flow: the box of a step, and pills. */

import type { Block, Part, TextPart } from "./block.ts";
import { COLORS, FONTS, type Look } from "./looks.ts";
import { INSETS } from "./outline.ts";
import { textWidth, wrapText, type Font } from "./text.ts";

const WIDEST_TEXT = 236;
const NARROWEST = 128;
const PADDING = { x: 16, y: 11 } as const;
const PILL = { height: 22, padding: 11 } as const;
const STEM = 17;
/** Base line to base line, and the part of it above the base line, by the size of the font. */
const LEADING = 1.42;
const ASCENT = 1.06;

interface Line {
  readonly text: string;
  readonly font: Font;
  readonly color: string;
}

/** Says what a step is. */
export interface BoxText {
  readonly id: string;
  readonly look: Look;
  readonly details: readonly string[];
}

/** The box of a step: what it is, its id, and what is to be known of it. */
export function boxBlock({ id, look, details }: BoxText, step: Block["step"]): Block {
  const lines = [
    ...setLines([look.caption], FONTS.caption, look.ink),
    ...setLines([id], FONTS.id, COLORS.title),
    ...setLines(details, FONTS.detail, COLORS.text),
  ];
  const inset = PADDING.x + INSETS[look.shape];
  const width = Math.max(widthOf(lines) + 2 * inset, NARROWEST);
  const height = heightOf(lines) + 2 * PADDING.y;
  const { shape, fill, stroke, isDashed } = look;
  return {
    width,
    height,
    step,
    parts: [
      { type: "shape", shape, x: 0, y: 0, width, height, fill, stroke, isDashed },
      ...stackLines(lines, { x: width / 2, y: PADDING.y, anchor: "middle" }),
    ],
  };
}

/** A word or two on an arrow, or where a flow begins and ends. */
export function pillBlock(text: string, colors: Pick<Look, "fill" | "stroke" | "ink">): Block {
  const lines = setLines([text], FONTS.label, colors.ink);
  const width = widthOf(lines) + 2 * PILL.padding;
  const height = heightOf(lines) + PILL.height - FONTS.label.size * LEADING;
  return {
    width,
    height,
    parts: [
      { ...colors, type: "shape", shape: "stadium", x: 0, y: 0, width, height },
      ...stackLines(lines, {
        x: width / 2,
        y: (height - heightOf(lines)) / 2,
        anchor: "middle",
      }),
    ],
  };
}

/** A block with a pill on the arrow that leads to it. */
export function underPill(pill: Block, block: Block): Block {
  const width = Math.max(pill.width, block.width);
  const top = pill.height + STEM;
  const middle = width / 2;
  return {
    width,
    height: top + block.height,
    hasArrowHead: true,
    parts: [
      {
        type: "arrow",
        line: [
          { x: middle, y: pill.height },
          { x: middle, y: top },
        ],
        color: COLORS.line,
        hasHead: true,
      },
      { type: "block", x: middle - pill.width / 2, y: 0, block: pill },
      { type: "block", x: middle - block.width / 2, y: top, block },
    ],
  };
}

/** Texts as lines, none wider than `width`. */
export function setLines(
  texts: readonly string[],
  font: Font,
  color: string,
  width = WIDEST_TEXT,
): readonly Line[] {
  return texts
    .flatMap((text) => wrapText(text, font, width))
    .map((text) => ({ text, font, color }));
}

export function widthOf(lines: readonly Line[]): number {
  return Math.max(...lines.map(({ text, font }) => textWidth(text, font)), 0);
}

export function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { font }) => sum + font.size * LEADING, 0);
}

/** Puts lines below each other; `y` is the top of the first. */
export function stackLines(
  lines: readonly Line[],
  { x, y, anchor }: Pick<TextPart, "x" | "y" | "anchor">,
): readonly Part[] {
  let top = y;
  return lines.map((line) => {
    const base = top + line.font.size * ASCENT;
    top += line.font.size * LEADING;
    return { type: "text", ...line, x, y: base, anchor };
  });
}
