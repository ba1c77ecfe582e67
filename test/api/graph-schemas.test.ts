/** What a graph takes and gives, as the API documents it. */

import { kit, versions } from "signalbox";
import { z } from "zod";
import { describeGraphs, resultSchemaOf } from "../../api/graph-schemas.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import { toJsonSchema, toOutputSchema, type Schema } from "../../graph/schema.ts";
import { everyVerb } from "../fixtures/every-verb.ts";
import { pledge } from "../fixtures/versions/both.ts";

interface SchemaConfig {
  readonly models: { readonly small: unknown };
  readonly tools: { readonly find: { readonly input: z.ZodString; readonly output: z.ZodString } };
}

const { graph } = kit<SchemaConfig>();

const Text = z.object({ text: z.string() });
const input = z.object({ body: z.string() });
const base = graph({ id: "base", input });
const ask = { model: "small", output: Text, prompt: () => "" } as const;
const inner = graph({ id: "inner", input }).step("one", ask);

function accepts(schema: Schema, value: unknown): boolean {
  return schema.safeParse(value).success;
}

function byId(...graphs: readonly AnyGraph[]): ReadonlyMap<string, AnyGraph> {
  return new Map(graphs.map((each) => [each.id, each]));
}

describe("what a run gives", () => {
  it.each<[verb: string, of: AnyGraph, fits: unknown, misfit: unknown]>([
    ["step", base.step("last", ask), { text: "a" }, {}],
    ["maybe", base.maybe("last", { ...ask, when: () => true }), undefined, null],
    [
      "branch",
      base.branch("last", {
        on: () => "a" as const,
        cases: { a: (flow) => flow.step("one", ask) },
      }),
      { case: "a", value: { text: "a" } },
      { case: "b", value: { text: "a" } },
    ],
    [
      "branch whose case gives nothing",
      base.branch("last", {
        on: () => "a" as const,
        cases: { a: (flow) => flow.wait("one", { duration: "1 second" }) },
      }),
      { case: "a" },
      {},
    ],
    [
      "map",
      base.map("last", { over: () => [1], each: (flow) => flow.step("one", ask) }),
      [{ text: "a" }],
      [null],
    ],
    [
      "map of steps that may be skipped, of which JSON makes null",
      base.map("last", {
        over: () => [1],
        each: (flow) => flow.maybe("one", { ...ask, when: () => false }),
      }),
      [{ text: "a" }, null],
      [1],
    ],
    [
      "map that collects",
      base.map("last", {
        over: () => [1],
        onItemFailure: "collect",
        each: (flow) => flow.step("one", ask),
      }),
      [
        { ok: true, value: { text: "a" }, index: 0 },
        { ok: false, error: { code: "RUN_X", message: "no" }, index: 1 },
      ],
      [{ ok: true, index: 0 }],
    ],
    [
      "refine",
      base.refine("last", {
        maxRounds: 2,
        write: ask,
        review: { ...ask, output: z.object({ good: z.boolean() }) },
        accept: () => true,
      }),
      { draft: { text: "a" }, review: { good: true }, rounds: 1, accepted: true },
      { draft: { text: "a" }, review: { good: true } },
    ],
    [
      "approval",
      base.approval("last", { decision: z.object({ ok: z.boolean() }), show: () => null }),
      { ok: true },
      {},
    ],
    [
      "wait for an event",
      base.wait("last", { event: z.object({ cents: z.int() }) }),
      { cents: 1 },
      {},
    ],
    ["sub", base.sub("last", { graph: inner, input: () => ({ body: "" }) }), { text: "a" }, {}],
    ["reward", base.step("one", ask).reward("last", { of: "one", value: () => 1 }), 0.5, "a"],
  ])("is the value of its last step: %s", (_verb, { definition }, fits, misfit) => {
    const schema = resultSchemaOf(definition);

    expect(accepts(schema, fits)).toBe(true);
    expect(accepts(schema, misfit)).toBe(false);
  });

  it.each<[verb: string, of: AnyGraph]>([
    ["code", everyVerb],
    ["tool", base.tool("last", { tool: "find", input: () => "" })],
  ])("may be anything where only TypeScript knows it: %s", (_verb, { definition }) => {
    expect(toOutputSchema(resultSchemaOf(definition))).not.toHaveProperty("type");
  });
});

describe("the schemas of a graph", () => {
  it("are named after it", () => {
    const support = graph({ id: "support", input }).step("one", ask);

    const schemas = describeGraphs(byId(support)).get("support");

    expect(schemas?.name).toBe("Support");
    expect(schemas?.input.meta()).toMatchObject({ id: "SupportInput" });
    expect(schemas?.run.meta()).toMatchObject({ id: "SupportRun" });
    expect(z.toJSONSchema(schemas?.run ?? z.never(), { unrepresentable: "any" })).toMatchObject({
      $defs: {
        SupportRun: { properties: { result: { $ref: "#/$defs/SupportOutput" } } },
        SupportOutput: { type: "object", properties: { text: { type: "string" } } },
      },
    });
  });

  it("have names of their own where ids differ by the case of a letter", () => {
    const lower = graph({ id: "same", input }).step("one", ask);
    const upper = graph({ id: "Same", input }).step("one", ask);

    const schemas = [...describeGraphs(byId(lower, upper)).values()];

    expect(schemas.map(({ name }) => name)).toEqual(["Same", "Same-2"]);
  });

  it("are one where all versions take the same", () => {
    const schema = describeGraphs(byId(pledge)).get("pledge")?.input ?? z.never();

    expect(pledge.versions.length).toBeGreaterThan(1);
    expect(toJsonSchema(schema)).toMatchObject({
      $defs: { PledgeInput: { type: "object", required: ["name"] } },
    });
  });

  it("offer a choice where versions differ, the newest first", () => {
    const older = graph({ id: "two", version: "1", input }).step("one", ask);
    const newer = graph({ id: "two", version: "2", input: Text }).step("one", ask);

    const schema = describeGraphs(byId(versions(newer, older))).get("two")?.input ?? z.never();

    expect(toJsonSchema(schema)).toMatchObject({
      $defs: { TwoInput: { anyOf: [{ required: ["text"] }, { required: ["body"] }] } },
    });
    expect(accepts(schema, { body: "a" })).toBe(true);
  });

  it("do not change the graph's own", () => {
    const own = z.object({ body: z.string() }).meta({ id: "Ticket" });
    const support = graph({ id: "support", input: own }).step("one", ask);

    describeGraphs(byId(support));

    expect(own.meta()).toEqual({ id: "Ticket" });
  });
});
