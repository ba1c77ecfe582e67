/** Finds canary words in a text, as they are and in the forms that models are talked into: spelt out, backwards, rot13, base64, hex. */

import type { Span } from "../overlap.ts";
import { condense } from "./condense.ts";

export type WordSearch = (text: string) => readonly Span[];

/** One search for all of the words. */
export function searchWords(words: readonly string[]): WordSearch {
  const condensedForms = [...new Set(words.flatMap(formsOfLetters))];
  const exactForms = [...new Set(words.flatMap(formsInBase64))];
  return (text) => {
    const condensed = condense(text);
    const spelt = condensedForms
      .flatMap((form) => findAll(condensed.text, form))
      .map(({ start, end }) => {
        const [from, until] = condensed.originOf(start, end);
        return { start: from, end: until };
      });
    return [...spelt, ...exactForms.flatMap((form) => findAll(text, form))];
  };
}

/** What is left of a word that is looked for. Short ones would be found in ordinary words. */
export function condensedLength(word: string): number {
  return condense(word).text.length;
}

function formsOfLetters(word: string): readonly string[] {
  const { text: plain } = condense(word);
  const backwards = plain.split("").toReversed().join("");
  const hex = [word, word.toLowerCase()].map((form) => Buffer.from(form).toString("hex"));
  return [plain, backwards, rot13(plain), ...hex];
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61),
  );
}

/**
 * Within a longer text in base64 a word looks different at each of three places. Characters at its ends that depend on
 * its neighbours are left out.
 */
function formsInBase64(word: string): readonly string[] {
  const cases = [word, word.toLowerCase(), word.toUpperCase()];
  return cases.flatMap((form) =>
    [0, 1, 2].flatMap((shift) => {
      const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(form)]);
      const from = Math.ceil((shift * 8) / 6);
      const until = Math.floor((bytes.length * 8) / 6);
      const core = bytes.toString("base64").slice(from, until);
      return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  );
}

function findAll(text: string, form: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) {
    found.push({ start: at, end: at + form.length });
  }
  return found;
}
