/** Schemas cross the history as JSON: what comes back has to find what the author's schema finds, and tell nobody's words. */

import { z } from "zod";
import {
  describeProblems,
  findProblems,
  listProblems,
  toJsonSchema,
  type JsonSchema,
  type Schema,
} from "../../graph/schema.ts";

const CANARY = "my-secret-4711";

/** As it is recorded and read again. */
function carry(schema: Schema): JsonSchema {
  const carried: JsonSchema = JSON.parse(JSON.stringify(toJsonSchema(schema)));
  return carried;
}

const Order = z.object({
  customer: z.object({ name: z.string(), email: z.email() }),
  lines: z.array(z.object({ amount: z.int().min(1), note: z.string().optional() })).min(1),
});
const order = {
  customer: { name: "Ada", email: "ada@example.com" },
  lines: [{ amount: 1 }, { amount: 2, note: "blue" }],
};

describe("a schema that was carried across JSON", () => {
  it.each<[what: string, schema: Schema, value: unknown]>([
    ["a string", z.string(), "x"],
    ["an enum", z.enum(["card", "other"]), "card"],
    ["a literal", z.literal(7), 7],
    ["a nullable that is null", z.string().nullable(), null],
    ["a nullable that is not", z.string().nullable(), "x"],
    ["an optional that is missing", z.object({ a: z.string().optional() }), {}],
    ["a default that is missing", z.object({ a: z.string().default("x") }), {}],
    ["a union's first member", z.union([z.string(), z.int()]), "x"],
    ["a union's second member", z.union([z.string(), z.int()]), 1],
    [
      "a discriminated union",
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), a: z.string() }),
        z.object({ kind: z.literal("b"), b: z.int() }),
      ]),
      { kind: "b", b: 1 },
    ],
    ["an array", z.array(z.int()), [1, 2]],
    ["a tuple", z.tuple([z.string(), z.int()]), ["x", 1]],
    ["a record", z.record(z.string(), z.boolean()), { x: true }],
    ["nested objects", Order, order],
    ["keys that the schema does not name", z.object({ a: z.string() }), { a: "x", b: 1 }],
    ["what a transform takes", z.string().transform((text) => text.length), "x"],
    ["a date in ISO form", z.iso.date(), "2026-11-23"],
    ["a pattern whose flags JSON Schema does not have", z.string().regex(/^[a-z]+$/i), "ABC"],
    [
      "several patterns, one with flags",
      z
        .string()
        .regex(/^A/)
        .regex(/^\p{L}+$/u),
      "Aä",
    ],
    ["a format whose pattern has flags", z.emoji(), "🚂"],
  ])("accepts %s", (_what, schema, value) => {
    expect(findProblems(carry(schema), value)).toEqual([]);
  });

  it.each<[what: string, schema: Schema, value: unknown, paths: string[]]>([
    ["a value of another type", z.string(), 7, [""]],
    ["a value that is no member of an enum", z.enum(["card", "other"]), CANARY, [""]],
    ["another literal", z.literal("a"), CANARY, [""]],
    ["null where it is not allowed", z.object({ a: z.string() }), { a: null }, ["a"]],
    ["neither null nor the type", z.object({ a: z.int().nullable() }), { a: CANARY }, ["a"]],
    ["what no member of a union takes", z.union([z.int(), z.boolean()]), CANARY, [""]],
    ["a missing key", z.object({ a: z.string(), b: z.string() }), {}, ["a", "b"]],
    ["a short string", z.string().min(99), CANARY, [""]],
    ["a pattern that is not met", z.string().regex(/^\d+$/), CANARY, [""]],
    ["a format that is not met", z.email(), CANARY, [""]],
    ["a number out of bounds", z.int().max(1), 4711, [""]],
    ["a fraction where a whole number is asked for", z.int(), 47.11, [""]],
    ["an item of an array", z.array(z.int()), [1, CANARY, 3], ["1"]],
    ["an item of a tuple", z.tuple([z.string(), z.int()]), ["x", CANARY], ["1"]],
    ["a value of a record", z.record(z.string(), z.int()), { x: CANARY }, ["x"]],
    ["a key too many", z.strictObject({ a: z.string() }), { a: "x", [CANARY]: 1 }, [""]],
    [
      "several things, deep down",
      Order,
      {
        customer: { name: CANARY, email: CANARY },
        lines: [{ amount: 1 }, { amount: 0 }, { amount: 1, note: 4711 }],
      },
      ["customer.email", "lines.1.amount", "lines.2.note"],
    ],
  ])("finds %s, says where and never what", (_what, schema, value, paths) => {
    const problems = findProblems(carry(schema), value);

    expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(paths));
    expect(JSON.stringify(problems)).not.toMatch(/my-secret|47\.?11/);
  });

  it("names the members of an enum, which are the author's words", () => {
    const [problem] = findProblems(carry(z.enum(["card", "other"])), CANARY);

    expect(problem?.message).toContain('"card"|"other"');
  });
});

describe("toJsonSchema", () => {
  it("asks for what has to be sent: defaults may be left out, transforms have not run", () => {
    const schema = z.object({
      unit: z.string().default("pieces"),
      length: z.string().transform((text) => text.length),
    });

    expect(toJsonSchema(schema)).toMatchObject({
      properties: { unit: { type: "string" }, length: { type: "string" } },
      required: ["length"],
    });
  });

  it.each([
    ["a date", z.date()],
    ["a bigint", z.bigint()],
    ["a map", z.map(z.string(), z.string())],
    ["undefined", z.undefined()],
  ])("throws for %s, which JSON does not have", (_what, schema) => {
    expect(() => toJsonSchema(schema)).toThrow(/cannot be represented in JSON Schema/);
  });
});

describe("listProblems", () => {
  it("keeps the author's own message and leaves the value out", () => {
    const even = z.object({ count: z.number().refine((n) => n % 2 === 0, "has to be even") });

    const { error } = even.safeParse({ count: 4711 });

    expect(listProblems(error!)).toEqual([{ path: "count", message: "has to be even" }]);
  });

  it("does not quote keys that the schema does not know", () => {
    const { error } = z.strictObject({}).safeParse({ [CANARY]: 1 });

    expect(listProblems(error!)).toEqual([
      { path: "", message: "Has keys that the schema does not know" },
    ]);
  });
});

describe("describeProblems", () => {
  it("gives one line", () => {
    const line = describeProblems([
      { path: "kind", message: "Invalid option" },
      { path: "", message: "Too long" },
    ]);

    expect(line).toBe('"kind": Invalid option; "": Too long');
  });
});
