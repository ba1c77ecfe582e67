import { assert, dictionary, jsonValue, pre, property, string } from "fast-check";
import { z } from "zod";
import {
  chooseOutputForm,
  type OutputForm,
  type ReadOutput,
} from "../../activities/output-form.ts";
import { findProblems, toJsonSchema, type Schema } from "../../graph/schema.ts";
import type { Turn } from "../../plugins/contract.ts";

const MESSAGES: readonly Turn[] = [{ role: "user", content: "Hello" }];

const triage = z.object({ kind: z.enum(["card", "other"]), lines: z.array(z.number()) });
const GOOD = { kind: "card", lines: [1, 2] };

function formOf(output: Schema, messages = MESSAGES): OutputForm {
  return chooseOutputForm(toJsonSchema(output), messages, true);
}

function promptFormOf(output: Schema, messages = MESSAGES): OutputForm {
  return chooseOutputForm(toJsonSchema(output), messages, false);
}

function ok(value: unknown): ReadOutput {
  return { ok: true, value };
}

const NO_JSON: ReadOutput = { ok: false, problems: undefined };

describe("plain text", () => {
  it.each([
    ["any", z.string()],
    ["of a length", z.string().min(2)],
  ])("%s is asked for without a schema, and taken as it is", (_name, output) => {
    const form = formOf(output);

    expect(form.outputSchema).toBeUndefined();
    expect(form.messages).toEqual(MESSAGES);
    expect(form.read(' "Hi"\n')).toEqual(ok(' "Hi"\n'));
  });

  it("that is too short does not fit", () => {
    expect(formOf(z.string().min(2)).read("a")).toMatchObject({
      ok: false,
      problems: [{ path: "" }],
    });
  });
});

describe("a choice of words", () => {
  it.each([
    ["of several", z.enum(["card", "other"])],
    ["of one", z.literal("card")],
  ])("%s is asked for by schema, so that the model is told", (_name, output) => {
    const form = formOf(output);

    expect(form.outputSchema).toMatchObject({ type: "object", required: ["value"] });
    expect(form.read('{"value":"card"}')).toEqual(ok("card"));
    expect(form.read('{"value":"cards"}')).toMatchObject({ ok: false });
  });

  it("may be answered without what it was wrapped in", () => {
    expect(formOf(z.enum(["card", "other"])).read('"card"')).toEqual(ok("card"));
  });
});

describe("an object", () => {
  it("is asked for by its own schema", () => {
    const form = formOf(triage);

    expect(form.outputSchema).toEqual(toJsonSchema(triage));
    expect(form.messages).toEqual(MESSAGES);
    expect(form.read(JSON.stringify(GOOD))).toEqual(ok(GOOD));
  });

  it("whose only member is called value is not unwrapped", () => {
    expect(formOf(z.object({ value: z.number() })).read('{"value":3}')).toEqual(ok({ value: 3 }));
  });

  it("that refers to itself is asked for by its own schema", () => {
    const tree = z.object({
      name: z.string(),
      get parts() {
        return z.array(tree).optional();
      },
    });
    const value = { name: "a", parts: [{ name: "b", parts: [{ name: "c" }] }] };

    const form = formOf(tree);

    expect(form.outputSchema).toEqual(toJsonSchema(tree));
    expect(form.read(JSON.stringify(value))).toEqual(ok(value));
    expect(form.read('{"name":"a","parts":[{"name":7}]}')).toMatchObject({
      problems: [{ path: "parts.0.name" }],
    });
  });
});

describe("what is no object", () => {
  const line = z.object({ amount: z.number() }).meta({ id: "line" });

  it.each<[string, Schema, unknown]>([
    ["an array", z.array(z.number()), [1, 2]],
    ["an array of a named schema", z.array(line), [{ amount: 3 }]],
    ["a union", z.union([z.number(), z.object({ text: z.string() })]), { text: "a" }],
    [
      "a union of objects by kind",
      z.union([line, z.object({ none: z.literal(true) })]),
      { amount: 1 },
    ],
    ["a number", z.number(), 3],
    ["nothing, or a number", z.number().nullable(), null],
  ])("such as %s is asked for inside an object, and taken out of it", (_name, output, value) => {
    const form = formOf(output);

    const wrapped = form.read(JSON.stringify({ value }));
    const bare = form.read(JSON.stringify(value));

    expect(form.outputSchema).toMatchObject({ type: "object", required: ["value"] });
    expect([wrapped, bare]).toEqual([ok(value), ok(value)]);
    // The wrapping is a schema that a provider can hold the reply to: its references are found.
    expect(findProblems(form.outputSchema ?? {}, { value })).toEqual([]);
    expect(
      findProblems(form.outputSchema ?? {}, { value: Symbol.iterator.toString() }),
    ).not.toEqual([]);
  });

  it("and has a member called value is understood with the wrapping and without", () => {
    const form = formOf(z.union([z.object({ value: z.number() }), z.null()]));

    expect(form.read('{"value":{"value":3}}')).toEqual(ok({ value: 3 }));
    expect(form.read('{"value":3}')).toEqual(ok({ value: 3 }));
    expect(form.read('{"value":null}')).toEqual(ok(null));
  });

  it("and refers to itself is asked for in the prompt: inside another schema it would mean something else", () => {
    const nested: z.ZodType = z.union([z.string(), z.array(z.lazy(() => nested))]);
    const value = ["a", ["b", ["c"]]];

    const form = formOf(nested);

    expect(form.outputSchema).toBeUndefined();
    expect(form.messages[0]).toMatchObject({ role: "system" });
    expect(form.read(JSON.stringify(value))).toEqual(ok(value));
    expect(form.read("[1]")).toMatchObject({ ok: false });
  });
});

describe("a model that cannot be held to a schema", () => {
  it("is told it in a system message", () => {
    const form = promptFormOf(triage);

    const [told, ...rest] = form.messages;
    expect(form.outputSchema).toBeUndefined();
    expect(rest).toEqual(MESSAGES);
    expect(told).toMatchObject({ role: "system" });
    expect(JSON.stringify(told)).toContain("JSON only");
    expect(told).toHaveProperty(
      "content",
      expect.stringContaining(JSON.stringify(toJsonSchema(triage))),
    );
  });

  it("is told it in the conversation's own system message, since many take only one", () => {
    const form = promptFormOf(triage, [{ role: "system", content: "Be brief." }, ...MESSAGES]);

    expect(form.messages).toHaveLength(2);
    expect(form.messages[0]).toMatchObject({
      role: "system",
      content: expect.stringMatching(/^Be brief\.\n\nAnswer with JSON only/),
    });
  });

  it.each([
    ["an object", triage, GOOD],
    ["a list", z.array(z.number()), [1]],
    ["a word", z.enum(["card", "other"]), "card"],
  ])("answers with %s itself, not wrapped", (_name, output, value) => {
    expect(promptFormOf(output).read(JSON.stringify(value))).toEqual(ok(value));
  });

  it("is told nothing where text is asked for", () => {
    expect(promptFormOf(z.string()).messages).toEqual(MESSAGES);
  });
});

describe("JSON that is nearly right", () => {
  it.each([
    ["in a code fence", '```json\n{"kind":"card","lines":[1,2]}\n```'],
    ["in a fence without a name", '```\n{"kind":"card","lines":[1,2]}\n```'],
    ["after and before words", 'Here it is:\n{"kind":"card","lines":[1,2]}\nI hope it helps.'],
    ["with trailing commas", '{"kind":"card","lines":[1,2,],}'],
    ["in single quotes", "{'kind':'card','lines':[1,2]}"],
    ["with names unquoted", '{kind:"card",lines:[1,2]}'],
    ["with comments", '{"kind":"card", // the kind\n "lines":[1,2] /* all */}'],
    ["with a comma left out", '{"kind":"card"\n"lines":[1,2]}'],
    ["with a comma left out, in single quotes", "{'kind':'card' 'lines':[1,2]}"],
    ["with an apostrophe in a comment", '{"kind":"card", // it\'s the kind\n "lines":[1,2]}'],
    ["with typographic quotes", "{“kind”:“card”,“lines”:[1,2]}"],
    ["with a byte order mark", '\ufeff{"kind":"card","lines":[1,2]}'],
  ])("%s is repaired", (_name, text) => {
    expect(formOf(triage).read(text)).toEqual(ok(GOOD));
  });

  it.each([
    ["words", "I cannot answer that."],
    ["nothing in a fence", "```json\n```"],
    ["brackets the wrong way round", "} and {"],
    ["one bracket", "{"],
    ["NaN", "NaN"],
  ])("is not %s", (_name, text) => {
    expect(formOf(triage).read(text)).toEqual(NO_JSON);
  });

  it("may have apostrophes and brackets in its texts", () => {
    const form = formOf(z.object({ text: z.string(), more: z.string() }));

    const read = form.read(`{'text': 'it\\'s [here]', 'more': "a 'b}' {",}`);

    expect(read).toEqual(ok({ text: "it's [here]", more: "a 'b}' {" }));
  });

  it("and does not fit is told with the places", () => {
    expect(formOf(triage).read("{kind:'card',lines:['a'],}")).toMatchObject({
      problems: [{ path: "lines.0" }],
    });
  });
});

describe("JSON that is cut", () => {
  const anyObject = z.record(z.string(), z.unknown());

  it.each([
    '{"kind":"card","lines":[1,2]',
    '{"kind":"card","lines":[1,2',
    '{"kind":"card","lines":[],"more":{"a":{}',
    '{"kind":"card","lines":[],"text":"a } b ]',
    '{"kind":"card","lines":[],"text":"say \\"}',
    '```json\n{"kind":"card","lines":[1,2]\n```',
    'Here it is: {"kind":"card","lines":[1,2], "rest": {}',
    "{'kind':'card','lines':[],'text':'}',",
    "{'kind':'card','lines':[],'text':'it's }",
    "{“kind”:“card”,“lines”:[],“text”:“}”,",
    "{`kind`:`card`,`lines`:[],`text`:`}",
  ])("is never made whole: %s", (text) => {
    expect(formOf(triage).read(text)).toEqual(NO_JSON);
    expect(formOf(anyObject).read(text)).toEqual(NO_JSON);
  });

  it("anywhere, from any object, is never taken for an answer", () => {
    const form = formOf(anyObject);
    const objects = dictionary(string(), jsonValue({ maxDepth: 3 }));
    const isRefused = property(objects, (object) => {
      const texts = [JSON.stringify(object), JSON.stringify(object, undefined, 2)];

      expect(texts.flatMap((text) => takenPrefixes(text, form))).toEqual([]);
    });

    assert(isRefused, { seed: 20_261_123, numRuns: 40 });
  });

  it("anywhere, from any list of objects, is never taken for a list", () => {
    const form = promptFormOf(z.array(z.unknown()));
    const isRefused = property(jsonValue({ maxDepth: 4 }), (value) => {
      pre(Array.isArray(value));

      expect(takenPrefixes(JSON.stringify(value), form)).toEqual([]);
    });

    assert(isRefused, { seed: 20_261_123, numRuns: 40, maxSkipsPerRun: 1_000 });
  });

  it("whole, is taken as it is", () => {
    const form = formOf(anyObject);
    const isKept = property(dictionary(string(), jsonValue()), (object) => {
      const text = JSON.stringify(object);

      expect(form.read(text)).toEqual(ok(JSON.parse(text)));
    });

    assert(isKept, { seed: 20_261_123 });
  });
});

/** The beginnings of a text that are taken for the whole. */
function takenPrefixes(text: string, form: OutputForm): readonly string[] {
  const prefixes = Array.from(text, (_character, index) => text.slice(0, index));
  return prefixes.filter((prefix) => form.read(prefix).ok);
}
