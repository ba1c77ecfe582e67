/** Guardrails through the whole engine, in process: what is sent, what comes back, what is on record, who decides. */

import { kit } from "signalbox";
import type { CheckGuardrail, Finding, Guardrail, ModelRequest, Provider } from "signalbox/plugins";
import { runInProcess, type InProcessOptions } from "signalbox/testing";
import { z } from "zod";

const SECRET = "xyzzy";

const names = {
  models: { one: [], two: [], judge: [] },
  guardrails: { magic: {}, other: {} },
  tools: { find: { input: z.object({ q: z.string() }), output: z.object({ found: z.string() }) } },
};
const { graph } = kit<typeof names>();

const asking = graph({ id: "asking", input: z.string() }).step("ask", {
  model: "two",
  guard: { input: ["magic"], output: ["magic"] },
  output: z.object({ text: z.string() }),
  system: () => "Be kind.",
  prompt: ({ input }) => input,
});

function finder(rules: Partial<CheckGuardrail> = {}): CheckGuardrail {
  return {
    id: "finder",
    check: ({ text }) =>
      [...text.matchAll(/xyzzy/g)].map(({ index }): Finding => ({
        kind: "magic-word",
        severity: "high",
        start: index,
        end: index + SECRET.length,
      })),
    ...rules,
  };
}

interface Told {
  readonly model: string;
  readonly messages: ModelRequest["messages"];
}

/** Models that answer by a list, the last one again and again; and all that they were told. */
function world(
  replies: readonly (string | object)[],
  guardrails: Readonly<Record<string, Guardrail>>,
  more: Partial<InProcessOptions> = {},
): InProcessOptions & { readonly told: Told[] } {
  const told: Told[] = [];
  const provider: Provider = {
    id: "fake",
    async generate({ model, messages }) {
      const reply = replies[Math.min(told.push({ model, messages }), replies.length) - 1] ?? "";
      const text =
        typeof reply === "string" ? JSON.stringify({ text: reply }) : JSON.stringify(reply);
      return { text, finishReason: "stop", usage: { inputTokens: 10, outputTokens: 5 } };
    },
  };
  return {
    providers: [provider],
    models: { one: ["fake/a"], two: ["fake/a", "fake/b"], judge: ["fake/judge"] },
    prices: Object.fromEntries(
      ["a", "b", "judge"].map((model) => [
        `fake/${model}`,
        { inputUsdPerMTok: 1, outputUsdPerMTok: 1 },
      ]),
    ),
    guardrails: { magic: finder(), other: finder(), ...guardrails },
    told,
    ...more,
  };
}

const PAID = 15_000;

describe("a guardrail on what is sent", () => {
  it("blocks the step before anything is called, and the error names no more than kind and count", async () => {
    const { told, ...options } = world(["hello"], { magic: finder() });

    const run = await runInProcess(asking, `say ${SECRET}`, options);

    expect(told).toEqual([]);
    expect(run.error).toMatchObject({
      code: "RUN_GUARDRAIL_BLOCKED",
      message: expect.stringContaining('guardrail "magic" found 1 × magic-word in the input'),
    });
    expect(run.attempts).toMatchObject([
      { kind: "guardrail_blocked", notCalled: true, tries: 0, guards: [{ outcome: "found" }] },
    ]);
    expect(run.costNanoUsd).toBe(0);
    expect(JSON.stringify([run.error, run.attempts])).not.toContain(SECRET);
  });

  it("redacts, and gives the reply its originals back where the user wants that", async () => {
    const { told, ...options } = world(["you said [MAGIC_WORD_1]"], {
      magic: finder({ action: "redact", restore: true }),
    });

    const run = await runInProcess(asking, `say ${SECRET}`, options);

    expect(told[0]?.messages.at(-1)).toMatchObject({ content: "say [MAGIC_WORD_1]" });
    expect(run.result).toEqual({ text: `you said ${SECRET}` });
    expect(run.attempts[0]?.guards).toMatchObject([
      { guardrail: "magic", direction: "input", outcome: "found", action: "redact" },
      { guardrail: "magic", direction: "output", outcome: "passed" },
    ]);
  });

  it("looks again at every fallback", async () => {
    const { told, ...options } = world(["hello"], { magic: finder({ action: "redact" }) });
    const failing: Provider = {
      id: "fake",
      generate: async (request, context) => {
        const [provider] = options.providers;
        if (request.model === "a") {
          told.push({ model: "a", messages: request.messages });
          throw new Error("down");
        }
        return provider!.generate(request, context);
      },
    };

    await runInProcess(asking, SECRET, { ...options, providers: [failing] });

    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)?.model).toBe("b");
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });

  it("hands the next model the call where its action is fallback", async () => {
    const onlyB = finder({
      action: "fallback",
      check: (_content, { model }) =>
        model === "fake/b" ? [] : [{ kind: "wrong-model", severity: "low" }],
    });
    const { told, ...options } = world(["hello"], { magic: onlyB });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "hello" });
    expect(told.map(({ model }) => model)).toEqual(["b"]);
  });

  it("comes first where the configuration names it, whatever the graph says", async () => {
    const plain = graph({ id: "plain", input: z.string() }).step("ask", {
      model: "one",
      output: z.object({ text: z.string() }),
      prompt: ({ input }) => input,
    });
    const { told, ...options } = world(["hello"], {}, { guard: { input: ["other"] } });

    const run = await runInProcess(plain, SECRET, options);

    expect(told).toEqual([]);
    expect(run.error?.code).toBe("RUN_GUARDRAIL_BLOCKED");
  });

  it("is not turned off by another one that the step names", async () => {
    const { told, ...options } = world(
      ["hello"],
      { magic: finder({ check: () => [] }) },
      { guard: { input: ["other"] } },
    );

    const run = await runInProcess(asking, SECRET, options);

    expect(told).toEqual([]);
    expect(run.attempts[0]?.guards).toMatchObject([{ guardrail: "other" }]);
  });
});

describe("a guardrail on a reply", () => {
  it("blocks, and what was paid is charged", async () => {
    const { told: _told, ...options } = world([`it is ${SECRET}`], { magic: finder() });

    const run = await runInProcess(asking, "hi", options);

    expect(run.error?.code).toBe("RUN_GUARDRAIL_BLOCKED");
    expect(run.cost).toMatchObject({ spentNanoUsd: PAID, wastedNanoUsd: PAID, attempts: 1 });
    expect(JSON.stringify(run.error)).not.toContain(SECRET);
  });

  it("has the model told what was wrong, and asked once more", async () => {
    const { told, ...options } = world([SECRET, "hello"], { magic: finder({ action: "retry" }) });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "hello" });
    expect(told.map(({ model }) => model)).toEqual(["a", "a"]);
    expect(told[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      content: expect.stringContaining("it holds: magic-word"),
    });
    expect(run.cost.spentNanoUsd).toBe(2 * PAID);
  });

  it("goes on to the next model when being told does not help", async () => {
    const { told, ...options } = world([SECRET, SECRET, "hello"], {
      magic: finder({ action: "retry" }),
    });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "hello" });
    expect(told.map(({ model }) => model)).toEqual(["a", "a", "b"]);
  });

  it("takes the next model where its action is fallback", async () => {
    const { told, ...options } = world([SECRET, "hello"], {
      magic: finder({ action: "fallback" }),
    });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "hello" });
    expect(told.map(({ model }) => model)).toEqual(["a", "b"]);
    expect(run.attempts[0]).toMatchObject({ status: "failed", kind: "guardrail_blocked" });
  });

  it("redacts what the model wrote", async () => {
    const { told: _told, ...options } = world([`it is ${SECRET}`], {
      magic: finder({ action: "redact" }),
    });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "it is [MAGIC_WORD_1]" });
  });
});

describe("what is left to a person", () => {
  const magic = finder({ action: "escalate" });

  it("goes on when they allow it, and is asked once for the step", async () => {
    const { told, ...options } = world([`${SECRET}!`], { magic });
    const shown: unknown[] = [];
    const decisions = {
      "ask/$guard": (show: unknown) => {
        shown.push(show);
        return { allow: true };
      },
    };

    const run = await runInProcess(asking, `say ${SECRET}`, { ...options, decisions });

    expect(run.result).toEqual({ text: `${SECRET}!` });
    expect(told).toHaveLength(1);
    expect(shown).toMatchObject([{ step: "ask", guardrails: [{ guardrail: "magic" }] }]);
    expect(run.decisions).toMatchObject([{ step: "ask/$guard", value: { allow: true } }]);
  });

  it("stops when they do not", async () => {
    const { told, ...options } = world(["hello"], { magic });

    const run = await runInProcess(asking, SECRET, {
      ...options,
      decisions: { "ask/$guard": { allow: false } },
    });

    expect(told).toEqual([]);
    expect(run.error?.code).toBe("RUN_GUARDRAIL_BLOCKED");
  });

  it("does not pay again for a reply that they allow, and stops with one that they do not", async () => {
    const outcomes = [];
    for (const allow of [true, false]) {
      const { told, ...options } = world([SECRET], { magic });
      const decisions = { "ask/$guard": { allow } };
      const { result, error, costNanoUsd } = await runInProcess(asking, "hi", {
        ...options,
        decisions,
      });
      outcomes.push({ result, code: error?.code, costNanoUsd, calls: told.length });
    }

    expect(outcomes).toEqual([
      { result: { text: SECRET }, code: undefined, costNanoUsd: PAID, calls: 1 },
      { result: undefined, code: "RUN_GUARDRAIL_BLOCKED", costNanoUsd: PAID, calls: 1 },
    ]);
  });
});

describe("a guardrail that is a call of its own", () => {
  const rubric = { model: "judge", rubric: "No magic." };

  it("lets a model judge: recorded, charged, and never in place of the reply that is paid for", async () => {
    const { told, ...options } = world([{ score: 0.9 }, "hello", { score: 0.2 }], {
      magic: { id: "tone", cost: "model", judge: rubric, action: "flag" },
    });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "hello" });
    expect(told.map(({ model }) => model)).toEqual(["judge", "a", "judge"]);
    expect(run.attempts.map(({ step }) => step)).toEqual([
      "ask?guard.magic",
      "ask",
      "ask?guard.magic[2]",
    ]);
    expect(run.attempts[1]?.guards).toMatchObject([
      { guardrail: "magic", direction: "input", outcome: "passed" },
      { guardrail: "magic", direction: "output", outcome: "found", findings: [{ kind: "tone" }] },
    ]);
    expect(run.costNanoUsd).toBe(3 * PAID);
  });

  it("takes the next model when the judge says no and its action is fallback", async () => {
    const { told, ...options } = world([{ score: 1 }, "bad", { score: 0 }, "good", { score: 1 }], {
      magic: { id: "tone", cost: "model", judge: rubric, action: "fallback" },
    });

    const run = await runInProcess(asking, "hi", options);

    expect(run.result).toEqual({ text: "good" });
    expect(told.map(({ model }) => model)).toEqual(["judge", "a", "judge", "b", "judge"]);
    expect(run.attempts[1]).toMatchObject({ status: "failed", kind: "guardrail_blocked" });
  });

  it("fails closed when no judge answers, unless the user says otherwise", async () => {
    const codes = [];
    for (const onError of ["block", "allow"] as const) {
      const { told: _told, ...options } = world([{ nonsense: true }], {
        magic: { id: "tone", cost: "model", judge: rubric, onError },
      });
      const run = await runInProcess(asking, "hi", { ...options, providers: [judgeIsDown()] });
      codes.push(run.error?.code);
    }

    expect(codes).toEqual(["RUN_GUARDRAIL_BLOCKED", undefined]);
  });

  it("may ask somebody else by itself, and redact", async () => {
    const { told, ...options } = world([`${SECRET}!`], {
      magic: finder({ cost: "model", action: "redact" }),
    });

    const run = await runInProcess(asking, `say ${SECRET}`, options);

    expect(told[0]?.messages.at(-1)).toMatchObject({ content: "say [MAGIC_WORD_1]" });
    // A number that stands in the conversation already may be somebody else's.
    expect(run.result).toEqual({ text: "[MAGIC_WORD_2]!" });
    expect(run.attempts[0]?.guards).toMatchObject([
      { direction: "input", action: "redact" },
      { direction: "output", action: "redact" },
    ]);
  });

  it("is itself shown nothing that the step's own guardrails redact", async () => {
    const both = graph({ id: "both", input: z.string() }).step("ask", {
      model: "one",
      guard: { input: ["magic", "other"] },
      output: z.object({ text: z.string() }),
      prompt: ({ input }) => input,
    });
    const { told, ...options } = world([{ score: 1 }, "hello"], {
      magic: { id: "tone", cost: "model", judge: rubric },
      other: finder({ action: "redact" }),
    });

    await runInProcess(both, SECRET, options);

    expect(told).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });
});

/** The judge does not answer; everybody else does. */
function judgeIsDown(): Provider {
  return {
    id: "fake",
    async generate({ model }) {
      if (model === "judge") throw new Error("down");
      const usage = { inputTokens: 10, outputTokens: 5 };
      return { text: '{"text":"hello"}', finishReason: "stop", usage };
    },
  };
}
