/** The world of the guarded graph: guardrails that find the word "xyzzy", a judge, and models that answer by their name. */

import type { CheckGuardrail, Finding, Guardrail } from "../../plugins/contract.ts";
import {
  simulated,
  type SimulatedCall,
  type SimulatedReply,
} from "../../plugins/providers/simulated.ts";
import { defineConfig, defineTool, type Config } from "../../worker/config.ts";
import { findAccount } from "../fixtures/every-verb.ts";

export const MAGIC_WORD = "xyzzy";

/** Finds every magic word. */
export function magicWords(rules: Partial<CheckGuardrail> = {}): CheckGuardrail {
  return {
    id: "magic",
    check: ({ text }) =>
      [...text.matchAll(/xyzzy/g)].map(({ index }): Finding => ({
        kind: "magic-word",
        severity: "high",
        start: index,
        end: index + MAGIC_WORD.length,
      })),
    ...rules,
  };
}

/** What the guarded graph names. */
export const GUARDRAILS: Readonly<Record<string, Guardrail>> = {
  magic: magicWords({ action: "redact", restore: true }),
  tone: {
    id: "tone",
    cost: "model",
    action: "fallback",
    judge: { model: "small", rubric: "Kind." },
  },
  service: magicWords({ cost: "model", action: "redact" }),
  person: magicWords({ action: "escalate" }),
};

export function guardedConfig(): Config {
  const models = ["simulated/one", "simulated/two", "simulated/small"];
  return defineConfig({
    providers: [simulated({ replies: answerGuarded })],
    models: { writer: ["simulated/one", "simulated/two"], small: ["simulated/small"] },
    prices: Object.fromEntries(
      models.map((model) => [model, { inputUsdPerMTok: 1, outputUsdPerMTok: 2 }]),
    ),
    guardrails: GUARDRAILS,
    tools: {
      findAccount: defineTool({ ...findAccount, run: async () => ({ balance: 0 }) }),
    },
  });
}

/** The judge does not like the first model; all else says the magic word where it is a reply of use. */
function answerGuarded({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (step.includes("?guard.tone")) return { value: { score: prompt.includes("by two") ? 1 : 0 } };
  if (step === "judged") return { value: { text: `by ${model}` } };
  if (step === "redacted") return { value: { text: prompt } };
  return { value: { text: MAGIC_WORD } };
}
