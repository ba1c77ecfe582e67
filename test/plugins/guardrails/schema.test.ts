import { assert, asyncProperty, jsonValue } from "fast-check";
import { z } from "zod";
import { schema } from "../../../plugins/guardrails/schema.ts";
import { guardrailContract, inputContent, outputContent } from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

const TICKET = z.strictObject({
  title: z.string().min(3),
  customer: z.strictObject({ email: z.email() }),
  tags: z.array(z.string()).max(2),
});
const GOOD = { title: "Card lost", customer: { email: "ada@example.com" }, tags: ["eu"] };
const make = () => schema({ schema: TICKET });

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: make,
    direction: "output",
    finds: ["no JSON", "{}", outputContent({ value: { ...GOOD, title: "" } })],
    passes: [JSON.stringify(GOOD), outputContent({ value: GOOD })],
    slowTexts: ['{"a":', "```json\n", "```\n \n"].map((unit) => unit.repeat(150_000)),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("a reply that does not fit", () => {
  it.each([
    ["a member is wrong", { ...GOOD, customer: { email: "ada" } }, "customer.email", "ada"],
    ["one of a list is wrong", { ...GOOD, tags: ["a", 7] }, "tags.1", "7"],
    ["the whole is wrong", [], "The whole", "title"],
    ["a member is too many", { ...GOOD, secretNote: "psst" }, "The whole", "secretNote"],
  ])("is found when %s", async (_, value, where, unwanted) => {
    const [finding] = await findIn(make(), outputContent({ value }));

    expect(finding).toMatchObject({ kind: "schema-mismatch", severity: "medium" });
    expect(finding?.advice).toContain(where);
    expect(finding?.advice).not.toContain(unwanted);
  });

  it("is pointed at where the text stands", async () => {
    const content = outputContent({ value: { ...GOOD, customer: { email: "nonsense" } } });

    const [finding] = await findIn(make(), content);

    expect(finding?.shown).toContain("nonsense");
    expect(finding?.shown).not.toContain("Card lost");
  });

  it("is described without names of members that are not the schema's", async () => {
    const guardrail = schema({ schema: z.record(z.string(), z.number()) });

    const findings = await findIn(guardrail, outputContent({ value: { "ada@example.com": "x" } }));

    expect(findings).toHaveLength(1);
    expect(findings[0]?.advice).not.toContain("ada");
  });
});

describe("JSON in a text", () => {
  const json = JSON.stringify(GOOD);

  it.each([json, ` ${json}\n`, `\`\`\`json\n${json}\n\`\`\``, `~~~\r\n${json}\r\n~~~`])(
    "is read in %j",
    async (reply) => {
      expect(await findIn(make(), outputContent(reply))).toEqual([]);
    },
  );

  it.each([`Here: ${json}`, json.slice(1), "", "undefined"])("is not seen in %j", async (reply) => {
    const findings = await findIn(make(), outputContent(reply));

    expect(findings.map(({ kind }) => kind)).toEqual(["not-json"]);
  });

  it("needs no JSON where the schema takes texts", async () => {
    const guardrail = schema({ schema: z.string().max(5) });

    expect(await findIn(guardrail, outputContent("hello"))).toEqual([]);
    expect(await findIn(guardrail, outputContent("hello!"))).toHaveLength(1);
  });
});

describe("JSON Schema", () => {
  const guardrail = schema({
    schema: { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 2 } } },
  });

  it("is taken like zod", async () => {
    expect(await findIn(guardrail, outputContent({ value: { n: 2 } }))).toEqual([]);
    expect(await findIn(guardrail, outputContent({ value: { n: 1 } }))).toHaveLength(1);
  });

  it("is refused when zod cannot read it", () => {
    expect(() => schema({ schema: { type: "nonsense" } })).toThrow(
      expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
    );
  });
});

const call = (tool: string, amount: number) =>
  outputContent({ toolCalls: [{ id: "1", tool, input: { amount } }] });

describe("calls of a tool", () => {
  const guardrail = schema({ tool: "pay", schema: z.object({ amount: z.number().max(100) }) });

  it.each([
    ["pay", 100, 0],
    ["pay", 101, 1],
    ["refund", 101, 0],
  ])("of %s with %d give %d findings", async (tool, amount, count) => {
    expect(await findIn(guardrail, call(tool, amount))).toHaveLength(count);
  });
});

it("does not pass a reply that it cannot see", async () => {
  const { reply: _, ...content } = outputContent("{}");

  await expect(findIn(make(), content)).rejects.toThrow("does not hold");
});

it("passes what goes to the model", async () => {
  expect(await findIn(make(), inputContent("no JSON"))).toEqual([]);
});

it("agrees with zod on any JSON", async () => {
  const wanted = z.object({ a: z.number().optional(), b: z.array(z.string()).optional() });
  const guardrail = schema({ schema: wanted });

  await assert(
    asyncProperty(jsonValue(), async (value) => {
      const findings = await findIn(guardrail, outputContent({ value }));

      const isText = typeof value === "string";
      expect(isText || findings.length === 0).toBe(isText || wanted.safeParse(value).success);
    }),
  );
});
