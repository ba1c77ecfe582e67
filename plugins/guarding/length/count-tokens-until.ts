/** Counts tokens without counting more than is needed. */

import { countTokens } from "../../tokens/tokens.ts";
import { cutText, sumUntil } from "./cut-text.ts";

const PART = 8_192;

/** How many tokens `text` has for `model`; counting ends once they are more than `most`. */
export function countTokensUntil(text: string, model: string, most: number): number {
  // Unbroken runs, which are slow to count, make parts that are all the same.
  const known = new Map<string, number>();
  return sumUntil(cutText(text, PART, isBeforeWord), most, (part) => {
    const tokens = known.get(part) ?? countTokens(part, model).tokens;
    known.set(part, tokens);
    return tokens;
  });
}

/** No token reaches from a letter over a space to the next letter: the space begins one. */
function isBeforeWord(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x20 &&
    isLetter(text.charCodeAt(at - 1)) &&
    isLetter(text.charCodeAt(at + 1))
  );
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
