/** Guardrails on a letter and on its answer: personal data that the model never sees, a judge, a person. No server, no key. */

import { kit } from "signalbox";
import { judge } from "signalbox/guardrails/judge";
import { pii } from "signalbox/guardrails/pii";
import { secrets } from "signalbox/guardrails/secrets";
import type { CheckGuardrail } from "signalbox/plugins";
import { simulated, type SimulatedCall, type SimulatedReply } from "signalbox/providers/simulated";
import { guardrailContract, runInProcess } from "signalbox/testing";
import { defineConfig } from "signalbox/worker";
import { z } from "zod";

/** What the models were sent. */
const sent: string[] = [];

/** The judge does not like refunds; the writer answers whoever writes. */
function answer({ model, prompt }: SimulatedCall): SimulatedReply {
  sent.push(prompt);
  if (model === "small") return { value: { score: prompt.includes("get a refund") ? 0.1 : 0.9 } };
  const wants = prompt.includes("broken") ? "a refund" : "an answer";
  return { value: { text: `You get ${wants}, [EMAIL_1].` } };
}

const config = defineConfig({
  providers: [simulated({ replies: answer })],
  models: { writer: ["simulated/large", "simulated/backup"], small: ["simulated/small"] },
  guardrails: {
    pii: pii({ kinds: ["email", "phone"], action: "redact", restore: true }),
    secrets: secrets({ action: "block" }),
    kind: judge({
      model: "small",
      rubric: "The reply is kind and promises no refund.",
      action: "escalate",
    }),
  },
  // Whatever a graph says: these look at every call, before its own.
  guard: { input: ["secrets"], output: ["secrets"] },
});

const { graph } = kit<typeof config>();

const answering = graph({
  id: "answering",
  input: z.object({ body: z.string() }),
  defaults: { model: "writer", guard: { input: ["pii"] } },
}).step("draft", {
  guard: { output: ["kind"] },
  output: z.object({ text: z.string() }),
  prompt: ({ input }) => `Answer this letter: ${input.body}`,
});

const orderNumbers: CheckGuardrail = {
  id: "order-numbers",
  action: "redact",
  check: ({ text }) =>
    [...text.matchAll(/\bORD-\d{6}\b/g)].map(({ index, 0: found }) => ({
      kind: "order-number",
      severity: "low",
      start: index,
      end: index + found.length,
    })),
};

beforeEach(() => {
  sent.length = 0;
});

describe("a guarded letter", () => {
  it("is answered to somebody whom no model knows", async () => {
    const letter = { body: "Where is my order? ada@example.com" };

    const { result, attempts } = await runInProcess(answering, letter, config);

    expect(result).toEqual({ text: "You get an answer, ada@example.com." });
    expect(sent.join()).not.toContain("ada@example.com");
    expect(attempts[0]?.guards).toMatchObject([
      { guardrail: "secrets", outcome: "passed" },
      {
        guardrail: "pii",
        outcome: "found",
        action: "redact",
        findings: [{ kind: "email", count: 1 }],
      },
      { guardrail: "secrets", direction: "output", outcome: "passed" },
      { guardrail: "kind", direction: "output", outcome: "passed" },
    ]);
  });

  it("waits for a person when the judge does not like the answer", async () => {
    const letter = { body: "It is broken. ada@example.com" };
    const decisions = { "draft/$guard": { allow: false } };

    const { error } = await runInProcess(answering, letter, { ...config, decisions });

    expect(error?.code).toBe("RUN_GUARDRAIL_BLOCKED");
  });
});

describe("a guardrail of one's own keeps the contract:", () => {
  const checks = guardrailContract({
    guardrail: () => orderNumbers,
    finds: ["Where is ORD-123456?"],
    passes: ["Where is ORD-12?", ""],
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
