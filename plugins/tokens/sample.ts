/** Takes a share of long texts, so that counting takes no longer than it may. */

/** How the parts are spread: long enough for words, short enough for tables and prose to take turns. */
const PART_LENGTH = 500;

/** A piece of text that stands for a longer one. */
export interface Sample {
  readonly text: string;
  /** How many times longer the whole text is. */
  readonly times: number;
}

/**
 * Parts of `text`, evenly spread over it.
 *
 * @param share - how much of it, from 0 to 1.
 */
export function sampleText(text: string, share: number): Sample {
  const parts = Math.max(1, Math.ceil((text.length * share) / PART_LENGTH));
  if (share >= 1 || parts * PART_LENGTH >= text.length) return { text, times: 1 };
  const step = (text.length - PART_LENGTH) / Math.max(1, parts - 1);
  let sample = "";
  for (let part = 0; part < parts; part += 1) {
    const start = Math.floor(part * step);
    sample += text.slice(start, start + PART_LENGTH);
  }
  return { text: sample, times: text.length / sample.length };
}
