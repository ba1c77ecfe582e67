import type { Guardrail } from "../../plugins/contract.ts";
import { checkGuardrails } from "../../worker/check-guardrails.ts";

const good: Guardrail = { id: "good", check: () => [] };
const judge: Guardrail = { id: "tone", cost: "model", judge: { model: "small", rubric: "Kind." } };

function check(guardrails: object, guard = {}): void {
  checkGuardrails({
    models: { small: ["openai/gpt-5-mini"] },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a configuration in JavaScript may hold.
    guardrails: guardrails as Record<string, Guardrail>,
    guard,
  });
}

describe("the guardrails of a configuration", () => {
  it("may check by themselves, or let a model judge", () => {
    expect(() => check({ good, judge }, { input: ["good"], output: ["judge"] })).not.toThrow();
  });

  it.each([
    ["is none", null],
    ["is a text", "pii"],
    ["has no id", { check: () => [] }],
    ["has neither check nor judge", { id: "x" }],
    ["judges without saying that it costs a call", { ...judge, cost: "local" }],
    ["has an action that is none", { ...good, action: "explode" }],
    ["has an onError that is none", { ...good, onError: "ignore" }],
    ["judges and redacts", { ...judge, action: "redact" }],
    ["would restore what only attempts know", { ...good, cost: "model", restore: true }],
    ["has no time", { ...good, timeoutMs: 0 }],
  ])("are refused with one that %s, by its name", (_what, guardrail) => {
    expect(() => check({ mine: guardrail })).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID_GUARDRAIL",
        message: expect.stringContaining('"mine"'),
      }),
    );
  });

  it("are refused when a judge's alias is not there", () => {
    const lost = { ...judge, judge: { model: "large", rubric: "Kind." } };

    expect(() => check({ lost })).toThrow(
      expect.objectContaining({ code: "CONFIG_UNKNOWN_ALIAS" }),
    );
  });

  it("are refused when one that always looks is not there", () => {
    expect(() => check({ good }, { input: ["god"] })).toThrow(
      expect.objectContaining({
        code: "CONFIG_UNKNOWN_GUARDRAIL",
        message: expect.stringContaining('"god"'),
      }),
    );
  });
});
