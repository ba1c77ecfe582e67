/* oxlint-disable typescript/no-unsafe-type-assertion -- What JavaScript authors can do: the types refuse every callback here. */

import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { runInProcess, type InProcessRun } from "../../testing/run-in-process.ts";
import { defineTool } from "../../worker/config.ts";
import { recordedModels } from "../harness/recorded-models.ts";

const lookUp = {
  description: "Looks up a word",
  input: z.object({ word: z.string() }),
  output: z.object({ meaning: z.string() }),
};

interface Names {
  readonly models: { readonly small: unknown };
  readonly tools: { readonly lookUp: typeof lookUp };
}

const { graph, step } = kit<Names>();

const input = z.object({});
const output = z.string();
const prompt = (): string => "hello";
const call = { model: "small", output, prompt } as const;

/** `here`, the step whose callback is broken, sees `input` and `first`; `hidden` stands before it, but it does not need it. */
const start = graph({ id: "broken", input })
  .code("first", { run: () => "seen" })
  .code("hidden", { needs: [], run: () => "secret" });

const inner = graph({ id: "inner", input: z.any() }).code("end", { run: () => 1 });

const reusable = step({ input: z.object({ text: z.string() }), ...call });

type View = Readonly<Record<string, unknown>>;
type Broken = (view: View) => never;

interface Place {
  /** Where it stands, for the test's name. */
  readonly place: string;
  readonly callback: string;
  /** The path of the step. */
  readonly path: string;
  readonly build: (broken: Broken) => AnyGraph;
  /** Results it cannot use, and what is said of them. */
  readonly wrong: readonly (readonly [result: unknown, told: string])[];
  /** What its callback sees. Absent: it is given no steps at all. */
  readonly seen?: string;
}

const needs = ["first"] as const;
const seen = `"input", "first"`;

const noText = [
  [42, "it gave number instead of a string"],
  [undefined, "it gave undefined instead of a string"],
  [null, "it gave null instead of a string"],
  [["a"], "it gave object instead of a string"],
] as const;
const noClaim = [
  ["yes", "it gave string instead of true or false"],
  [1, "it gave number instead of true or false"],
  [undefined, "it gave undefined instead of true or false"],
] as const;
const noArray = [
  ["abc", "it gave string instead of an array"],
  [{ length: 1 }, "it gave object instead of an array"],
  [new Set([1]), "it gave object instead of an array"],
  [undefined, "it gave undefined instead of an array"],
] as const;
const circle: Record<string, unknown> = {};
circle["self"] = circle;
const noJson = [
  [10n, "it gave bigint instead of what JSON can carry"],
  [circle, "it gave object instead of what JSON can carry"],
  [() => 1, "it gave function instead of what JSON can carry"],
] as const;

const places: readonly Place[] = [
  {
    place: "the prompt of a step",
    callback: "prompt",
    path: "here",
    build: (broken) => start.step("here", { ...call, needs, prompt: broken }),
    wrong: noText,
    seen,
  },
  {
    place: "the routing key of a step",
    callback: "routingKey",
    path: "here",
    build: (broken) => start.step("here", { ...call, needs, routingKey: broken }),
    wrong: [...noText, ["", "it gave an empty text instead of a key"]],
    seen,
  },
  {
    place: "the value of a reward",
    callback: "value",
    path: "here",
    build: (broken) =>
      start.step("said", { ...call, needs }).reward("here", { of: "said", value: broken }),
    wrong: [
      ["1", "it gave string instead of a number"],
      [undefined, "it gave undefined instead of a number"],
      [2, "it gave a number that is not from 0 to 1"],
    ],
    seen: `"input", "said", "first"`,
  },
  {
    place: "the system message of a step",
    callback: "system",
    path: "here",
    build: (broken) => start.step("here", { ...call, needs, system: broken }),
    wrong: noText,
    seen,
  },
  {
    place: "the messages of a step",
    callback: "messages",
    path: "here",
    build: (broken) => start.step("here", { model: "small", output, needs, messages: broken }),
    wrong: [
      ["hello", "it gave no conversation"],
      [[], "it gave no conversation"],
      [[{ role: "robot", content: "hello" }], `it gave no conversation: "0.role"`],
      [
        [{ role: "user", content: [{ type: "image", mediaType: "image/png" }] }],
        "it gave no conversation",
      ],
    ],
    seen,
  },
  {
    place: "the choice of a reusable step's input",
    callback: "prompt",
    path: "here",
    build: (broken) => start.step("here", { ...reusable.from(broken), needs }),
    wrong: [],
    seen,
  },
  {
    place: "the condition of a maybe",
    callback: "when",
    path: "here",
    build: (broken) => start.maybe("here", { ...call, needs, when: broken }),
    wrong: noClaim,
    seen,
  },
  {
    place: "the prompt of a maybe",
    callback: "prompt",
    path: "here",
    build: (broken) => start.maybe("here", { ...call, needs, when: () => true, prompt: broken }),
    wrong: noText,
    seen,
  },
  {
    place: "the condition of an approval",
    callback: "when",
    path: "here",
    build: (broken) =>
      start.approval("here", {
        needs,
        when: broken,
        otherwise: true,
        decision: z.boolean(),
        show: () => null,
      }),
    wrong: noClaim,
    seen,
  },
  {
    place: "what an approval shows",
    callback: "show",
    path: "here",
    build: (broken) => start.approval("here", { needs, decision: z.boolean(), show: broken }),
    wrong: noJson,
    seen,
  },
  {
    place: "the choice of a branch",
    callback: "on",
    path: "here",
    build: (broken) => {
      const on: (view: View) => "only" = broken;
      return start.branch("here", {
        needs,
        on,
        cases: { only: (flow) => flow.code("end", { run: () => 1 }) },
      });
    },
    wrong: noText,
    seen,
  },
  {
    place: "a prompt inside a branch",
    callback: "prompt",
    path: "route/only/here",
    build: (broken) =>
      start.branch("route", {
        needs,
        on: () => "only" as const,
        cases: { only: (flow) => flow.step("here", { ...call, prompt: broken }) },
      }),
    wrong: noText,
    seen,
  },
  {
    place: "the items of a map",
    callback: "over",
    path: "here",
    build: (broken) =>
      start.map("here", {
        needs,
        over: broken,
        each: (flow) => flow.code("end", { run: () => 1 }),
      }),
    wrong: noArray,
    seen,
  },
  {
    place: "a prompt inside a map",
    callback: "prompt",
    path: "all[0]/here",
    build: (broken) =>
      start.map("all", {
        needs,
        over: () => [1],
        each: (flow) => flow.step("here", { ...call, prompt: broken }),
      }),
    wrong: noText,
    seen: `${seen}, "item", "index"`,
  },
  {
    place: "the prompt of a refine's writer",
    callback: "prompt",
    path: "here[1]/write",
    build: (broken) =>
      start.refine("here", {
        needs,
        maxRounds: 1,
        write: { ...call, prompt: broken },
        review: call,
        accept: () => true,
      }),
    wrong: noText,
    seen: `${seen}, "round", "last"`,
  },
  {
    place: "the prompt of a refine's reviewer",
    callback: "prompt",
    path: "here[1]/review",
    build: (broken) =>
      start.refine("here", {
        needs,
        maxRounds: 1,
        write: call,
        review: { ...call, prompt: broken },
        accept: () => true,
      }),
    wrong: noText,
    seen: `${seen}, "round", "draft"`,
  },
  {
    place: "the verdict of a refine",
    callback: "accept",
    path: "here",
    build: (broken) =>
      start.refine("here", {
        needs,
        maxRounds: 1,
        write: call,
        review: call,
        accept: broken as never,
      }),
    wrong: noClaim,
  },
  {
    place: "the input of a tool",
    callback: "input",
    path: "here",
    build: (broken) => start.tool("here", { needs, tool: "lookUp", input: broken }),
    wrong: noJson,
    seen,
  },
  {
    place: "the input of another graph",
    callback: "input",
    path: "here",
    build: (broken) => start.sub("here", { needs, graph: inner, input: broken }),
    wrong: noJson,
    seen,
  },
  {
    place: "the function of a code",
    callback: "run",
    path: "here",
    build: (broken) => start.code("here", { needs, run: broken }),
    wrong: noJson,
    seen,
  },
];

const mishaps = [
  [
    "throws",
    () => {
      throw new RangeError("no such thing");
    },
    "RangeError: no such thing",
  ],
  [
    "reads what is not there",
    () => (undefined as unknown as { text: string }).text,
    "TypeError: Cannot read properties of undefined (reading 'text')",
  ],
  [
    "throws what is no error",
    () => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- That is the point.
      throw "the key is sk-123";
    },
    "it threw string instead of an error",
  ],
] as const;

/** Runs to its end whatever needs no callback: models and tools answer, people decide. */
function run(broken: AnyGraph): Promise<InProcessRun<unknown>> {
  return runInProcess(
    broken,
    {},
    {
      ...recordedModels(answer),
      tools: { lookUp: defineTool({ ...lookUp, run: async () => ({ meaning: "found" }) }) },
      decisions: { here: true },
    },
  );
}

function answer(_call: SimulatedCall): SimulatedReply {
  return { value: "fine" };
}

function expectedMessage({ callback, path }: Place, told: string): string {
  return `Callback "${callback}" of step "${path}" of graph "broken" failed: ${told}`;
}

describe.each(places)("$place", (place) => {
  const { build } = place;

  it.each(mishaps)(
    "ends the run with an error that says where when it %s",
    async (_name, broken, told) => {
      const { status, error } = await run(build(broken as Broken));

      expect(status).toBe("failed");
      expect(error?.code).toBe("RUN_CALLBACK_ERROR");
      expect(error?.message).toContain(expectedMessage(place, told));
    },
  );

  if (place.wrong.length > 0) {
    it.each(place.wrong)("ends the run when it gives %p", async (result, told) => {
      const { status, error } = await run(build((() => result) as never));

      expect(status).toBe("failed");
      expect(error?.code).toBe("RUN_CALLBACK_ERROR");
      expect(error?.message).toContain(expectedMessage(place, told));
    });
  }

  if (place.seen !== undefined) {
    it("ends the run when it reads a step that it does not need, and says what it sees", async () => {
      const { error } = await run(build((({ hidden }) => hidden) as Broken));

      expect(error?.code).toBe("RUN_CALLBACK_ERROR");
      expect(error?.message).toContain(
        expectedMessage(
          place,
          `ReferenceError: it reads "hidden", which is not seen here (seen are: ${place.seen}); add it to "needs"`,
        ),
      );
    });
  }
});

describe("a callback", () => {
  it("ends the run when it gives a promise that is not kept", async () => {
    const { error } = await run(
      start.code("here", { needs, run: () => Promise.reject(new Error("too late")) }),
    );

    expect(error?.message).toContain(
      `Callback "run" of step "here" of graph "broken" failed: Error: too late`,
    );
  });

  it.each(["__proto__", "constructor", "toString"])(
    "does not see %s, which every object has",
    async (name) => {
      const reading = start.code("here", { run: (view) => Reflect.get(view, name) as unknown });

      const { error } = await run(reading);

      expect(error?.message).toContain(`it reads "${name}", which is not seen here`);
    },
  );

  it("may give its whole view, which is then no promise and JSON as usual", async () => {
    const whole = start.code("here", { needs, run: async (view) => view });

    const { result } = await run(whole);

    expect(result).toEqual({ input: {}, first: "seen" });
  });

  it("may ask whether a step is seen", async () => {
    const asking = start.code("here", {
      needs,
      run: (view) => ["first" in view, "hidden" in view],
    });

    const { result } = await run(asking);

    expect(result).toEqual([true, false]);
  });
});

function routing(name: string): AnyGraph {
  return start.branch("here", {
    on: () => name as "card",
    cases: {
      card: (flow) => flow.code("end", { run: () => 1 }),
      // @ts-expect-error -- A case that the type of "on" does not give.
      constructor: (flow) => flow.code("end", { run: () => 2 }),
    },
  });
}

describe("a branch", () => {
  it.each(["loan", "Card", "", "__proto__", "toString", "hasOwnProperty"])(
    "ends the run when its choice is %p, which is no case, and says which there are",
    async (name) => {
      const { status, error } = await run(routing(name));

      expect(status).toBe("failed");
      expect(error).toEqual({
        code: "RUN_UNKNOWN_CASE",
        message:
          `Branch "here" of graph "broken" has no case for what "on" gave. ` +
          `There are: "card", "constructor". Add the case, or mend "on".`,
      });
    },
  );

  it("takes a case by the name of what every object has, where it is one", async () => {
    const { result } = await run(routing("constructor"));

    expect(result).toEqual({ case: "constructor", value: 2 });
  });
});

describe("a schema whose own callback is broken", () => {
  const broken = [
    [
      "throws in a transform",
      z.any().transform(() => {
        throw new RangeError("the key is sk-123");
      }),
      'The schema itself threw "RangeError"',
    ],
    [
      "throws in a refinement",
      z.any().refine(() => {
        throw new RangeError("the key is sk-123");
      }),
      'The schema itself threw "RangeError"',
    ],
    ["wants to wait", z.any().refine(async () => true), "The schema itself threw"],
  ] as const;

  it.each(broken)("refuses every reply of a step when it %s", async (_name, schema, told) => {
    const { error, attempts } = await run(start.step("here", { ...call, output: schema }));

    expect(error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(error?.message).toContain(told);
    // The model is asked once more, with what was wrong.
    expect(attempts).toHaveLength(2);
  });

  it.each(broken)("refuses every input of the graph when it %s", async (_name, schema, told) => {
    const { error } = await run(
      graph({ id: "broken", input: schema }).code("end", { run: () => 1 }),
    );

    expect(error?.code).toBe("RUN_INVALID_INPUT");
    expect(error?.message).toContain(told);
  });

  it.each(broken)("refuses every input of a sub-graph when it %s", async (_name, schema, told) => {
    const sub = graph({ id: "sub", input: schema }).code("end", { run: () => 1 });

    const { error } = await run(start.sub("here", { graph: sub, input: () => ({}) }));

    expect(error?.code).toBe("RUN_SUB_FAILED");
    expect(error?.message).toContain(told);
  });

  it.each(broken)("refuses every decision when it %s", async (_name, schema, told) => {
    const deciding = run(start.approval("here", { decision: schema, show: () => null }));

    await expect(deciding).rejects.toThrow(told);
  });
});

describe("a run's result that JSON cannot carry", () => {
  const bigint = z.string().transform(() => 10n);

  it.each([
    ["a step's schema", start.step("here", { ...call, output: bigint })],
    [
      "a decision's schema",
      start.approval("here", { decision: z.boolean().transform(() => 10n), show: () => null }),
    ],
    [
      "code inside a branch",
      start.branch("here", {
        on: () => "only" as const,
        cases: { only: (flow) => flow.code("end", { run: () => 10n }) },
      }),
    ],
  ])("ends the run when it comes from %s", async (_name, wrong) => {
    const { status, error } = await run(wrong);

    expect(status).toBe("failed");
    expect(error?.code).toBe("RUN_CALLBACK_ERROR");
    expect(error?.message).toMatch(
      /step "here" of graph "broken" failed: it gave .* JSON can carry/,
    );
  });
});
