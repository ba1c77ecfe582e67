/* oxlint-disable typescript/no-unnecessary-type-parameters -- Comparing types exactly, `any` included, takes them. */
/**
 * What the compiler accepts and refuses. `npm run typecheck` is the test of this file: an `@ts-expect-error` above a line
 * that compiles is an error. What jest runs at its end is what the types promise about run time.
 */

import type { Client, WorkflowHandleWithStartDetails } from "@temporalio/client";
import { z } from "zod";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import type { AnyGraph, InputOf, ResultOf } from "../../graph/graph.ts";
import { createKit } from "../../graph/kit.ts";
import { createVersions } from "../../graph/versions.ts";
import type { Config } from "../../worker/config.ts";
import { defineConfig } from "../../worker/config.ts";
import { interpret, openLedger } from "../../workflows/interpreter.ts";
import { RunRecord } from "../../workflows/run-record.ts";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles for `true` only. */
function holds<Fact extends true>(fact?: Fact): void {
  void fact;
}

const config = defineConfig({
  providers: [{ id: "openai", generate: () => Promise.reject(new Error("not called")) }],
  models: { small: ["openai/gpt-5-mini"], smart: ["openai/gpt-5"] },
});
const kit = createKit({
  run: ([definition = neverCalled()], input) =>
    interpret(definition, input, {
      host: {
        now: () => 0,
        route: neverCalled,
        attempt: neverCalled,
        guard: neverCalled,
        callTool: neverCalled,
        runSub: neverCalled,
        runPart: neverCalled,
        sleep: neverCalled,
        receive: neverCalled,
        keepVerdicts: neverCalled,
        reward: neverCalled,
        isolate: neverCalled,
      },
      record: new RunRecord(),
      ledger: openLedger(undefined),
    }),
  drawSvg: neverCalled,
});
const { graph } = kit<typeof config>();

function neverCalled(): never {
  throw new Error("no model is called here");
}

const text = { model: "small", output: z.string(), prompt: () => "" } as const;
const base = graph({ id: "t", input: z.object({ q: z.string() }) }).step("a", {
  model: "small",
  output: z.object({ n: z.number(), kind: z.enum(["x", "y"]) }),
  prompt: ({ input }) => input.q,
});
const fork = base.step("l", { ...text, needs: ["a"] }).step("r", { ...text, needs: ["a"] });
const shaped = graph({
  id: "shaped",
  input: z.object({ count: z.number().default(1), on: z.string().transform((on) => new Date(on)) }),
})
  .code("days", { run: async ({ input }) => ({ days: input.on.getDate() + input.count }) })
  .step("say", { ...text, prompt: ({ days }) => `${days.days} days` });

function aliases(): void {
  base.step("b", { ...text, model: "smart" });
  base.step("b", { ...text, model: ["smart", "small"] });
  // @ts-expect-error -- an alias that the configuration does not have
  base.step("b", { ...text, model: "gpt-typo" });
  // @ts-expect-error -- the same, among others
  base.step("b", { ...text, model: ["small", "gpt-typo"] });
  // @ts-expect-error -- no alias at all
  base.step("b", { ...text, model: [] });
  // @ts-expect-error -- a model's name instead of an alias
  base.step("b", { ...text, model: "openai/gpt-5" });
  // Its model may be the graph's default: that there is one is checked when a worker starts.
  base.step("b", { output: z.string(), prompt: () => "" });
}

function rewards(): void {
  const model = base.step("b", { ...text, needs: ["a"] });
  model.reward("r", { of: "b", value: ({ b }) => b.length });
  model.reward("r", { of: "b", needs: ["b"], value: () => 1 }).code("c", { run: ({ r }) => r * 2 });
  // @ts-expect-error -- a step that is no model call
  model.code("c", { run: () => 1 }).reward("r", { of: "c", value: () => 1 });
  // @ts-expect-error -- a step that it does not wait for
  model.reward("r", { of: "b", needs: [], value: () => 1 });
  // @ts-expect-error -- a value that is no number
  model.reward("r", { of: "b", value: () => "good" });
  base.step("b", { ...text, routingKey: ({ input }) => input.q });
  // @ts-expect-error -- a key that is no text
  base.step("b", { ...text, routingKey: () => 1 });
}

function stepsAndNeeds(): void {
  base.step("b", { ...text, needs: [] });
  // @ts-expect-error -- a need that is no step
  base.step("b", { ...text, needs: ["zzz"] });
  // @ts-expect-error -- a step does not need itself
  base.step("b", { ...text, needs: ["b"] });
  // @ts-expect-error -- the input is there without being asked for
  base.step("b", { ...text, needs: ["input"] });
  // @ts-expect-error -- the first step has nothing to need
  graph({ id: "t", input: z.string() }).step("a", { ...text, needs: ["b"] });
  // @ts-expect-error -- step "a" already exists
  base.step("a", text);
  // @ts-expect-error -- also for another verb
  base.code("a", { run: () => 1 });
  // @ts-expect-error -- also when it is not the last one
  fork.step("l", text);
}

function whatCallbacksSee(): void {
  base.step("b", { ...text, prompt: ({ input, a }) => `${input.q} ${a.n}` });
  // @ts-expect-error -- a field that the output of "a" does not have
  base.step("b", { ...text, prompt: ({ a }) => a.missing });
  // @ts-expect-error -- a field that the input does not have
  base.step("b", { ...text, prompt: ({ input }) => input.missing });
  // @ts-expect-error -- the same for "system"
  base.step("b", { ...text, system: ({ a }) => a.missing });
  // @ts-expect-error -- a member of the enum that there is not
  base.code("b", { run: ({ a }) => a.kind === "z" });
  // @ts-expect-error -- needs nothing, so sees no step
  base.step("b", { ...text, needs: [], prompt: ({ a }) => String(a.n) });
  // @ts-expect-error -- "l" is there, but "j" does not wait for it
  fork.step("j", { ...text, needs: ["r"], prompt: ({ l }) => l });
  // @ts-expect-error -- by default that is the step before alone
  fork.step("j", { ...text, prompt: ({ l }) => l });
  // What its needs needed, a callback may read without naming it.
  fork.step("j", { ...text, needs: ["r"], prompt: ({ a, r }) => `${a.n} ${r}` });
  fork.step("j", { ...text, needs: ["l", "r"], prompt: ({ a, l, r }) => `${a.n} ${l} ${r}` });
  base.code("b", {
    run: (view) => {
      // @ts-expect-error -- what a callback sees is not its to change
      view.a = { n: 1, kind: "x" };
    },
  });
}

function whatCallbacksGive(): void {
  // @ts-expect-error -- a prompt is text
  base.step("b", { ...text, prompt: ({ a }) => a.n });
  // @ts-expect-error -- and not a promise of it
  base.step("b", { ...text, prompt: async () => "" });
  // What `run` gives is what the next step sees, promise or not.
  base.code("b", { run: async () => 1 }).code("c", { run: ({ b }) => b + 1 });
}

function deadlines(): void {
  base.step("b", { ...text, deadline: "1.5 minutes" });
  // @ts-expect-error -- no duration
  base.step("b", { ...text, deadline: "soon" });
  // @ts-expect-error -- a unit that there is not
  base.step("b", { ...text, deadline: "30 s" });
  // @ts-expect-error -- a number says no unit
  base.step("b", { ...text, deadline: 30 });
}

function whatARunTakesAndGives(): void {
  // Defaults are not yet filled in, transforms not yet run.
  holds<Equal<InputOf<typeof shaped>, { count?: number | undefined; on: string }>>();
  holds<Equal<ResultOf<typeof shaped>, string>>();
  holds<Equal<InputOf<typeof base>, { q: string }>>();
  holds<Equal<ResultOf<typeof base>, { n: number; kind: "x" | "y" }>>();
  const counted = fork.code("count", { run: async () => 1 });
  holds<Equal<ResultOf<typeof counted>, number>>();
  // Of a graph whose type is not known nothing is known.
  holds<Equal<InputOf<AnyGraph>, unknown>>();
  holds<Equal<ResultOf<AnyGraph>, unknown>>();
}

async function severalVersions({ workflow }: Client, client: SignalboxClient): Promise<void> {
  const both = createVersions(neverCalled)(shaped, base);
  holds<Equal<InputOf<typeof both>, InputOf<typeof shaped>>>();
  holds<Equal<ResultOf<typeof both>, string>>();
  const options = { taskQueue: "signalbox", workflowId: "w" };
  const result = await workflow.execute(both, { ...options, args: [{ on: "2026-11-23" }] });
  holds<Equal<typeof result, string>>();
  // @ts-expect-error -- input of the older version
  await workflow.execute(both, { ...options, args: [{ q: "?" }] });
  await client.start(both, { on: "2026-11-23" }, { version: "1" });
  // A step that comes behind both versions would belong to neither.
  // @ts-expect-error -- no verbs
  both.code("more", { run: () => 1 });
}

async function temporalsOwnClient({ workflow }: Client): Promise<void> {
  const options = { taskQueue: "signalbox", workflowId: "w" };
  const handle = await workflow.start(shaped, { ...options, args: [{ on: "2026-11-23" }] });
  holds<Equal<typeof handle, WorkflowHandleWithStartDetails<typeof shaped>>>();
  const result = await handle.result();
  holds<Equal<typeof result, string>>();
  const executed = await workflow.execute(base, { ...options, args: [{ q: "?" }] });
  holds<Equal<typeof executed, { n: number; kind: "x" | "y" }>>();
  // @ts-expect-error -- input of another graph
  await workflow.start(shaped, { ...options, args: [{ q: "?" }] });
  // @ts-expect-error -- without input
  await workflow.start(shaped, { ...options, args: [] });
  // @ts-expect-error -- input of another type
  await workflow.start(shaped, { ...options, args: [{ on: new Date() }] });
}

async function ourClient(client: SignalboxClient, unknownGraph: AnyGraph): Promise<void> {
  const id = await client.start(shaped, { on: "2026-11-23" });
  const result = await client.result(shaped, id);
  holds<Equal<typeof result, string>>();
  // @ts-expect-error -- input of another graph
  await client.start(shaped, { q: "?" });
  // Checked when it runs.
  await client.start(unknownGraph, { q: "?" });
}

function configurations(): void {
  holds<Equal<keyof typeof config.models, "small" | "smart">>();
  const untyped: Config = config;
  // Aliases of a configuration whose type was lost cannot be checked: the worker does.
  kit<typeof untyped>()
    .graph({ id: "t", input: z.string() })
    .step("a", { ...text, model: "typo" });
}

// Compiled, never called.
void [aliases, rewards, stepsAndNeeds, whatCallbacksSee, whatCallbacksGive, deadlines];
void [whatARunTakesAndGives, severalVersions, temporalsOwnClient, ourClient, configurations];

describe("what the types promise", () => {
  it("holds for what callbacks see: the input, the needs and what those needed", async () => {
    const looking = graph({ id: "looking", input: z.object({ q: z.string() }) })
      .code("a", { needs: [], run: (view) => Object.keys(view) })
      .code("l", { needs: ["a"], run: (view) => Object.keys(view) })
      .code("r", { needs: ["a"], run: (view) => Object.keys(view) })
      .code("j", { needs: ["r"], run: (view) => ({ ...view, j: Object.keys(view) }) });

    const result = await looking({ q: "?" });

    expect(result).toEqual({
      input: { q: "?" },
      a: ["input"],
      r: ["input", "a"],
      j: ["input", "r", "a"],
    });
  });

  it("holds for input and result: defaults filled in, transforms run, promises awaited", async () => {
    const days = graph({ id: "days", input: shaped.definition.input }).code("days", {
      run: ({ input }) => input,
    });

    const result = await days({ on: "2026-11-23" });

    expect(result).toEqual({ count: 1, on: new Date("2026-11-23") });
  });

  it("holds for the configuration, which comes back as the same object", () => {
    const given = { providers: [], models: {} };

    expect(defineConfig(given)).toBe(given);
  });
});
