/**
 * The data form: what `toJSON` gives, `parseGraphJson` takes and docs/reference/graph-format.schema.json describes.
 * After a change of the format: `SIGNALBOX_WRITE_SCHEMA=1 npx jest test/graph/graph-format && npx oxfmt docs/reference`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  describeGraphFormat,
  GraphFormatError,
  kit,
  parseGraphJson,
  type AnyGraph,
} from "signalbox";
import { z } from "zod";
import { everyVerb } from "../fixtures/every-verb.ts";
import { manySchemas } from "../fixtures/fingerprint.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { changeJson } from "./change-json.ts";

const DOCS = join(__dirname, "../../docs/reference");
const SCHEMA_FILE = join(DOCS, "graph-format.schema.json");

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const maybeText = z.object({ text: z.string().optional() }).optional();

/** Values with `undefined`, which JSON does not have. */
const undefinedValues = graph({ id: "undefinedValues", input: z.unknown() })
  .approval("a", {
    decision: maybeText,
    show: () => 1,
    timeout: "1 day",
    onTimeout: undefined,
    when: () => true,
    otherwise: undefined,
  })
  .approval("b", {
    decision: maybeText,
    show: () => 1,
    timeout: "1 day",
    onTimeout: { text: undefined },
    when: () => true,
    otherwise: { text: undefined },
  })
  .approval("c", { decision: maybeText, show: () => 1 })
  .wait("d", { event: maybeText, timeout: "1 day", onTimeout: undefined })
  .wait("e", { event: z.string().transform((text) => new Date(text)) })
  .branch("f", {
    on: () => "only" as const,
    cases: { only: (flow) => flow.wait("g", { duration: "1 day" }) },
  });

const graphs: readonly (readonly [string, AnyGraph])[] = [
  ...Object.entries(fixtures).flatMap(([name, value]) =>
    "toJSON" in value ? [[name, value] as const] : [],
  ),
  ["manySchemas", manySchemas],
  ["undefinedValues", undefinedValues],
];

beforeAll(() => {
  if (process.env["SIGNALBOX_WRITE_SCHEMA"] !== "1") return;
  writeFileSync(SCHEMA_FILE, `${JSON.stringify(describeGraphFormat(), undefined, 2)}\n`);
});

function problemsOf(value: unknown): readonly string[] {
  try {
    parseGraphJson(value);
    return [];
  } catch (error) {
    if (!(error instanceof GraphFormatError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe.each(graphs)("the data form of %s", (_name, built) => {
  it("comes back from JSON as it went in", () => {
    const json = built.toJSON();

    expect(JSON.parse(JSON.stringify(built))).toStrictEqual(json);
  });

  it("fits the format", () => {
    const json = built.toJSON();

    expect(parseGraphJson(JSON.parse(JSON.stringify(json)))).toStrictEqual(json);
  });

  it("fits the published JSON Schema", () => {
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(SCHEMA_FILE, "utf8")));

    expect(schema.safeParse(built.toJSON()).error).toBeUndefined();
  });
});

describe("parseGraphJson", () => {
  const base = everyVerb.toJSON();

  it("lists everything that does not fit, with its place", () => {
    const { steps, ...rest } = base;
    const [account, opening] = steps;

    const problems = problemsOf({
      ...rest,
      version: 2,
      more: true,
      steps: [
        { ...account, deadlineMs: "soon" },
        { ...opening, output: undefined, prompt: "hello" },
        { id: "x", needs: [], kind: "loop" },
        { id: "y", needs: [], kind: "wait", durationMs: 1, event: {} },
        { id: "z", needs: [], kind: "branch", cases: { only: { steps: [{ id: "z" }] } } },
        null,
      ],
    });

    expect(problems).toEqual([
      "version: Invalid input: expected string, received number",
      "steps.0.deadlineMs: Invalid input: expected number, received string",
      "steps.1.output: Invalid input: expected record, received undefined",
      'steps.1: Has members the format does not know: "prompt"',
      "steps.2.kind: Is no kind of step",
      'steps.3: Has members the format does not know: "event"',
      "steps.4.cases.only.steps.0.kind: Is no kind of step",
      "steps.5: Invalid input: expected object, received null",
      ': Has members the format does not know: "more"',
    ]);
  });

  it.each([
    ["nothing", undefined, ": Invalid input: expected object, received undefined"],
    ["text", JSON.stringify(base), ": Invalid input: expected object, received string"],
    [
      "a format it does not know",
      { ...base, format: "signalbox.graph/2" },
      'format: Invalid input: expected "signalbox.graph/1"',
    ],
  ])("refuses %s", (_what, value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it("takes a graph that fits the format and makes no sense: that is for validateGraphJson", () => {
    const senseless = changeJson(base, "steps.letter.maxRounds", -1);

    expect(problemsOf(senseless)).toEqual([]);
  });

  it("throws an error whose code programs can test", () => {
    expect(() => parseGraphJson(1)).toThrow(
      expect.objectContaining({ name: "GraphFormatError", code: "GRAPH_INVALID_FORMAT" }),
    );
  });

  it("says in its error what is wrong and what to do", () => {
    expect(() => parseGraphJson({ ...base, id: 1 })).toThrow(
      'This is no graph in the format "signalbox.graph/1": "id": Invalid input: expected string, received number. ' +
        "Write it with this release's toJSON(), or mend it: see docs/reference/graph-format.md.",
    );
  });
});

describe("docs/reference/graph-format.schema.json", () => {
  it("is what the format's own schema gives", () => {
    const published: unknown = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));

    expect(published).toEqual(describeGraphFormat());
  });

  it("is JSON Schema 2020-12", () => {
    expect(describeGraphFormat()["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  });
});

describe("docs/reference/graph-format.md", () => {
  const page = readFileSync(join(DOCS, "graph-format.md"), "utf8");

  it("shows a graph that fits the format and can run", () => {
    const [, example = ""] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
    const reviewed = graph({
      id: "reviewed",
      input: z.object({ question: z.string() }),
    })
      .step("draft", { model: "small", output: z.string(), prompt: ({ input }) => input.question })
      .approval("release", {
        decision: z.boolean(),
        show: ({ draft }) => draft,
        timeout: "2 days",
        onTimeout: false,
      });

    expect(JSON.parse(example)).toEqual(JSON.parse(JSON.stringify(reviewed)));
    expect(reviewed.validate()).toEqual([]);
  });
});
