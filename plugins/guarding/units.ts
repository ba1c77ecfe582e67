/** Reads a text as numbers, for loops over all of it. */

/** Of longer texts it takes more to keep them than to read them again. */
const MOST_KEPT = 0x8000;

/** A text and its units: several parts of a guardrail read the same text, one after the other, and few texts at a time. */
interface Kept {
  readonly text: string;
  readonly units: Uint16Array;
}

let newer: Kept = { text: "", units: new Uint16Array() };
let older = newer;

/**
 * The UTF-16 units of `text`, not to be written to. The engine has a dozen kinds of texts, of pieces and slices of others: a loop
 * that meets several asks for the kind at each unit, and takes ten times as long.
 */
export function unitsOf(text: string): Uint16Array {
  if (text === newer.text) return newer.units;
  if (text !== older.text) {
    const units = ownUnitsOf(text);
    if (text.length > MOST_KEPT) return units;
    older = { text, units };
  }
  [newer, older] = [older, newer];
  return newer.units;
}

/** The same, to be written to. */
export function ownUnitsOf(text: string): Uint16Array {
  const bytes = Buffer.from(new ArrayBuffer(text.length * 2));
  bytes.write(text, "utf16le");
  return new Uint16Array(bytes.buffer, 0, text.length);
}
