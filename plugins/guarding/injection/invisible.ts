/** Finds what no reader sees: tag characters, runs of zero-width ones, selectors of variants, text that is turned around. */

import type { Clue } from "./kinds.ts";

interface Invisible {
  readonly weight: number;
  readonly pattern: RegExp;
}

/** Each is one class repeated, or bounded. */
const INVISIBLES: readonly Invisible[] = [
  // The flags of England, Scotland and Wales are a black flag and tags: `🏴` before them is well, when they are few.
  {
    weight: 0.95,
    pattern:
      /(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6})[\u{e0020}-\u{e007f}]{4,}|[\u{e0020}-\u{e007f}]{9,}/gu,
  },
  { weight: 0.9, pattern: /[\u{200b}-\u{200d}\u{2060}-\u{2064}\u{feff}\u{180e}]{8,}/gu },
  // Between Latin letters there is no use for them; in Persian and in emoji there is.
  {
    weight: 0.8,
    pattern: /[a-z](?:[\u{200b}-\u{200d}\u{2060}-\u{2064}\u{feff}\u{ad}]{1,3}[a-z]){4,}/giu,
  },
  // oxlint-disable-next-line no-misleading-character-class -- Selectors, each meant by itself.
  { weight: 0.9, pattern: /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]{4,}/gu },
  { weight: 0.85, pattern: /[\u{202d}\u{202e}][^\n\u{202c}]{8}/gu },
  { weight: 0.75, pattern: /[\u{202a}-\u{202e}\u{2066}-\u{2069}]{6,}/gu },
];

/** None of them, none of the patterns. */
const ANY =
  // oxlint-disable-next-line no-misleading-character-class -- Selectors, each meant by itself.
  /[\u{ad}\u{180e}\u{200b}-\u{200d}\u{202a}-\u{202e}\u{2060}-\u{2069}\u{fe00}-\u{fe0f}\u{feff}\u{e0020}-\u{e01ef}]/u;

/** Clues in a text as it was written, in its places. */
export function findInvisible(text: string): readonly Clue[] {
  if (!ANY.test(text)) return [];
  return INVISIBLES.flatMap(({ weight, pattern }, index) =>
    Array.from(text.matchAll(pattern), (match) => ({
      kind: "hidden-text" as const,
      weight,
      from: `invisible ${index}`,
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
}
