/**
 * Looks at the text of JSON for what its value does not show any more: how deep it is, and names that are there twice. One
 * pass, no recursion. Text that is no JSON may go through: the parser refuses it.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** The first fault, in words that quote nothing of the text. */
export function findStructureFault(text: string, maxDepth: number): string | undefined {
  /** Of each value that is open the names so far; an array has none. */
  const open: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (open.length === maxDepth) {
        return `The body is nested deeper than ${maxDepth} levels, at character ${index + 1}. Make it flatter.`;
      }
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) open.pop();
    else if (code === QUOTE) {
      const end = endOfText(text, index);
      const names = open.at(-1);
      if (names !== undefined && isName(text, end)) {
        const name = unescape(text.slice(index, end));
        if (names.has(name)) {
          return `An object has a name twice, at character ${index + 1}. Send each once: of two, parsers take either.`;
        }
        names.add(name);
      }
      index = end - 1;
    }
  }
  return undefined;
}

/** Where what begins with a quote ends: behind its last. */
function endOfText(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    if (code === BACKSLASH) index++;
  }
  return text.length;
}

/** Whether a colon comes next. */
function isName(text: string, end: number): boolean {
  let index = end;
  while (index < text.length && text.charCodeAt(index) <= 0x20) index++;
  return text.charCodeAt(index) === COLON;
}

/** `"\u0061"` is the same name as `"a"`. */
function unescape(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    // No JSON, so the parser refuses it.
    return quoted;
  }
}
