/** Reads the JSON that a model wrote as a text: bare, or as the only thing in a fence. */

/** What a text holds. */
export type JsonText =
  | { readonly isJson: true; readonly value: unknown }
  | { readonly isJson: false };

/** The fence's first line, all that is in it, and the same fence again at the end. */
const FENCED = /^(`{3,}|~{3,})[a-z0-9]{0,10}[ \t]*\n([\s\S]*)\n[ \t]*\1$/i;

/** Never throws. */
export function readJsonText(text: string): JsonText {
  const trimmed = text.trim();
  const [, , inside] = FENCED.exec(trimmed.replaceAll("\r\n", "\n")) ?? [];
  try {
    return { isJson: true, value: JSON.parse(inside ?? trimmed) };
  } catch {
    // The parser's message quotes the text.
    return { isJson: false };
  }
}
