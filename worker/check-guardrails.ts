/** Checks the guardrails of a configuration: one that cannot work must be found before it is needed. */

import type { GuardNames } from "../graph/definition.ts";
import { GUARD_ACTIONS, type Guardrail } from "../plugins/contract.ts";
import { ConfigError } from "./config-error.ts";

interface Guarded {
  readonly models: object;
  readonly guardrails?: Readonly<Record<string, Guardrail>>;
  readonly guard?: Partial<GuardNames>;
}

/** @throws {ConfigError} CONFIG_INVALID_GUARDRAIL, CONFIG_UNKNOWN_GUARDRAIL or CONFIG_UNKNOWN_ALIAS. */
export function checkGuardrails({ models, guardrails = {}, guard = {} }: Guarded): void {
  for (const [name, guardrail] of Object.entries(guardrails)) {
    checkGuardrail(name, guardrail);
    checkJudge(name, guardrail, models);
  }
  for (const name of [...(guard.input ?? []), ...(guard.output ?? [])]) {
    if (Object.hasOwn(guardrails, name)) continue;
    const there = Object.keys(guardrails).map((known) => `"${known}"`);
    throw new ConfigError(
      "CONFIG_UNKNOWN_GUARDRAIL",
      `"guard" of the configuration names the guardrail "${name}", which is not there ` +
        `(there are: ${there.join(", ") || "none"}). Add it to "guardrails", or mend the name.`,
    );
  }
}

function checkGuardrail(name: string, guardrail: Guardrail): void {
  const why = whyUseless(guardrail);
  if (why === undefined) return;
  throw new ConfigError("CONFIG_INVALID_GUARDRAIL", `The guardrail "${name}" cannot work: ${why}.`);
}

/** Configurations are written in JavaScript too: what the types promise may not be there. */
function whyUseless(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null) {
    return `it is no guardrail. Make it with one of signalbox/guardrails, or give it "id" and "check"`;
  }
  const { id, check, judge, cost, action, onError, restore, timeoutMs } = { ...NOTHING, ...given };
  if (typeof id !== "string" || id === "") return `it has no "id"`;
  if (typeof check !== "function" && typeof judge !== "object") {
    return `it has neither "check" nor "judge"`;
  }
  if (judge !== undefined && cost !== "model")
    return `a "judge" costs a call: give it cost "model"`;
  if (action !== undefined && !GUARD_ACTIONS.some((known) => known === action)) {
    return `its "action" is none of ${GUARD_ACTIONS.join(", ")}`;
  }
  if (onError !== undefined && onError !== "block" && onError !== "allow") {
    return `its "onError" is neither "block" nor "allow"`;
  }
  if (judge !== undefined && action === "redact") {
    return "a judge does not say where it found something, so nothing can be redacted";
  }
  if (restore === true && cost === "model") {
    return `"restore" needs the originals, which only guardrails within the attempt have`;
  }
  return timeoutMs === undefined || Number(timeoutMs) > 0
    ? undefined
    : `its "timeoutMs" is not above 0`;
}

const NOTHING: Readonly<Record<string, unknown>> = {
  id: undefined,
  check: undefined,
  judge: undefined,
  cost: undefined,
  action: undefined,
  onError: undefined,
  restore: undefined,
  timeoutMs: undefined,
};

function checkJudge(name: string, guardrail: Guardrail, models: object): void {
  if (!("judge" in guardrail) || Object.hasOwn(models, guardrail.judge.model)) return;
  throw new ConfigError(
    "CONFIG_UNKNOWN_ALIAS",
    `The guardrail "${name}" asks the alias "${guardrail.judge.model}", which is not in "models". Add it, or mend the name.`,
  );
}
