/** The guardrail that finds words and phrases of a list, however they are disguised. */

import type { CheckGuardrail, Finding, GuardContent } from "../guardrail-contract.ts";
import { otherReadings } from "../guarding/disguised-words.ts";
import { fold, foldedContent } from "../guarding/fold.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { FINDING_KIND } from "../guardrail-contract.ts";
import { normalise, type NormalisedText } from "../guarding/normalise.ts";
import { withoutOverlaps, type Span } from "../guarding/overlap.ts";
import { PhraseFinder, type FoundPhrase } from "../guarding/phrase-finder.ts";
import { isUnspaced, isWordAt } from "../guarding/word-edges.ts";

/** What the guardrail `denylist` is told. */
export interface DenylistOptions extends GuardOptions {
  /** Words and phrases that must not be. Upper case, accents and blanks make no difference. */
  readonly terms: readonly string[];
  /** Whether a term has to stand by itself: `"cat"` is not in `"category"`. Scripts without blanks are searched anywhere. Default: `true`. */
  readonly wholeWords?: boolean;
  /** The kind of its findings. Default: `"denied-term"`. */
  readonly kind?: string;
}

const ID = "denylist";

interface Term {
  /** Whether there must be no word right before it, and right after it. */
  readonly isEdge: readonly [before: boolean, after: boolean];
}

/**
 * Finds them whatever they are disguised as: zero-width characters, full-width letters, letters that look alike, digits for
 * letters, dots between letters. Thousands of terms take as long as one.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function denylist(options: DenylistOptions): CheckGuardrail {
  const { terms, wholeWords = true, kind = "denied-term" } = options;
  if (!FINDING_KIND.test(kind))
    throw invalidGuardOption(ID, "kind", kind, "lower-case words with hyphens");
  if (terms.length === 0) throw invalidGuardOption(ID, "terms", terms, "one at least");
  const folded = terms.map((term) => {
    const phrase = fold(normalise(term).text).text.trim();
    if (phrase === "") throw invalidGuardOption(ID, "terms", term, "terms that can be seen");
    return phrase;
  });
  const finder = new PhraseFinder(folded);
  const edges = folded.map((phrase) => readTerm(phrase, wholeWords));
  return {
    id: ID,
    ...readGuardOptions(ID, options),
    check: (content) => {
      const spans = findAll(content, finder, edges);
      return withoutOverlaps(spans).map(({ start, end }): Finding => ({
        kind,
        severity: "medium",
        start,
        end,
      }));
    },
  };
}

/** A term that begins with a sign, such as `.net`, may stand right behind a word. */
function readTerm(phrase: string, wholeWords: boolean): Term {
  const isEdge = (at: number): boolean =>
    wholeWords && isWordAt(phrase, at) && !isUnspaced(phrase.charAt(at));
  return { isEdge: [isEdge(0), isEdge(phrase.length - 1)] };
}

function findAll(
  content: GuardContent,
  finder: PhraseFinder,
  terms: readonly Term[],
): readonly Span[] {
  const folded = foldedContent(content);
  const spans: Span[] = [];
  const takeFrom =
    ({ text, originOf }: NormalisedText) =>
    ({ phrase, start, end }: FoundPhrase): void => {
      const [before = false, after = false] = terms[phrase]?.isEdge ?? [];
      if ((before && isWordAt(text, start - 1)) || (after && isWordAt(text, end))) return;
      const [from, to] = originOf(start, end);
      spans.push({ start: from, end: to });
    };
  finder.find(folded.text, takeFrom(folded));
  for (const reading of otherReadings(folded)) {
    const { text, changes } = reading;
    if (changes === undefined) finder.find(text, takeFrom(reading));
    // Where nothing is read otherwise, nothing else is found.
    else finder.findNear(text, changes, takeFrom(reading));
  }
  return spans;
}
