/** A fingerprint changes with what a run depends on, with nothing else, and not with the place where it is taken. */

import { fingerprintGraph, kit, parseGraphJson, type AnyGraph, type GraphJson } from "signalbox";
import { z } from "zod";
import { simulated } from "../../plugins/providers/simulated.ts";
import { defineConfig, defineTool } from "../../worker/config.ts";
import { everyVerb, findAccount } from "../fixtures/every-verb.ts";
import { manySchemas } from "../fixtures/fingerprint.ts";
import { withWorker } from "../harness/temporal.ts";
import { changeJson } from "./change-json.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const Ticket = z.object({ body: z.string(), urgent: z.boolean() });

const ticket: AnyGraph = graph({ id: "ticket", input: Ticket })
  .step("triage", {
    model: "small",
    output: z.object({ kind: z.enum(["a", "b"]), why: z.string() }),
    prompt: ({ input }) => `Classify ${input.body}`,
  })
  .code("result", { run: ({ triage }) => triage.kind });

const sameTicket: readonly (readonly [string, AnyGraph])[] = [
  [
    "prompts, callbacks and the version",
    graph({ id: "ticket", version: "7", input: Ticket })
      .step("triage", {
        model: "small",
        output: z.object({ kind: z.enum(["a", "b"]), why: z.string() }),
        system: () => "You classify.",
        prompt: () => "Another text",
      })
      .code("result", { run: () => 1 }),
  ],
  [
    "prompt and messages",
    graph({ id: "ticket", input: Ticket })
      .step("triage", {
        model: "small",
        output: z.object({ kind: z.enum(["a", "b"]), why: z.string() }),
        messages: () => [{ role: "user", content: "hello" }],
      })
      .code("result", { run: () => 1 }),
  ],
  [
    "descriptions in schemas",
    graph({ id: "ticket", input: Ticket.describe("A ticket") })
      .step("triage", {
        model: "small",
        output: z.object({
          kind: z.enum(["a", "b"]).meta({ title: "Kind", examples: ["a"] }),
          why: z.string().describe("One sentence"),
        }),
        prompt: () => "",
      })
      .code("result", { run: () => 1 }),
  ],
  [
    "the order of properties, of enum members and of options",
    graph({ input: z.object({ urgent: z.boolean(), body: z.string() }), id: "ticket" })
      .step("triage", {
        prompt: () => "",
        output: z.object({ why: z.string(), kind: z.enum(["b", "a"]) }),
        model: "small",
      })
      .code("result", { run: () => 1 }),
  ],
];

const base = everyVerb.toJSON();

/** Everything in it the other way round, but for the lists. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reverseKeys(member)]),
  );
}

interface Change {
  readonly what: string;
  readonly place: string;
  /** Default: what is there is removed. */
  readonly value?: unknown;
}

const changes: readonly Change[] = [
  { what: "the graph's id", place: "id", value: "other" },
  { what: "the input schema", place: "input", value: { type: "string" } },
  { what: "a step's id", place: "steps.pause.id", value: "rest" },
  { what: "a step less", place: "steps.pause" },
  {
    what: "a step more",
    place: "steps.more",
    value: { id: "more", needs: ["result"], kind: "code" },
  },
  { what: "the order of steps", place: "steps", value: base.steps.toReversed() },
  { what: "needs", place: "steps.pause.needs", value: ["letter"] },
  {
    what: "the order of needs",
    place: "steps.letter.needs",
    value: ["summaries", "handling", "opening"],
  },
  { what: "a kind", place: "steps.opening.kind", value: "maybe" },
  { what: "an output schema", place: "steps.opening.output", value: { type: "string" } },
  { what: "aliases", place: "steps.opening.models", value: ["writer"] },
  { what: "the number of aliases", place: "steps.opening.models", value: ["small", "writer"] },
  { what: "input guardrails", place: "steps.opening.guard.input", value: ["pii"] },
  { what: "output guardrails", place: "steps.opening.guard.output", value: ["pii"] },
  { what: "an attempt's deadline", place: "steps.opening.deadlineMs", value: 1 },
  { what: "tools", place: "steps.handling.cases.refund.steps.check.tools", value: [] },
  {
    what: "a limit of tool rounds",
    place: "steps.handling.cases.refund.steps.check.maxToolRounds",
    value: 3,
  },
  { what: "a case less", place: "steps.handling.cases.spam" },
  {
    what: "what a map does",
    place: "steps.summaries.each.steps.summary.models",
    value: ["writer"],
  },
  { what: "concurrency", place: "steps.summaries.concurrency", value: 3 },
  { what: "what a map does with failures", place: "steps.summaries.onItemFailure", value: "fail" },
  { what: "a limit of rounds", place: "steps.letter.maxRounds", value: 4 },
  { what: "who writes", place: "steps.letter.write.models", value: ["small"] },
  { what: "what a review gives", place: "steps.letter.review.output", value: { type: "boolean" } },
  { what: "the schema of a decision", place: "steps.signoff.decision", value: { type: "object" } },
  { what: "a timeout", place: "steps.signoff.deadline.timeoutMs", value: 2 },
  {
    what: "what stands in at a timeout",
    place: "steps.signoff.deadline.onTimeout",
    value: { approved: true },
  },
  { what: "no timeout", place: "steps.signoff.deadline" },
  {
    what: "what stands in where nobody is asked",
    place: "steps.signoff.otherwise.value",
    value: { approved: false },
  },
  { what: "a duration", place: "steps.pause.durationMs", value: 2 },
  { what: "the schema of an event", place: "steps.paid.event", value: { type: "number" } },
  { what: "a tool", place: "steps.account.tool", value: "other" },
  {
    what: "a sub-graph",
    place: "steps.handling.cases.question.steps.greeting.graph",
    value: "other",
  },
  {
    what: "a sub-graph's version",
    place: "steps.handling.cases.question.steps.greeting.version",
    value: "2",
  },
];

describe("a fingerprint", () => {
  it("is 16 hexadecimal digits", () => {
    expect(everyVerb.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  it("stays the same from release to release, as runs in flight carry it", () => {
    expect(ticket.fingerprint).toBe("d4fac695bbe6668a");
  });

  it("of a graph is that of its data form, also after it went through JSON", () => {
    const stored: GraphJson = JSON.parse(JSON.stringify(everyVerb));

    expect(fingerprintGraph(stored)).toBe(everyVerb.fingerprint);
  });

  it.each(changes)("changes with $what", ({ place, value }) => {
    const changed = fingerprintGraph(changeJson(base, place, value));

    expect(changed).not.toBe(everyVerb.fingerprint);
  });

  it("is another after each of these changes", () => {
    const all = changes.map(({ place, value }) => fingerprintGraph(changeJson(base, place, value)));

    expect(new Set(all).size).toBe(changes.length);
  });

  it.each(sameTicket)("does not change with %s", (_what, other) => {
    expect(other.fingerprint).toBe(ticket.fingerprint);
  });

  it.each([
    ["the graph's version", changeJson(base, "version", "99")],
    ["the order of keys, cases among them", parseGraphJson(reverseKeys(base))],
  ])("does not change with %s", (_what, other) => {
    expect(fingerprintGraph(other)).toBe(everyVerb.fingerprint);
  });

  it("changes with a property that is called like an annotation", () => {
    const [one, other] = ["description", "title"].map((name) =>
      changeJson(base, "input", { type: "object", properties: { [name]: { type: "string" } } }),
    );

    expect(fingerprintGraph(one!)).not.toBe(fingerprintGraph(other!));
  });

  it("is the same inside the workflow sandbox", async () => {
    const config = defineConfig({
      providers: [simulated({ replies: () => ({ text: "" }) })],
      models: { small: ["simulated/small"], writer: ["simulated/writer"] },
      tools: { findAccount: defineTool({ ...findAccount, run: async () => ({ balance: 0 }) }) },
    });

    const inSandbox = await withWorker({ config }, ({ temporal, taskQueue }) =>
      temporal.client.workflow.execute("fingerprints", {
        taskQueue,
        workflowId: crypto.randomUUID(),
      }),
    );

    expect(inSandbox).toEqual({
      everyVerb: everyVerb.fingerprint,
      manySchemas: manySchemas.fingerprint,
    });
  });
});
