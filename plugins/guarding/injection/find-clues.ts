/** Looks at a text in all the ways in which a model may read it, and gives what speaks for an injection. */

import { chain, fold } from "../fold.ts";
import { otherReadings } from "../disguised-words.ts";
import { normalise, type NormalisedText } from "../normalise.ts";
import { findEncoded, readOtherwise } from "./encodings.ts";
import { findInvisible } from "./invisible.ts";
import type { Clue } from "./kinds.ts";
import { findMarkers } from "./markers.ts";
import { findLooseWords, findWordsAgain, findWordsAndSigns, readWords } from "./read-words.ts";
import { score } from "./score.ts";

/** What is decoded is looked at in turn: an encoding in an encoding is the last that is read. */
const MOST_DEPTH = 2;
/** What the decoded text has to come to, to be an injection. */
const ENOUGH = 0.7;

/** Clues in the places of `original`. `plain`: the same, normalised. */
export function findClues(
  original: string,
  plain: NormalisedText = normalise(original),
  depth = 0,
): readonly Clue[] {
  const folded = fold(plain.text);
  const whole = chain(plain, folded);
  const { words, signs } = findWordsAndSigns(folded.text);
  const found = [
    ...findInvisible(original),
    ...place(findMarkers(plain.text, signs), plain),
    ...place(readWords(folded.text, words), whole),
  ];
  for (const reading of otherReadings(whole)) {
    const { text, changes } = reading;
    const others =
      changes === undefined ? findLooseWords(text) : findWordsAgain(text, words, changes);
    found.push(...place(readWords(text, others), reading));
  }
  const clues = [...found];
  if (found.some(({ weight }) => weight >= GRAVE) && DISGUISE.test(original)) {
    for (const clue of found) clues.push(...disguiseOf(clue, original));
  }
  if (depth < MOST_DEPTH)
    clues.push(...findDecoded(original, plain, { folded: folded.text, signs }, depth));
  return clues;
}

function place(clues: readonly Clue[], read: NormalisedText): readonly Clue[] {
  return clues.map((clue) => {
    const [start, end] = read.originOf(clue.start, clue.end);
    return { ...clue, start, end };
  });
}

/** A command is worse for being disguised: the disguise is a clue of its own. */
function disguiseOf({ weight, start, end, from, kind }: Clue, original: string): readonly Clue[] {
  if (kind === "hidden-text" || weight < GRAVE || end - start > 1_000) return [];
  const written = original.slice(start, end);
  const clues: Clue[] = [];
  if (from.startsWith("sequence") && MIXED.test(written))
    clues.push({ kind: "homoglyphs", weight: 0.8, from: "mixed scripts", start, end });
  if ((written.match(ESCAPES)?.length ?? 0) >= 3)
    clues.push({ kind: "encoded-payload", weight: 0.8, from: "escapes", start, end });
  return clues;
}

/** Quick to look for: what the two below are made of. */
const DISGUISE = /[%&\\\u0370-\u058f\u13a0-\u13ff\uab70-\uabbf]/;
/** Weaker clues stand in texts that mean no harm. */
const GRAVE = 0.5;
const ESCAPES = /%[0-9a-f]{2}|&#?[0-9a-z]{2,8};|\\[ux][0-9a-f]{2,4}/gi;
/** A Latin letter and one of another alphabet in one word. */
const MIXED =
  /[A-Za-z][\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]|[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}][A-Za-z]/u;

function findDecoded(
  original: string,
  plain: NormalisedText,
  { folded, signs }: { readonly folded: string; readonly signs: ReadonlySet<string> },
  depth: number,
): readonly Clue[] {
  const clues: Clue[] = [];
  const known = new Map<string, boolean>();
  for (const { start, end, decoded } of findEncoded(plain.text)) {
    // What is the same again is decoded once.
    const isBad = known.get(decoded) ?? isInjection(decoded, depth);
    known.set(decoded, isBad);
    if (isBad) {
      const [from, to] = plain.originOf(start, end);
      clues.push({ kind: "encoded-payload", weight: 0.95, from: "decoded", start: from, end: to });
    }
  }
  const others = [...readOtherwise(folded, signs), ...decodeAgain(plain.text)];
  if (others.some((other) => isInjection(other, depth))) {
    clues.push({
      kind: "encoded-payload",
      weight: 0.9,
      from: "read otherwise",
      start: 0,
      end: original.length,
    });
  }
  return clues;
}

/** URL encoding, done twice: what is plain text is still encoded. */
function decodeAgain(plain: string): readonly string[] {
  if (!/(?:%[0-9a-f]{2}){6}/i.test(plain)) return [];
  const { text } = normalise(plain);
  return text === plain ? [] : [text];
}

function isInjection(text: string, depth: number): boolean {
  return score(findClues(text, normalise(text), depth + 1)).some(({ total }) => total >= ENOUGH);
}
