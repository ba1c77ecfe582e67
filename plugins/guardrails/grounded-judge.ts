/** Lets a model judge whether each claim of a reply is supported by what it was given. The engine asks it. */

import type { JudgeGuardrail } from "../guardrail-contract.ts";
import { readJudgeOptions, type JudgeGuardOptions } from "../guarding/judge-options.ts";

/** What the guardrail `groundedJudge` can be told. */
export interface GroundedJudgeOptions extends JudgeGuardOptions {
  /** What else it has to keep to, in words. Default: nothing. */
  readonly rules?: string;
}

const RUBRIC = [
  "Take the reply apart into single claims: statements that can be true or false.",
  "For each claim look for the sentence of the conversation, of its tool results or of its sources, that supports it.",
  "A claim is supported when that sentence says the same, or it follows from it without further knowledge.",
  "What you know yourself is no support. Neither is what the reply says of itself.",
  "Numbers, names, dates and quotes have to be the same; rounding is well when the reply says so.",
  "Greetings, questions, offers of help and statements that nothing was found are no claims.",
  "The score is the share of claims that are supported. 1: all of them, or there is none. A claim that contradicts a source makes it 0.",
].join("\n");

/**
 * Its findings are of the kind `unsupported-claim`, if no other is given. Beside {@link grounded}, which costs nothing.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function groundedJudge(options: GroundedJudgeOptions): JudgeGuardrail {
  const { rules } = options;
  const rubric = rules === undefined ? RUBRIC : `${RUBRIC}\n${rules}`;
  return readJudgeOptions(
    "grounded",
    { kind: "unsupported-claim", atLeast: 0.9, places: ["output"], ...options },
    rubric,
  );
}
