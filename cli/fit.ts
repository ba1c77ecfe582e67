/** Fits texts into lines of a terminal. Texts of runs may be anybody's: what would move the cursor is taken out. */

import { stripVTControlCharacters } from "node:util";

/** Controls of terminals, and marks that turn the direction of text round. */
// oxlint-disable-next-line no-control-regex -- That is what it is for.
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** Takes two columns: East Asian wide and full-width characters, and pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;

/** Takes none: it goes with the character before it. */
const COMBINING = /^[\p{Mn}\p{Me}\uFE0F]$/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** As one line, without anything that a terminal would take for a command. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text.replaceAll(/\s+/g, " ")).replaceAll(CONTROLS, "").trim();
}

/** As {@link oneLine}, with the line breaks left in. */
export function plainLines(text: string): string {
  return text
    .split("\n")
    .map((line) => stripVTControlCharacters(line).replaceAll("\t", "  ").replaceAll(CONTROLS, ""))
    .join("\n");
}

/** How many columns a line takes. Colours take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) {
    width += widthOfGrapheme(segment);
  }
  return width;
}

/** Fills a line up with spaces. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Cuts a line without colours that is longer than `width` columns; it ends in `…` then. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = "";
  let left = Math.max(1, width) - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOfGrapheme(segment);
    if (left < 0) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** A value as one line of JSON, no longer than `width`; a text as it is. */
export function showValue(value: unknown, width: number): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  // Enough of it: a value may have megabytes.
  return cutTo(oneLine(text.slice(0, 20_000)), width);
}

function widthOfGrapheme(grapheme: string): number {
  if (COMBINING.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
