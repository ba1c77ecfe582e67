/** Lets a model judge by a rubric of the user's. The engine asks it. */

import type { JudgeGuardrail } from "../guardrail-contract.ts";
import { readJudgeOptions, type JudgeGuardOptions } from "../guarding/judge-options.ts";
import { invalidGuardOption } from "../guarding/guard-options.ts";

/** What the guardrail `judge` can be told. */
export interface JudgeOptions extends JudgeGuardOptions {
  /** What must not be, or has to be, in words. */
  readonly rubric: string;
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function judge(options: JudgeOptions): JudgeGuardrail {
  const { rubric } = options;
  if (typeof rubric !== "string" || rubric.trim() === "") {
    throw invalidGuardOption("judge", "rubric", rubric, "what must not be, or has to be, in words");
  }
  return readJudgeOptions("judge", options, rubric);
}
