import { z } from "zod";
import { toJsonSchema } from "../../graph/schema.ts";
import { closeObjects, isStrict } from "../../plugins/ai-sdk/strict-schema.ts";

const Address = z.object({ city: z.string() });

describe("closeObjects", () => {
  it("closes every object that names its members, however deep", () => {
    const schema = toJsonSchema(
      z.object({ list: z.array(Address), either: z.union([Address, z.string()]) }),
    );

    expect(
      JSON.stringify(closeObjects(schema)).match(/"additionalProperties":false/g),
    ).toHaveLength(3);
  });

  it("leaves objects open that are said to be", () => {
    const schema = toJsonSchema(z.object({ scores: z.record(z.string(), z.number()) }));

    expect(closeObjects(schema)).toMatchObject({
      properties: { scores: { additionalProperties: { type: "number" } } },
    });
  });

  it("takes a member for a member, whatever it is called", () => {
    const schema = { type: "object", properties: { properties: { type: "string" } } };

    expect(closeObjects(schema)).toEqual({ ...schema, additionalProperties: false });
  });
});

describe("isStrict", () => {
  it.each([
    ["all required", z.object({ kind: z.enum(["a", "b"]), address: Address }), true],
    ["a member that may be null", z.object({ name: z.string().nullable() }), true],
    ["an optional member", z.object({ name: z.string().optional() }), false],
    [
      "an optional member below",
      z.object({ list: z.array(z.object({ a: z.string().optional() })) }),
      false,
    ],
    ["a default", z.object({ name: z.string().default("x") }), false],
    ["a record", z.object({ scores: z.record(z.string(), z.number()) }), false],
  ])("of a schema with %s is %s", (_name, schema, expected) => {
    expect(isStrict(closeObjects(toJsonSchema(schema)))).toBe(expected);
  });
});
