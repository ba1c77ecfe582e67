/** What `validate` finds: one smallest graph for each problem, and all problems of a graph at once. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GRAPH_PROBLEM_CODES,
  kit,
  validateGraphJson,
  type CallJson,
  type GraphJson,
  type GraphProblem,
  type GraphProblemCode,
  type StepJson,
} from "signalbox";
import { z } from "zod";
import { everyVerb, greeting } from "../fixtures/every-verb.ts";
import { manySchemas } from "../fixtures/fingerprint.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

const g = graph({ id: "g", input: z.object({ text: z.string() }) });
const prompt = (): string => "hello";
const answer = { model: "small", output: z.string(), prompt } as const;
const draft = z.object({ text: z.string() });

/** A graph as data; what is given need not make sense. */
function data(...steps: readonly StepJson[]): GraphJson {
  return { format: "signalbox.graph/1", id: "g", version: "1", input: {}, steps };
}

function code(id: string, ...needs: readonly string[]): StepJson {
  return { id, needs, kind: "code" };
}

const call: CallJson = {
  models: ["small"],
  guard: { input: [], output: [] },
  output: { type: "string" },
  deadlineMs: 1_000,
  tools: [],
  maxToolRounds: 8,
};

function branch(cases: Readonly<Record<string, readonly StepJson[]>>): StepJson {
  const flows = Object.entries(cases).map(([name, steps]) => [name, { steps }]);
  return { id: "b", needs: [], kind: "branch", cases: Object.fromEntries(flows) };
}

function map(steps: readonly StepJson[], concurrency = 1): StepJson {
  return { id: "m", needs: [], kind: "map", each: { steps }, concurrency, onItemFailure: "fail" };
}

interface Case {
  readonly code: GraphProblemCode;
  readonly when: string;
  readonly problems: () => readonly GraphProblem[];
  /** The path of the step; default: the graph itself. */
  readonly step?: string;
  /** A part of the message. */
  readonly says: string;
}

const inCode: readonly Case[] = [
  {
    code: "GRAPH_EMPTY",
    when: "a graph has no steps",
    problems: () => g.validate(),
    says: "no steps",
  },
  {
    code: "GRAPH_UNUSED_STEP",
    when: "nothing needs a step that is not the last",
    problems: () =>
      g
        .step("a", answer)
        .step("b", { ...answer, needs: [] })
        .validate(),
    step: "a",
    says: `Step "a" is needed by no other step`,
  },
  {
    code: "GRAPH_NO_MODEL",
    when: "neither a step nor the graph names a model",
    problems: () => g.step("a", { output: z.string(), prompt }).validate(),
    step: "a",
    says: `Step "a" names no model`,
  },
  {
    code: "GRAPH_NO_PROMPT",
    when: "a model call has neither prompt nor messages",
    problems: () =>
      g
        // @ts-expect-error -- the compiler refuses it too
        .step("a", { model: "small", output: z.string() })
        .validate(),
    step: "a",
    says: `neither "prompt" nor "messages"`,
  },
  {
    code: "GRAPH_TWO_PROMPTS",
    when: "a model call has both prompt and messages",
    problems: () =>
      g
        // @ts-expect-error -- the compiler refuses it too
        .step("a", { ...answer, messages: () => [] })
        .validate(),
    step: "a",
    says: `"messages", which give the whole conversation, and "prompt" as well`,
  },
  {
    code: "GRAPH_TWO_PROMPTS",
    when: "a part of a refine has both system and messages",
    problems: () =>
      g
        .refine("a", {
          maxRounds: 1,
          // @ts-expect-error -- the compiler refuses it too
          write: { model: "small", output: draft, messages: () => [], system: prompt },
          review: answer,
          accept: () => true,
        })
        .validate(),
    step: "a",
    says: `Step "a/write" has "messages", which give the whole conversation, and "system" as well`,
  },
  {
    code: "GRAPH_INVALID_SCHEMA",
    when: "the input has a part that JSON cannot carry",
    problems: () =>
      graph({ id: "g", input: z.object({ at: z.date() }) })
        .code("a", { run: () => 1 })
        .validate(),
    says: `"input" of the graph has z.date() at "at", which JSON cannot carry. Use z.iso.datetime()`,
  },
  {
    code: "GRAPH_INVALID_SCHEMA",
    when: "a step has no schema",
    problems: () =>
      g
        // @ts-expect-error -- the compiler refuses it too
        .step("a", { model: "small", prompt })
        .validate(),
    step: "a",
    says: `"output" of step "a" is no zod schema`,
  },
  {
    code: "GRAPH_INVALID_SCHEMA",
    when: "two parts of a schema have the same name",
    problems: () => {
      const [one, other] = [z.string().meta({ id: "Name" }), z.number().meta({ id: "Name" })];
      return g.step("a", { ...answer, output: z.tuple([one, other]) }).validate();
    },
    step: "a",
    says: "Duplicate schema id",
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "the value at a timeout does not fit the decision",
    problems: () =>
      g
        .approval("a", {
          decision: z.object({ score: z.number().max(5) }),
          show: () => 1,
          timeout: "1 day",
          onTimeout: { score: 6 },
        })
        .validate(),
    step: "a",
    says: `"onTimeout" of step "a" does not fit the step's schema: "score": Too big`,
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "the value where nobody is asked does not fit a rule of the decision's own",
    problems: () =>
      g
        .approval("a", {
          decision: z.string().refine((name) => name !== "nobody", "has to be somebody"),
          show: () => 1,
          when: () => false,
          otherwise: "nobody",
        })
        .validate(),
    step: "a",
    says: `"otherwise" of step "a" does not fit the step's schema: "": has to be somebody`,
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "the value at a timeout does not fit what a transform leaves of an event",
    problems: () =>
      g
        .wait("a", {
          event: z.object({ at: z.string().transform(Number), by: z.string() }),
          timeout: "1 day",
          // @ts-expect-error -- the compiler refuses it too
          onTimeout: { at: 1, by: 2 },
        })
        .validate(),
    step: "a",
    says: `"onTimeout" of step "a" does not fit the step's schema: "by": Invalid input: expected string`,
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "a value has no JSON form",
    problems: () =>
      g
        .wait("a", { event: z.string().transform(BigInt), timeout: "1 day", onTimeout: 5n })
        .validate(),
    step: "a",
    says: `"onTimeout" of step "a" cannot be written as JSON`,
  },
  {
    code: "GRAPH_INVALID_ROUNDS",
    when: "a refine has no limit",
    problems: () =>
      g
        // @ts-expect-error -- the compiler refuses it too
        .refine("a", { write: answer, review: answer, accept: () => true })
        .validate(),
    step: "a",
    says: `Refine "a" has "maxRounds" "undefined". Give it a whole number, 1 or more.`,
  },
  ...[0, 1.5, Number.NaN, Infinity].map((maxRounds): Case => ({
    code: "GRAPH_INVALID_ROUNDS",
    when: `a refine may go ${maxRounds} rounds`,
    problems: () =>
      g.refine("a", { maxRounds, write: answer, review: answer, accept: () => true }).validate(),
    step: "a",
    says: `"maxRounds" "${maxRounds}"`,
  })),
  ...[-1, 0.5].map((maxToolRounds): Case => ({
    code: "GRAPH_INVALID_TOOL_ROUNDS",
    when: `a model may call tools ${maxToolRounds} times`,
    problems: () => g.step("a", { ...answer, maxToolRounds }).validate(),
    step: "a",
    says: `Step "a" has "maxToolRounds" "${maxToolRounds}". Give it a whole number, 0 or more.`,
  })),
  {
    code: "GRAPH_INVALID_SETTING",
    when: "a model may write no tokens",
    problems: () => g.step("a", { ...answer, maxOutputTokens: 0 }).validate(),
    step: "a",
    says: `Step "a" has "maxOutputTokens" "0". Give it a whole number above 0.`,
  },
  {
    code: "GRAPH_INVALID_BUDGET",
    when: "the budget of a step has no limit",
    problems: () => g.step("a", { ...answer, budget: { atLimit: "ask" } }).validate(),
    step: "a",
    says: `Step "a" has a budget that is none: it has no limit`,
  },
  {
    code: "GRAPH_INVALID_BUDGET",
    when: "the budget of a graph is no amount",
    problems: () =>
      graph({ id: "g", input: z.object({}), budget: { usd: -1 } })
        .step("a", answer)
        .validate(),
    says: `"usd" has to be 0 or more`,
  },
  {
    code: "GRAPH_INVALID_REWARD",
    when: "a reward is of a step that is no model call",
    problems: () =>
      validateGraphJson(data(code("a"), { id: "r", needs: ["a"], kind: "reward", of: "a" })),
    step: "r",
    says: `Reward "r" is of "a", which is no model step that has finished by then (there are: none)`,
  },
  {
    code: "GRAPH_INVALID_REWARD",
    when: "a reward is of a step that it does not wait for",
    problems: () =>
      validateGraphJson(
        data(
          { id: "a", needs: [], kind: "step", ...call },
          { id: "b", needs: [], kind: "step", ...call },
          { id: "r", needs: ["b"], kind: "reward", of: "a" },
          code("end", "a"),
        ),
      ),
    step: "r",
    says: `(there are: "b"). Name one of these in "of", or add it to "needs".`,
  },
  ...[0, -1, 2.5, Infinity].map((concurrency): Case => ({
    code: "GRAPH_INVALID_CONCURRENCY",
    when: `a map runs ${concurrency} items at once`,
    problems: () =>
      g
        .map("a", {
          over: () => [1],
          concurrency,
          each: (flow) => flow.code("b", { run: () => 1 }),
        })
        .validate(),
    step: "a",
    says: `Map "a" has "concurrency" "${concurrency}"`,
  })),
];

const inData: readonly Case[] = [
  {
    code: "GRAPH_INVALID_FORMAT",
    when: "data has no steps at all",
    problems: () => validateGraphJson({ ...data(code("a")), steps: undefined }),
    says: `"steps" does not fit the format: Invalid input: expected array`,
  },
  {
    code: "GRAPH_EMPTY",
    when: "a map has nothing to do for an item",
    problems: () => validateGraphJson(data(map([]))),
    step: "m",
    says: `Map "m" has no steps to run for an item`,
  },
  {
    code: "GRAPH_TOO_LARGE",
    when: "a graph has more than 2,000 steps, nested ones included",
    problems: () => {
      const steps = Array.from({ length: 2_000 }, (_, index) =>
        index === 0 ? code("s0") : code(`s${index}`, `s${index - 1}`),
      );
      return validateGraphJson(data(map(steps)));
    },
    says: "The graph has 2001 steps",
  },
  {
    code: "GRAPH_INVALID_ID",
    when: "the graph's id is no identifier",
    problems: () => validateGraphJson({ ...data(code("a")), id: "my graph" }),
    says: `"my graph" cannot be the id of a graph`,
  },
  ...["1st", "a-b", "a/b", "", "input", "item"].map((id): Case => ({
    code: "GRAPH_INVALID_ID",
    when: `a step's id is "${id}"`,
    problems: () => validateGraphJson(data(code(id))),
    step: id,
    says: `"${id}" cannot be the id of a step`,
  })),
  ...["", "a/b"].map((name): Case => ({
    code: "GRAPH_INVALID_ID",
    when: `the name of a case is "${name}"`,
    problems: () => validateGraphJson(data(branch({ [name]: [code("a")] }))),
    step: "b",
    says: `"${name}" cannot be the name of a case`,
  })),
  {
    code: "GRAPH_DUPLICATE_STEP",
    when: "two steps have the same id",
    problems: () => validateGraphJson(data(code("a"), code("a", "a"))),
    step: "a",
    says: `Step "a" has an id that another step seen here has too`,
  },
  {
    code: "GRAPH_DUPLICATE_STEP",
    when: "a step inside has the id of one that is seen there",
    problems: () => {
      const inside = map([code("a")]);
      return validateGraphJson(data(code("a"), code("c", "a"), { ...inside, needs: ["c"] }));
    },
    step: "m/a",
    says: `Step "m/a" has an id that another step seen here has too`,
  },
  {
    code: "GRAPH_UNKNOWN_NEED",
    when: "a step needs one that is not there",
    problems: () => validateGraphJson(data(code("a", "gone"))),
    step: "a",
    says: `Step "a" needs "gone", which is no step of its flow (there are: "a")`,
  },
  {
    code: "GRAPH_UNKNOWN_NEED",
    when: "a step inside needs one outside",
    problems: () => validateGraphJson(data(code("a"), { ...map([code("c", "a")]), needs: ["a"] })),
    step: "m/c",
    says: `Step "m/c" needs "a"`,
  },
  {
    code: "GRAPH_LATER_NEED",
    when: "a step needs one that comes after it",
    problems: () => validateGraphJson(data(code("a", "b"), code("b"), code("c", "a"))),
    step: "a",
    says: `Step "a" needs "b", which comes after it. Put "b" before "a".`,
  },
  {
    code: "GRAPH_CYCLE",
    when: "a step needs itself",
    problems: () => validateGraphJson(data(code("a", "a"))),
    step: "a",
    says: `"a" needs "a"`,
  },
  {
    code: "GRAPH_CYCLE",
    when: "steps wait for each other",
    problems: () =>
      validateGraphJson(data(code("a"), code("b", "d", "a"), code("c", "b"), code("d", "c"))),
    step: "b",
    says: `"b" needs "d" needs "c" needs "b". Drop one of these needs.`,
  },
  {
    code: "GRAPH_NO_CASES",
    when: "a branch has no cases",
    problems: () => validateGraphJson(data(branch({}))),
    step: "b",
    says: `Branch "b" has no cases`,
  },
  {
    code: "GRAPH_EMPTY_CASE",
    when: "a case has no steps",
    problems: () => validateGraphJson(data(branch({ yes: [code("a")], no: [] }))),
    step: "b",
    says: `Case "no" of branch "b" has no steps`,
  },
  {
    code: "GRAPH_INVALID_DURATION",
    when: "an attempt has no time",
    problems: () =>
      validateGraphJson(data({ id: "a", needs: [], kind: "step", ...call, deadlineMs: 0 })),
    step: "a",
    says: `Step "a" has the deadline "0"`,
  },
  {
    code: "GRAPH_LOCAL_TOO_LONG",
    when: "a local call may take longer than one can",
    problems: () =>
      validateGraphJson(
        data({
          id: "a",
          needs: [],
          kind: "step",
          ...call,
          deadlineMs: 8_001,
          settings: { placement: "local" },
        }),
      ),
    step: "a",
    says: `Step "a" is placed "local" and has a deadline of 8.001 seconds; a local call may take 8.`,
  },
  {
    code: "GRAPH_INVALID_DURATION",
    when: "a tool has a part of a millisecond",
    problems: () =>
      validateGraphJson(data({ id: "a", needs: [], kind: "tool", tool: "t", deadlineMs: 0.5 })),
    step: "a",
    says: `Step "a" has the deadline "0.5"`,
  },
  {
    code: "GRAPH_INVALID_DURATION",
    when: "a timer goes back",
    problems: () => validateGraphJson(data({ id: "a", needs: [], kind: "wait", durationMs: -1 })),
    step: "a",
    says: `Step "a" has the duration "-1"`,
  },
  {
    code: "GRAPH_INVALID_DURATION",
    when: "an event is given no time",
    problems: () =>
      validateGraphJson(
        data({ id: "a", needs: [], kind: "wait", event: {}, deadline: { timeoutMs: 0 } }),
      ),
    step: "a",
    says: `Step "a" has the timeout "0"`,
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "a value does not fit the JSON Schema of the decision",
    problems: () =>
      validateGraphJson(
        data({
          id: "a",
          needs: [],
          kind: "approval",
          decision: { type: "boolean" },
          otherwise: { value: "yes" },
        }),
      ),
    step: "a",
    says: `unless the schema transforms what it takes`,
  },
  {
    code: "GRAPH_INVALID_VALUE",
    when: "the JSON Schema of an event makes no sense",
    problems: () =>
      validateGraphJson(
        data({
          id: "a",
          needs: [],
          kind: "wait",
          event: { $ref: "https://example.com/schema" },
          deadline: { timeoutMs: 1, onTimeout: 1 },
        }),
      ),
    step: "a",
    says: "The schema cannot be read",
  },
];

/** Problems that runs survive. */
const warnings: ReadonlySet<string> = new Set(["GRAPH_UNUSED_STEP", "GRAPH_EMPTY_CASE"]);

describe.each([
  ["validate", inCode],
  ["validateGraphJson", inData],
])("%s", (_name, cases) => {
  it.each(cases)("gives $code when $when", ({ code: expected, problems, step, says }) => {
    const found = problems();

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: expected, message: expect.stringContaining(says) });
    expect(found[0]?.step).toBe(step);
  });
});

describe("a problem", () => {
  const all = [...inCode, ...inData];

  it("of each code is shown by a graph", () => {
    const shown = new Set(all.map((one) => one.code));

    expect([...shown].toSorted()).toEqual([...GRAPH_PROBLEM_CODES].toSorted());
  });

  it.each(all.filter((one) => one.code !== "GRAPH_INVALID_VALUE"))(
    "is an error unless runs survive it: $code when $when",
    ({ code: expected, problems }) => {
      const [found] = problems();

      expect(found?.severity).toBe(warnings.has(expected) ? "warning" : "error");
    },
  );

  it("with a value is a warning in data, where a transform does not show", () => {
    const [built, asData] = [inCode, inData].map((cases) =>
      cases
        .filter((one) => one.code === "GRAPH_INVALID_VALUE")
        .flatMap(({ problems }) => problems().map(({ severity }) => severity)),
    );

    expect(new Set(built)).toEqual(new Set(["error"]));
    expect(new Set(asData)).toEqual(new Set(["warning"]));
  });

  it.each(all)("says what to do: $code when $when", ({ problems }) => {
    for (const { message } of problems()) expect(message).toMatch(/^.+[.:] [A-Z"].+\.$/s);
  });
});

describe("a schema that JSON cannot carry", () => {
  it.each([
    ["z.date()", z.date(), "z.iso.datetime()"],
    ["z.date()", z.coerce.date(), "z.iso.datetime()"],
    ["z.map()", z.map(z.string(), z.number()), "z.record()"],
    ["z.set()", z.set(z.string()), "z.array()"],
    ["z.bigint()", z.bigint(), "z.string()"],
    ["z.undefined()", z.undefined(), "z.null()"],
    ["z.void()", z.void(), "z.null()"],
    ["z.symbol()", z.symbol(), "a type that JSON has"],
    ["z.nan()", z.nan(), "a type that JSON has"],
    ["z.custom()", z.instanceof(Date), "a type that JSON has"],
    ["z.custom()", z.custom<string>(), "a type that JSON has"],
    ["z.function()", z.function(), "a type that JSON has"],
    ["z.transform()", z.transform(String), "a type that JSON has"],
    ["z.literal()", z.literal([1n]), "a type that JSON has"],
  ])("is named, with its remedy: %s", (name, schema, remedy) => {
    const [found] = g.step("a", { ...answer, output: schema }).validate();

    expect(found?.message).toContain(`"output" of step "a" has ${name}, which JSON cannot carry.`);
    expect(found?.message).toContain(remedy);
  });

  it.each([
    ["lines[].at", z.object({ lines: z.array(z.object({ at: z.date() })) })],
    ["a.b", z.object({ a: z.object({ b: z.date() }).nullable() }).optional()],
    ["properties.items", z.object({ properties: z.object({ items: z.date() }) })],
    ["[1]", z.tuple([z.string(), z.date()])],
    ["[].x", z.array(z.union([z.string(), z.object({ x: z.date() })]))],
    ["{}.x", z.record(z.string(), z.object({ x: z.date() }))],
    ["next.at", z.object({ next: z.lazy(() => z.object({ at: z.date() })) })],
  ])("is found at %s", (place, schema) => {
    const [found] = g.step("a", { ...answer, output: schema }).validate();

    expect(found?.message).toContain(`has z.date() at "${place}", which`);
  });

  it("is reported for each of its parts and for each step that uses it", () => {
    const output = z.object({ when: z.date(), size: z.bigint() });

    const found = g
      .step("a", { ...answer, output })
      .step("b", { ...answer, output })
      .validate();

    expect(found.map(({ step, message }) => [step, /at "(\w+)"/.exec(message)?.[1]])).toEqual([
      ["a", "when"],
      ["a", "size"],
      ["b", "when"],
      ["b", "size"],
    ]);
  });

  it.each([
    ["a transform", z.string().transform(Number)],
    ["a default", z.number().default(1)],
    ["a preprocess", z.preprocess(String, z.string())],
    [
      "a codec",
      z.codec(z.iso.datetime(), z.date(), { decode: (text) => new Date(text), encode: String }),
    ],
  ])("is not one with %s, of which only the input goes through JSON", (_what, output) => {
    expect(g.step("a", { ...answer, output }).validate()).toEqual([]);
  });
});

describe("a value that stands in", () => {
  it.each([
    ["what a transform gives", z.string().transform(Number), 5],
    ["undefined, where the schema takes it", z.string().optional(), undefined],
    ["more than a plain object asks for", z.object({ a: z.string() }), { a: "", more: 1 }],
    ["with a default filled in", z.object({ a: z.string().default("x") }), { a: "y" }],
    [
      "more than a plain object with a transform asks for",
      z.object({ a: z.string().transform(Number) }),
      { a: 1, more: 1 },
    ],
  ])("fits: %s", (_what, decision, onTimeout) => {
    const waiting = g.approval("a", { decision, show: () => 1, timeout: "1 day", onTimeout });

    expect(waiting.validate()).toEqual([]);
  });

  it("is not held against the schema in data when it is absent", () => {
    const open = data({
      id: "a",
      needs: [],
      kind: "approval",
      decision: { type: "boolean" },
      deadline: { timeoutMs: 1 },
      otherwise: {},
    });

    expect(validateGraphJson(open)).toEqual([]);
  });
});

describe("a graph that can run", () => {
  it.each([
    ["everyVerb", everyVerb],
    ["greeting", greeting],
    ["manySchemas", manySchemas],
  ])("has no problems, built or as data: %s", (_name, good) => {
    expect(good.validate()).toEqual([]);
    expect(validateGraphJson(JSON.parse(JSON.stringify(good)))).toEqual([]);
  });

  it("may have 2,000 steps", () => {
    const steps = Array.from({ length: 2_000 }, (_, index) =>
      index === 0 ? code("s0") : code(`s${index}`, `s${index - 1}`),
    );

    expect(validateGraphJson(data(...steps))).toEqual([]);
  });

  it("may use an id again where the other is not seen", () => {
    const cases = branch({ yes: [code("a")], no: [code("a")] });

    expect(validateGraphJson(data(cases, { ...map([code("a")]), needs: ["b"] }))).toEqual([]);
  });
});

describe("a graph with many problems", () => {
  const date = z.object({ at: z.date() });

  it("has them all listed at once, in the order of its steps", () => {
    const found = graph({ id: "many", input: date })
      .step("unused", { ...answer, needs: [] })
      .step("first", { output: date, prompt, needs: [], maxToolRounds: -1 })
      .map("each", {
        over: () => [1],
        concurrency: 0,
        each: (flow) => flow.step("inner", { ...answer, output: date }),
      })
      .refine("loop", {
        maxRounds: 0,
        write: { output: draft, prompt },
        review: { ...answer, output: z.map(z.string(), z.string()) },
        accept: () => true,
      })
      .approval("ask", {
        decision: z.boolean(),
        show: () => 1,
        timeout: "1 day",
        // @ts-expect-error -- the compiler refuses it too
        onTimeout: "no",
      })
      .validate();

    expect(found.map((one) => `${one.step ?? ""} ${one.code}`)).toEqual([
      " GRAPH_INVALID_SCHEMA",
      "unused GRAPH_UNUSED_STEP",
      "first GRAPH_NO_MODEL",
      "first GRAPH_INVALID_TOOL_ROUNDS",
      "first GRAPH_INVALID_SCHEMA",
      "each GRAPH_INVALID_CONCURRENCY",
      "each/inner GRAPH_INVALID_SCHEMA",
      "loop GRAPH_INVALID_ROUNDS",
      "loop GRAPH_NO_MODEL",
      "loop GRAPH_INVALID_SCHEMA",
      "ask GRAPH_INVALID_VALUE",
    ]);
  });

  it("in data has them all listed at once, too", () => {
    const found = validateGraphJson(
      data(
        code("a", "z"),
        code("a"),
        code("b", "c"),
        code("c", "b"),
        { ...branch({ "x/y": [] }), id: "1", needs: ["d"] },
        { ...map([code("d", "e"), code("e")], 0), needs: ["a"] },
      ),
    );

    expect(found.map((one) => `${one.step} ${one.code}`)).toEqual([
      "a GRAPH_DUPLICATE_STEP",
      "a GRAPH_UNKNOWN_NEED",
      "b GRAPH_CYCLE",
      "1 GRAPH_INVALID_ID",
      "1 GRAPH_UNKNOWN_NEED",
      "1 GRAPH_UNUSED_STEP",
      "1 GRAPH_INVALID_ID",
      "1 GRAPH_EMPTY_CASE",
      "m GRAPH_INVALID_CONCURRENCY",
      "m/d GRAPH_LATER_NEED",
      "m/d GRAPH_UNUSED_STEP",
    ]);
  });
});

describe("docs/reference/validation.md", () => {
  it("has one row for each code, in order", () => {
    const page = readFileSync(join(__dirname, "../../docs/reference/validation.md"), "utf8");

    const rows = [...page.matchAll(/^\| `(GRAPH_\w+)`/gm)].map(([, name]) => name);

    expect(rows).toEqual([...GRAPH_PROBLEM_CODES]);
  });
});
