/** Grammars from zod's own JSON schemas, held to them by what a real model writes under each. */

import { z } from "zod";
import { findProblems, toJsonSchema } from "../../../graph/schema.ts";
import type { CallContext, Provider } from "../../../plugins/contract.ts";
import { writeJsonGrammar } from "../../../plugins/local/json-grammar.ts";
import { fetchLocalModel, FETCH_TIMEOUT_MS, realLocal } from "../../harness/local-model.ts";

jest.setTimeout(180_000);

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}

const Tree: z.ZodType<Tree> = z.object({
  name: z.string().max(8),
  get children() {
    return z.array(Tree).max(1);
  },
});

const schemas: readonly (readonly [string, z.ZodType])[] = [
  ["all optional keys", z.object({ a: z.boolean().optional(), b: z.int().optional() })],
  [
    "optional keys between needed ones",
    z.object({ a: z.boolean().optional(), b: z.boolean(), c: z.boolean().optional() }),
  ],
  ["null and unions", z.object({ a: z.boolean().nullable(), b: z.union([z.int(), z.null()]) })],
  [
    "a union by a key",
    z.object({
      answer: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("yes"), sure: z.boolean() }),
        z.object({ kind: z.literal("no"), because: z.string().max(20) }),
      ]),
    }),
  ],
  ["a tuple", z.object({ pair: z.tuple([z.boolean(), z.enum(["a", 'b"\\c'])]) })],
  ["lists with limits", z.object({ list: z.array(z.boolean()).min(2).max(3) })],
  [
    "an intersection",
    z.object({ both: z.object({ a: z.boolean() }).and(z.object({ b: z.null() })) }),
  ],
  ["a record of known keys", z.record(z.enum(["left", "right"]), z.boolean())],
  ["numbers from 0", z.object({ count: z.int().nonnegative(), share: z.number().nonnegative() })],
  ["strings of a length", z.object({ code: z.string().min(3).max(5) })],
  ["dates and ids", z.object({ day: z.iso.date(), at: z.iso.datetime(), id: z.uuid() })],
];

let provider: Provider;

beforeAll(async () => {
  const model = await fetchLocalModel();
  provider = realLocal({ model, name: "m", contextSize: 2_048, maxStringLength: 20 });
}, FETCH_TIMEOUT_MS);

afterAll(() => provider.close?.());

const context: CallContext = {
  step: "draft",
  call: 1,
  idempotencyKey: "0".repeat(64),
  signal: new AbortController().signal,
  reportProgress: () => {},
  sleep: async () => {},
};

describe("the grammar of a schema", () => {
  it.each(schemas)("holds a model to %s", async (_name, schema) => {
    const outputSchema = toJsonSchema(schema);

    const { text, finishReason } = await provider.generate(
      {
        model: "m",
        messages: [{ role: "user", content: "Make something up." }],
        outputSchema,
        maxOutputTokens: 120,
        // Hot enough to take the roads that a careful model would not.
        sampling: { temperature: 1.2, seed: 5 },
      },
      context,
    );

    expect(finishReason).toBe("stop");
    expect(findProblems(outputSchema, JSON.parse(text))).toEqual([]);
  });

  it("contains itself where the schema does", () => {
    const grammar = writeJsonGrammar(toJsonSchema(z.object({ tree: Tree })));

    const [, rule = "no rule"] = /^(def-\d+) ::= "\{"/m.exec(grammar) ?? [];
    expect(grammar.match(new RegExp(`\\b${rule}\\b`, "g"))?.length).toBeGreaterThan(2);
    expect(writeJsonGrammar(toJsonSchema(Tree))).toMatch(/ root\b|^rule-\d+ ::= root$/m);
  });

  it("bounds strings only where the schema does not", () => {
    const schema = toJsonSchema(z.object({ a: z.string(), b: z.string().max(7) }));

    const bounded = writeJsonGrammar(schema, { maxStringLength: 40 });
    const free = writeJsonGrammar(schema);

    expect(bounded).toContain("char{0,40}");
    expect(bounded).toContain("char{0,7}");
    expect(free).toContain(String.raw`"\"" char* "\""`);
  });

  it("takes any value where the schema says nothing, and any object where it names no key", () => {
    expect(writeJsonGrammar({})).toMatch(/^root ::= any$/m);
    expect(writeJsonGrammar({ type: "object" })).toMatch(/^root ::= any-object$/m);
  });
});
