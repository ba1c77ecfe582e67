/** The lines of the design's prototype: what must compile, and what must not. Checked by `npm run typecheck`. */

import { z } from "zod";
import { kit, type ResultOf, type InputOf } from "signalbox";
// oxlint-disable typescript/no-unnecessary-type-parameters -- The usual way to compare types exactly.
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function ok<Fact extends true>(fact?: Fact): void {
  void fact;
}

const { graph: g0, step } = kit({
  models: { small: "openai/gpt-mini", smart: "anthropic/large", backup: "google/pro" },
  guardrails: { pii: 1, tone: 1, "no-secrets": 1 },
});
const Ticket = z.object({ id: z.string(), body: z.string(), attachments: z.array(z.string()) });
const Answer = z.object({ text: z.string(), refund: z.number().default(0) });
const support = g0({ id: "support", version: "1", input: Ticket })
  .step("classify", {
    model: ["small", "backup"],
    guard: { input: ["pii"] },
    output: z.object({ kind: z.enum(["billing", "bug", "spam"]), urgent: z.boolean() }),
    prompt: ({ input }) => `Classify this ticket:\n${input.body}`,
  })
  .map("files", {
    needs: [],
    over: ({ input }) => input.attachments,
    concurrency: 3,
    each: (g) =>
      g.step("summary", {
        model: "small",
        output: z.object({ gist: z.string() }),
        prompt: ({ item }) => `Summarise ${item}`,
      }),
  })
  .branch("context", {
    needs: ["classify"],
    on: ({ classify }) => classify.kind,
    cases: {
      billing: (g) =>
        g.step("policy", {
          model: "small",
          output: z.object({ rules: z.string() }),
          prompt: ({ input }) => `Refund rules for: ${input.body}`,
        }),
      bug: (g) =>
        g.step("repro", {
          model: "smart",
          output: z.object({ steps: z.array(z.string()) }),
          prompt: ({ input, classify }) => `Reproduce (${classify.kind}): ${input.body}`,
        }),
      spam: (g) => g.code("drop", { run: () => ({ reason: "spam" as const }) }),
    },
  })
  .refine("answer", {
    needs: ["context", "files"],
    maxRounds: 3,
    write: {
      model: ["smart", "backup"],
      guard: { output: ["no-secrets"] },
      output: Answer,
      prompt: ({ input, context, files, last }) =>
        `Answer ${input.id}.\n${JSON.stringify(context.value)}\n${files.map((f) => f.gist).join("\n")}${last ? `\nFix: ${last.review.problems.join("; ")}` : ""}`,
    },
    review: {
      model: "small",
      output: z.object({ ok: z.boolean(), problems: z.array(z.string()) }),
      prompt: ({ draft }) => `Review: ${draft.text}`,
    },
    accept: (r) => r.ok,
  })
  .approval("signoff", {
    when: ({ answer }) => answer.draft.refund > 50,
    otherwise: { approved: true },
    timeout: "2 days",
    onTimeout: { approved: false, note: "timed out" },
    decision: z.object({ approved: z.boolean(), note: z.string().optional() }),
    show: ({ answer, input }) => ({ ticket: input.id, refund: answer.draft.refund }),
  })
  .code("result", {
    run: ({ answer, signoff, classify }) => ({
      kind: classify.kind,
      text: signoff.approved ? answer.draft.text : "A colleague will get back to you.",
      rounds: answer.rounds,
    }),
  });

ok<
  Eq<ResultOf<typeof support>, { kind: "billing" | "bug" | "spam"; text: string; rounds: number }>
>();
ok<Eq<InputOf<typeof support>, { id: string; body: string; attachments: string[] }>>();

/** Never called: what the compiler refuses would throw. */
function compiles(): void {
  const { graph } = kit({
    models: { small: 1, smart: 1 },
    guardrails: { pii: 1 },
    tools: { find: { input: z.object({ q: z.string() }), output: z.object({ hits: z.number() }) } },
  });
  const base = graph({ id: "t", input: z.object({ q: z.string() }) }).step("a", {
    model: "small",
    output: z.object({ n: z.number(), kind: z.enum(["x", "y"]) }),
    prompt: ({ input }) => input.q,
  });
  // @ts-expect-error unknown model alias
  base.step("b", { model: "gpt-typo", output: z.string(), prompt: () => "" });
  // @ts-expect-error unknown guardrail
  base.step("b", { guard: { input: ["nope"] }, output: z.string(), prompt: () => "" });
  // @ts-expect-error
  base.step("b", { needs: ["zzz"], output: z.string(), prompt: () => "" });
  // @ts-expect-error
  base.step("a", { output: z.string(), prompt: () => "" });
  // @ts-expect-error
  base.step("input", { output: z.string(), prompt: () => "" });
  // @ts-expect-error
  base.step("b", { output: z.string(), prompt: ({ a }) => a.missing });
  const fork = base
    .step("l", {
      needs: ["a"],
      output: z.object({ l: z.string() }),
      prompt: ({ a }) => String(a.n),
    })
    .step("r", { needs: ["a"], output: z.object({ r: z.string() }), prompt: () => "" });
  // @ts-expect-error
  fork.step("j", { needs: ["r"], output: z.string(), prompt: ({ l }) => l.l });
  fork.step("j", {
    needs: ["l", "r"],
    output: z.string(),
    prompt: ({ a, l, r }) => `${a.n}${l.l}${r.r}`,
  });
  // @ts-expect-error non-exhaustive
  base.branch("b", { on: ({ a }) => a.kind, cases: { x: (g) => g.code("k", { run: () => 1 }) } });
  base.branch("b", {
    on: ({ a }) => a.kind,
    cases: {
      x: (g) => g.code("k", { run: () => 1 }),
      y: (g) => g.code("k", { run: () => 1 }),
      // @ts-expect-error one too many
      z: (g) => g.code("k", { run: () => 1 }),
    },
  });
  base
    .branch("b", {
      on: ({ a }) => a.kind,
      cases: {
        x: (g) => g.code("k", { run: ({ a }) => a.n }),
        y: (g) => g.step("m", { output: z.object({ why: z.string() }), prompt: ({ a }) => a.kind }),
      },
    })
    .code("c", { run: ({ b }) => (b.case === "y" ? b.value.why : String(b.value + 1)) });
  const cond = base.maybe("c", {
    when: ({ a }) => a.n > 1,
    output: z.object({ t: z.string() }),
    prompt: () => "",
  });
  // @ts-expect-error
  cond.code("d", { run: ({ c }) => c.t });
  cond.code("d", { run: ({ c }) => c?.t ?? "none" });
  // tools
  base
    .tool("f", { tool: "find", input: ({ a }) => ({ q: a.kind }) })
    .code("z", { run: ({ f }) => f.hits + 1 });
  // @ts-expect-error
  base.tool("f", { tool: "nope", input: () => ({ q: "" }) });
  // @ts-expect-error
  base.tool("f", { tool: "find", input: () => ({ q: 3 }) });
  // pairs
  // @ts-expect-error
  base.approval("s", { decision: z.boolean(), show: () => 1, timeout: "1 day" });
  // @ts-expect-error
  base.approval("s", { decision: z.boolean(), show: () => 1, onTimeout: true });
  // @ts-expect-error
  base.approval("s", { decision: z.boolean(), show: () => 1, when: () => true });
  // @ts-expect-error
  base.wait("w", { duration: "3 bananas" });
  base
    .wait("w", { duration: "3 days" })
    .wait("e", {
      event: z.object({ paid: z.boolean() }),
      timeout: "1 day",
      onTimeout: { paid: false },
    })
    .code("x", { run: ({ e }) => e.paid });
  // nested map, collect
  const m = base.map("m", {
    over: () => [1, 2],
    onItemFailure: "collect",
    each: (g) =>
      g.map("n", {
        over: ({ item }) => [String(item)],
        each: (h) => h.code("o", { run: ({ item, a }) => `${String(item)}${a.n}` }),
      }),
  });
  m.code("p", {
    run: ({ m: outcomes }) =>
      outcomes.map((x) => (x.ok ? x.value.map((s) => s.length) : x.error.code)),
  });
  // reuse
  const triage = step({
    input: z.object({ body: z.string() }),
    output: z.object({ kind: z.enum(["q", "w"]) }),
    model: "small",
    prompt: ({ input }) => input.body,
  });
  g0({ id: "u", input: Ticket })
    .step("t1", triage)
    .code("k", { run: ({ t1 }) => t1.kind });
  g0({ id: "u", input: z.object({ text: z.string() }) })
    .step(
      "t1",
      triage.from(({ input }) => ({ body: input.text })),
    )
    .code("k", { run: ({ t1 }) => t1.kind });
  // @ts-expect-error
  g0({ id: "u", input: z.object({ text: z.string() }) }).step("t1", triage);
  // sub
  base
    .sub("s", { graph: support, input: () => ({ id: "", body: "", attachments: [] }) })
    .code("k", { run: ({ s }) => s.rounds });
}

describe("the prototype's support graph", () => {
  it("has nothing that validate could complain of", () => {
    expect(compiles).toBeDefined();
    expect(support.validate()).toEqual([]);
  });
});
