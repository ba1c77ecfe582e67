/** Finds the leak of a system prompt: words put there to be found, and long stretches of it word for word. */

import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import { condensedLength, searchWords } from "../guarding/canary/find-words.ts";
import {
  findStretches,
  readStretches,
  type Stretches,
} from "../guarding/canary/prompt-stretches.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { normalise, type NormalisedText } from "../guarding/normalise.ts";
import { normalisedContent } from "../guarding/normalised-content.ts";
import { withoutOverlaps, type Span } from "../guarding/overlap.ts";

/** What the guardrail `canary` can be told. */
export interface CanaryOptions extends GuardOptions {
  /** Words that you put into the system message and nobody writes by chance, of 6 letters and digits at least. Default: none. */
  readonly words?: readonly string[];
  /** From how many words in a row a stretch of the system message is a leak. 0: none is. Default: 12. */
  readonly leastWords?: number;
}

const ID = "canary";
const SHORTEST_WORD = 6;
const LONGEST_STRETCH = 1_000;

/**
 * Looks at replies and calls of tools for what stands in the conversation's system messages. What goes to the model
 * passes: the words stand there.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function canary(options: CanaryOptions = {}): CheckGuardrail {
  const { words = [], leastWords = 12 } = options;
  const short = words.find((word) => condensedLength(word) < SHORTEST_WORD);
  if (short !== undefined) {
    throw invalidGuardOption(ID, "words", short, "words of six letters and digits at least");
  }
  const isCount = Number.isInteger(leastWords) && leastWords >= 0 && leastWords <= LONGEST_STRETCH;
  if (!isCount || (leastWords === 0 && words.length === 0)) {
    throw invalidGuardOption(
      ID,
      "leastWords",
      leastWords,
      "a whole number above 0, or words to look for",
    );
  }
  const findWords = searchWords(words);
  const stretchesOf = rememberStretches(leastWords);
  return {
    id: ID,
    places: ["output", "toolCall"],
    ...readGuardOptions(ID, options),
    check: (content, { conversation }) => {
      if (content.direction === "input") return [];
      const plain = normalisedContent(content);
      const leaks =
        conversation === undefined ? [] : findStretches(plain.text, stretchesOf(conversation));
      const found = [
        ...findWords(plain.text).map((span) => ({ kind: "canary-word" as const, ...span })),
        ...withoutOverlaps(leaks).map((span) => ({ kind: "prompt-leak" as const, ...span })),
      ];
      return withoutOverlaps(found, rankOf).map((leak) => toFinding(leak, plain));
    },
  };
}

/** A reply that is streamed is compared with the same conversation again and again. */
function rememberStretches(leastWords: number): (conversation: GuardContent) => Stretches {
  const known = new WeakMap<GuardContent, Stretches>();
  return (conversation) => {
    const read = known.get(conversation) ?? stretchesIn(conversation, leastWords);
    known.set(conversation, read);
    return read;
  };
}

function stretchesIn({ text, parts }: GuardContent, leastWords: number): Stretches {
  const textsOf = (roles: readonly GuardPart["role"][]): readonly string[] =>
    parts
      .filter(({ role }) => roles.includes(role))
      .map(({ start, end }) => normalise(text.slice(start, end)).text);
  const secretTexts = leastWords === 0 ? [] : textsOf(["system"]);
  return readStretches(
    secretTexts,
    secretTexts.length === 0 ? [] : textsOf(["user", "tool"]),
    leastWords,
  );
}

interface Leak extends Span {
  readonly kind: "canary-word" | "prompt-leak";
}

/** The whole stretch goes, not the word alone. */
function rankOf({ kind }: Leak): number {
  return kind === "prompt-leak" ? 1 : 0;
}

function toFinding({ kind, start, end }: Leak, plain: NormalisedText): Finding {
  const [from, until] = plain.originOf(start, end);
  return {
    kind,
    severity: "high",
    start: from,
    end: until,
    advice: "The reply repeats instructions that were given in confidence. Answer without them.",
  };
}
