/** Finds replies that are too long or too short: in tokens, in characters as a reader counts them, in sentences. */

import type { CheckGuardrail, Finding } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { countCharacters } from "../guarding/length/count-characters.ts";
import { countSentences, hasFewEnds } from "../guarding/length/count-sentences.ts";
import { countTokensUntil } from "../guarding/length/count-tokens-until.ts";

/** What the guardrail `length` can be told. At least one limit. */
export interface LengthOptions extends GuardOptions {
  readonly maxTokens?: number;
  readonly minTokens?: number;
  /** As a reader counts: an emoji is one, and so is a letter with its accents. */
  readonly maxCharacters?: number;
  readonly minCharacters?: number;
  readonly maxSentences?: number;
  readonly minSentences?: number;
  /** Whose tokens are counted, such as `"openai/gpt-5"`. Default: those of the model that is asked. */
  readonly model?: string;
}

const ID = "length";
const UNITS = ["tokens", "characters", "sentences"] as const;
type Unit = (typeof UNITS)[number];

interface Limit {
  readonly unit: Unit;
  readonly least: number;
  readonly most: number;
}

/**
 * Looks at replies, as the texts they are: of a structured reply all texts together, names of members included.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function length(options: LengthOptions): CheckGuardrail {
  const limits = UNITS.map((unit) => readLimit(unit, options)).filter(
    ({ least, most }) => least > 0 || most < Infinity,
  );
  if (limits.length === 0) {
    throw invalidGuardOption(ID, "maxTokens", undefined, "at least one limit");
  }
  return {
    id: ID,
    places: ["output"],
    ...readGuardOptions(ID, options),
    check: ({ text }, context) =>
      limits.flatMap((limit) => look(text, limit, options.model ?? context.model)),
  };
}

const NAMES = {
  tokens: { min: "minTokens", max: "maxTokens" },
  characters: { min: "minCharacters", max: "maxCharacters" },
  sentences: { min: "minSentences", max: "maxSentences" },
} as const;

function readLimit(unit: Unit, options: LengthOptions): Limit {
  const { min, max } = NAMES[unit];
  const least = options[min] ?? 0;
  const most = options[max] ?? Infinity;
  if (!(Number.isInteger(least) && least >= 0)) {
    throw invalidGuardOption(ID, min, least, "a whole number, 0 or more");
  }
  if (most !== Infinity && !(Number.isInteger(most) && most >= Math.max(least, 0))) {
    throw invalidGuardOption(ID, max, most, `a whole number that is not below "${min}"`);
  }
  return { unit, least, most };
}

function look(text: string, { unit, least, most }: Limit, model: string): readonly Finding[] {
  // No character has less than one unit, and no token less than one byte.
  const bound = unit === "tokens" ? text.length * 3 : text.length;
  if (least === 0 && bound <= most) return [];
  if (least === 0 && unit === "sentences" && hasFewEnds(text, most)) return [];
  // Whether it is one more than this is all that has to be known.
  const enough = most === Infinity ? least : most;
  const count = countUntil(text, unit, model, enough);
  if (count > most) return [finding(`too-many-${unit}`, `has more than ${most} ${unit}`)];
  if (count < least) return [finding(`too-few-${unit}`, `has fewer than ${least} ${unit}`)];
  return [];
}

function countUntil(text: string, unit: Unit, model: string, enough: number): number {
  switch (unit) {
    case "tokens":
      return countTokensUntil(text, model, enough);
    case "characters":
      return countCharacters(text, enough);
    case "sentences":
      return countSentences(text, enough);
  }
}

function finding(kind: string, what: string): Finding {
  return { kind, severity: "low", advice: `the reply ${what}` };
}
