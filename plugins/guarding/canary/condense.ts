/** Leaves of a text what carries it: letters and digits, in lower case, without spaces and signs between them. */

import { unitsOf } from "../units.ts";
import { classOf, NO_LETTER } from "./letters.ts";

/** A text of letters and digits alone. */
export interface CondensedText {
  readonly text: string;
  /** Where a stretch of it stands in the text it was made of. */
  originOf(start: number, end: number): readonly [start: number, end: number];
}

/** Linear. Characters stay one unit each. */
export function condense(text: string): CondensedText {
  const codes = new Uint16Array(text.length);
  const origins = new Uint32Array(text.length);
  let length = 0;
  const units = unitsOf(text);
  for (let at = 0; at < units.length; at++) {
    const code = condensedCode(units[at] ?? 0);
    if (code === 0) continue;
    codes[length] = code;
    origins[length] = at;
    length += 1;
  }
  return {
    text: Buffer.from(codes.buffer, 0, length * 2).toString("utf16le"),
    originOf: (start, end) => [origins[start] ?? 0, (origins[end - 1] ?? 0) + 1],
  };
}

/** 0: none. */
function condensedCode(code: number): number {
  if (code >= 0x80) return condensedOther(code);
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  const isKept = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
  return isKept ? code : 0;
}

function condensedOther(code: number): number {
  if (classOf(code) === NO_LETTER) return 0;
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}
