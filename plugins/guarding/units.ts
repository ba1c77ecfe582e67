/** Reads a text as numbers, for loops over all of it. */

/**
 * The UTF-16 units of `text`. The engine has a dozen kinds of texts, of pieces and slices of others: a loop that meets several asks for the kind
 * at each unit, and takes ten times as long.
 */
export function unitsOf(text: string): Uint16Array {
  const bytes = Buffer.from(new ArrayBuffer(text.length * 2));
  bytes.write(text, "utf16le");
  return new Uint16Array(bytes.buffer, 0, text.length);
}
