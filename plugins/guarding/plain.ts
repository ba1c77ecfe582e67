/** Tells texts apart that need nothing of what Unicode has: most do not, and are read in a fraction of the time. */

// oxlint-disable-next-line no-control-regex -- All of ASCII.
const PLAIN = /^[\0-\x7f]*$/;

/** Whether all of the text is ASCII. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}
