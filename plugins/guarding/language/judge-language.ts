/** Tells whether a text is in one of the allowed languages. Where that cannot be told it says so. */

import { detectAll } from "tinyld";
import { functionWordsOf, LISTED } from "./function-words.ts";
import { countScripts, scriptsOf, type Script } from "./scripts.ts";

export type LanguageVerdict = "allowed" | "foreign" | "unsure";

/** Share of a text's words that are small words of one language: below, it tells nothing. */
const FEW_SMALL_WORDS = 0.15;
const SOME_SMALL_WORDS = 0.25;
/** By how much the best foreign language has to be ahead of the best allowed one. */
const CLEARLY = 1.8;
/** A detector that is given more becomes no better. */
const LONGEST_DETECTED = 400;
/** Nobody writes them to a support desk, and short texts are taken for them. */
const RARE = new Set(["la", "eo", "vo", "tlh", "ber", "rn", "tk", "ga", "is", "tt"]);

/** @param text - only what people write: no code, no addresses. */
export function judgeLanguage(
  text: string,
  allowed: readonly string[],
  minCharacters: number,
): LanguageVerdict {
  const counts = countScripts(text);
  const letters = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (letters < minCharacters) return "unsure";
  const [script = "Latin"] = [...counts].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  // Chinese characters with some kana are Japanese.
  const written: Script =
    script === "Han" && (counts.get("Kana") ?? 0) > letters / 20 ? "Kana" : script;
  const candidates = allowed.filter((language) => scriptsOf(language).includes(written));
  if (candidates.length === 0) return "foreign";
  if (written !== "Latin") return judgeWriting(text, candidates, written);
  return judgeWords(text, candidates);
}

/** Where a writing is that of one language, it is that one. */
function judgeWriting(
  text: string,
  candidates: readonly string[],
  written: Script,
): LanguageVerdict {
  const isShared = written === "Cyrillic" || written === "Arabic" || written === "Devanagari";
  return isShared ? detect(text, candidates) : "allowed";
}

/** So many words with a capital are names, which are of every language. */
const NAMES = 0.7;

function areNames(text: string): boolean {
  const words = text.match(/\p{L}{2,60}/gu) ?? [];
  const names = words.filter((word) => /^\p{Lu}\p{Ll}/u.test(word));
  return names.length >= words.length * NAMES;
}

function judgeWords(text: string, candidates: readonly string[]): LanguageVerdict {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)?/gu) ?? [];
  if (words.length === 0) return "unsure";
  const share = (language: string): number => {
    const known = functionWordsOf(language);
    if (known === undefined) return 0;
    return words.filter((word) => known.has(word)).length / words.length;
  };
  const own = Math.max(...candidates.map(share));
  const foreign = Math.max(
    0,
    ...LISTED.filter((language) => !candidates.includes(language)).map(share),
  );
  if (own >= SOME_SMALL_WORDS && own >= foreign) return "allowed";
  if (foreign >= SOME_SMALL_WORDS && foreign >= own * CLEARLY) return "foreign";
  if (own >= FEW_SMALL_WORDS && own >= foreign) return "allowed";
  if (areNames(text)) return "unsure";
  const detected = detect(text, candidates);
  // Names and single words look like many a language: without one small word of it there is no telling.
  return detected === "foreign" && foreign < FEW_SMALL_WORDS / 2 && isAscii(text)
    ? "unsure"
    : detected;
}

/** Letters with marks are a sign of a language of their own; without, its small words have to be there. */
function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function detect(text: string, candidates: readonly string[]): LanguageVerdict {
  const found = detectAll(text.slice(0, LONGEST_DETECTED)).filter(
    ({ lang }) => !RARE.has(lang) || candidates.includes(lang),
  );
  const best = (isOwn: boolean): number =>
    Math.max(
      0,
      ...found
        .filter(({ lang }) => candidates.includes(lang) === isOwn)
        .map(({ accuracy }) => accuracy),
    );
  const own = best(true);
  const foreign = best(false);
  if (own > 0 && own >= foreign) return "allowed";
  return foreign > own * CLEARLY ? "foreign" : "unsure";
}
