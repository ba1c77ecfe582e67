/** Reads the tokens and the price out of the body of an answer, whichever vendor wrote it. */

import type { Usage } from "../contract.ts";
import { isRecord } from "../http/vendor-error.ts";

/** What an answer cost, as far as it says. */
export interface Charge {
  readonly usage?: Usage;
  readonly costUsd?: number;
}

/** Reads what a body says of tokens and price. Empty where it says nothing. */
export function readCharge(body: unknown): Charge {
  if (!isRecord(body)) return {};
  const counts = [body["usage"], body["usageMetadata"], body].find(isCounted);
  if (counts === undefined) return {};
  const costUsd = numberIn(counts, ["cost"]) ?? numberIn(body, ["cost"]);
  const usage = readUsage(counts);
  return {
    ...(usage === undefined ? {} : { usage }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** OpenAI, Anthropic, Google, Bedrock and Ollama name the same things differently. */
const INPUT = [
  "prompt_tokens",
  "input_tokens",
  "promptTokenCount",
  "inputTokens",
  "prompt_eval_count",
];
const OUTPUT = [
  "completion_tokens",
  "output_tokens",
  "candidatesTokenCount",
  "outputTokens",
  "eval_count",
];
const CACHED = [
  "cached_tokens",
  "cachedContentTokenCount",
  "cacheReadInputTokens",
  "prompt_cache_hit_tokens",
];
const REASONING = ["reasoning_tokens", "thoughtsTokenCount", "thinking_tokens"];

/** Reads the tokens of what a vendor calls usage. Undefined: there are no counts in it. */
export function readUsage(counts: unknown): Usage | undefined {
  if (!isCounted(counts)) return undefined;
  const details = [
    counts,
    counts["prompt_tokens_details"],
    counts["input_tokens_details"],
    counts["completion_tokens_details"],
    counts["output_tokens_details"],
  ].filter(isRecord);
  const find = (names: readonly string[]): number | undefined =>
    details.map((level) => countIn(level, names)).find((count) => count !== undefined);
  return dropAbsent({
    inputTokens: allInput(counts),
    outputTokens: allOutput(counts, find(REASONING)),
    cachedInputTokens: find(CACHED) ?? countIn(counts, ["cache_read_input_tokens"]),
    reasoningTokens: find(REASONING),
  });
}

/** Anthropic and Bedrock count what the cache had beside the input. */
function allInput(counts: Readonly<Record<string, unknown>>): number | undefined {
  const input = countIn(counts, INPUT);
  if (input === undefined) return undefined;
  const beside = [
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
  ];
  return beside.reduce((sum, name) => sum + (countIn(counts, [name]) ?? 0), input);
}

/** Google and xAI count reasoning beside the output, and nobody else: the total tells it. */
function allOutput(counts: Readonly<Record<string, unknown>>, reasoning = 0): number | undefined {
  const output = countIn(counts, OUTPUT);
  if (output === undefined) return undefined;
  const isBeside =
    countIn(counts, ["thoughtsTokenCount"]) !== undefined ||
    countIn(counts, ["total_tokens"]) === (countIn(counts, INPUT) ?? 0) + output + reasoning;
  return isBeside ? output + reasoning : output;
}

function isCounted(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && countIn(value, [...INPUT, ...OUTPUT]) !== undefined;
}

/** Tokens are whole: what is not would break sums further on. */
function countIn(
  level: Readonly<Record<string, unknown>>,
  names: readonly string[],
): number | undefined {
  const count = Math.ceil(numberIn(level, names) ?? Number.NaN);
  return Number.isSafeInteger(count) ? count : undefined;
}

function numberIn(
  level: Readonly<Record<string, unknown>>,
  names: readonly string[],
): number | undefined {
  const value = names.map((name) => level[name]).find((count) => typeof count === "number");
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function dropAbsent(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== undefined));
}
