/** The rules that every guardrail takes in which a model judges. */

import type { JudgeGuardrail } from "../guardrail-contract.ts";
import { invalidGuardOption, readGuardOptions, type GuardOptions } from "./guard-options.ts";

/** What the user decides of any guardrail in which a model judges. */
export interface JudgeGuardOptions extends Omit<GuardOptions, "restore"> {
  /** The alias, in the configuration, of the model that judges. */
  readonly model: string;
  /** The score, from 0 (bad) to 1 (good), below which it is a finding. Default: 0.5. */
  readonly atLeast?: number;
  /** The kind of its findings: lower-case words with hyphens. Default: the guardrail's id. */
  readonly kind?: string;
}

const KIND = /^[a-z0-9]{1,60}(?:-[a-z0-9]{1,60}){0,10}$/;
const LONGEST_KIND = 60;

/**
 * A guardrail that judges by `rubric`.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function readJudgeOptions(
  id: string,
  options: JudgeGuardOptions,
  rubric: string,
): JudgeGuardrail {
  const { model, atLeast, kind } = options;
  if (typeof model !== "string" || model === "") {
    throw invalidGuardOption(id, "model", model, "an alias of the configuration");
  }
  if (atLeast !== undefined && !(atLeast > 0 && atLeast <= 1)) {
    throw invalidGuardOption(id, "atLeast", atLeast, "a score above 0, 1 at most");
  }
  if (kind !== undefined && !(KIND.test(kind) && kind.length <= LONGEST_KIND)) {
    throw invalidGuardOption(
      id,
      "kind",
      kind,
      "lower-case words with hyphens, 60 characters at most",
    );
  }
  return {
    id,
    cost: "model",
    ...readGuardOptions(id, options),
    judge: {
      model,
      rubric,
      ...(atLeast !== undefined && { atLeast }),
      ...(kind !== undefined && { kind }),
    },
  };
}
