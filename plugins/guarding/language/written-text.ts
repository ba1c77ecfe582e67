/** What of a text people wrote in a language: without code, addresses, identifiers and quotes. */

import { readMarkdown } from "../code/read-fences.ts";

const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"']{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g;
/** Words with digits or underscores in them, and camelCase: names of things in programs. */
const IDENTIFIER = /[\p{L}\d]*(?:\d|_)[\p{L}\d_]*|\b[a-z]+[A-Z][A-Za-z]*\b/gu;
const QUOTES: readonly RegExp[] = [
  /"[^"\n]{1,600}"/g,
  /[“„«][^“”„«»\n]{1,600}[”“»]/g,
  /(?<![\p{L}\d])'[^'\n]{8,600}'(?![\p{L}\d])/gu,
];
/** A sign of code: assignments, calls, braces. */
const CODE_LINE = /[{};=<>]|\w\(|\)\s*=>|::|->/;

/**
 * The text that is left.
 *
 * @param longest - No more of it is looked at; it is taken from the beginning, the middle and the end.
 */
export function writtenText(text: string, longest: number): string {
  const { prose, inline } = readMarkdown(sample(text, longest * 2));
  let shown = "";
  let done = 0;
  for (const { start, end } of inline) {
    shown += prose.slice(done, start);
    done = end;
  }
  shown += prose.slice(done);
  const written = shown
    .replaceAll(ADDRESS, " ")
    .replaceAll(IDENTIFIER, " ")
    .split("\n")
    .filter((line) => !isCode(line))
    .join("\n");
  const unquoted = QUOTES.reduce((rest, pattern) => rest.replaceAll(pattern, " "), written);
  return unquoted.replaceAll(/[ \t]{2,}/g, " ").slice(0, longest);
}

function isCode(line: string): boolean {
  const signs = line.match(/[{}[\];=<>()|&]/g)?.length ?? 0;
  return CODE_LINE.test(line) && signs >= 3 && signs * 12 >= line.length;
}

function sample(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const part = Math.floor(longest / 3);
  const middle = Math.floor((text.length - part) / 2);
  return [text.slice(0, part), text.slice(middle, middle + part), text.slice(-part)].join("\n");
}
