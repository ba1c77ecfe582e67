/** Builds graphs without Temporal: a runner that only takes notes stands in for it. */

import { z } from "zod";
import type { GraphDefinition } from "../../graph/definition.ts";
import { GraphError } from "../../graph/graph-error.ts";
import { createKit } from "../../graph/kit.ts";
import { findProblems } from "../../graph/schema.ts";

interface TestConfig {
  readonly models: { readonly small: unknown; readonly writer: unknown };
}

const { graph } = createKit({ run: async () => undefined, drawSvg: () => "" })<TestConfig>();

const Ticket = z.object({ body: z.string().min(1) });
const prompt = (): string => "hello";
const answer = { model: "small", output: z.string(), prompt } as const;

/** `triage` and `search` start at once, `draft` needs both by way of `merge`. */
const forked = graph({ id: "forked", input: Ticket })
  .step("triage", { ...answer, needs: [] })
  .step("search", { ...answer, needs: [] })
  .code("merge", { needs: ["triage", "search"], run: () => 1 })
  .step("draft", answer);

function errorOf(build: () => unknown): GraphError {
  try {
    build();
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  throw new Error("Expected a GraphError, got none");
}

function stepOf(
  { definition }: { readonly definition: GraphDefinition },
  id: string,
): GraphDefinition["steps"][number] {
  const found = definition.steps.find((step) => step.id === id);
  if (found === undefined) throw new Error(`no step "${id}"`);
  return found;
}

describe("a graph", () => {
  it("hands its definition and the input to the runner and gives what the runner gives", async () => {
    const calls: [versions: readonly GraphDefinition[], input: unknown, info: unknown][] = [];
    const noting = createKit({
      run: async (...call) => {
        calls.push(call);
        return "ran";
      },
      drawSvg: () => "",
    })<TestConfig>();
    const noted = noting.graph({ id: "noted", input: Ticket }).step("only", answer);

    const result = await noted({ body: "x" });

    expect(result).toBe("ran");
    expect(calls).toEqual([[[noted.definition], { body: "x" }, undefined]]);
  });

  it("is a function whose name is the id, by which Temporal's client takes the workflow's type", () => {
    expect(forked.name).toBe("forked");
    expect(graph({ id: "empty", input: Ticket }).name).toBe("empty");
  });

  it("has version 1 unless it is given another", () => {
    const second = graph({ id: "second", version: "2", input: Ticket });

    expect(forked.version).toBe("1");
    expect(second.version).toBe("2");
    expect(second.step("only", answer).version).toBe("2");
  });

  it.each(["1", "2.1.0-beta+3", "2026-11-23", "v_2"])("may have the version %s", (version) => {
    expect(graph({ id: "some", version, input: Ticket }).version).toBe(version);
  });

  it.each(["", "it's", 'a"b', String.raw`a\b`, "a\nb", "a b", "9".repeat(101)])(
    "may not have the version %j: Temporal would not find its runs",
    (version) => {
      const error = errorOf(() => graph({ id: "some", version, input: Ticket }));

      expect(error.code).toBe("GRAPH_INVALID_VERSION");
      expect(error.message).toContain(`"${version}" cannot be the version of graph "some"`);
    },
  );

  it("stays as it was when a verb is called on it", () => {
    const base = graph({ id: "base", input: Ticket }).step("first", answer);
    const before = base.toJSON();

    const left = base.step("left", answer);
    const right = base.code("right", { run: () => 1 });

    expect(base.toJSON()).toEqual(before);
    expect(left.definition.steps.map(({ id }) => id)).toEqual(["first", "left"]);
    expect(right.definition.steps.map(({ id }) => id)).toEqual(["first", "right"]);
  });
});

describe("the id", () => {
  const unusable = [
    ["empty", ""],
    ["input, which callbacks have already", "input"],
    ["__proto__, which is no key like others", "__proto__"],
    ["a digit first", "1st"],
    ["a dash", "first-step"],
    ["a slash, which divides paths", "a/b"],
    ["a hash, which divides activity ids", "a#0"],
    ["a space", "first step"],
    ["a line break at the end", "first\n"],
    ["a letter beyond ASCII", "prüfen"],
  ] as const;

  /** The types refuse `input` before anything runs. */
  const untyped: { step(id: string, options: typeof answer): unknown } = graph({
    id: "g",
    input: Ticket,
  });

  it.each(unusable)("of a step is refused when it is or has %s", (_what, id) => {
    const error = errorOf(() => untyped.step(id, answer));

    expect(error.code).toBe("GRAPH_INVALID_ID");
    expect(error.message).toContain(`"${id}" cannot be the id of a step of graph "g"`);
  });

  it.each(unusable)("of a graph is refused when it is or has %s", (_what, id) => {
    const error = errorOf(() => graph({ id, input: Ticket }));

    expect(error.code).toBe("GRAPH_INVALID_ID");
    expect(error.message).toContain(`"${id}" cannot be the id of a graph`);
  });

  it.each(["a", "_", "Draft2", "toString", "constructor", "hasOwnProperty"])(
    "of a step may be %s",
    (id) => {
      const built = graph({ id: "g", input: Ticket }).step(id, answer);

      expect(built.definition.steps.map((step) => step.id)).toEqual([id]);
    },
  );

  it("of a step cannot be used twice in one graph, by whichever verb", () => {
    const error = errorOf(() =>
      // @ts-expect-error -- the compiler refuses it too
      forked.code("triage", { run: () => 1 }),
    );

    expect(error.code).toBe("GRAPH_DUPLICATE_STEP");
    expect(error.message).toContain(`Graph "forked" already has a step "triage"`);
  });
});

describe("needs", () => {
  it("are the step before unless they are given", () => {
    expect(stepOf(forked, "draft").needs).toEqual(["merge"]);
  });

  it("are none for the first step", () => {
    const first = graph({ id: "g", input: Ticket }).step("first", answer);

    expect(stepOf(first, "first").needs).toEqual([]);
  });

  it("are none for a step that asks for none", () => {
    expect(stepOf(forked, "search").needs).toEqual([]);
  });

  it("that no step before fulfils are refused, and the message names those there are", () => {
    const error = errorOf(() =>
      // @ts-expect-error -- the compiler refuses it too
      forked.step("review", { ...answer, needs: ["draft", "drat"] }),
    );

    expect(error.code).toBe("GRAPH_UNKNOWN_NEED");
    expect(error.message).toContain(`Step "review" of graph "forked" needs "drat"`);
    expect(error.message).toContain(`(there are: "triage", "search", "merge", "draft")`);
  });

  it("of the first step are refused, and the message says there is none yet", () => {
    const error = errorOf(() =>
      // @ts-expect-error -- the compiler refuses it too
      graph({ id: "g", input: Ticket }).step("first", { ...answer, needs: ["later"] }),
    );

    expect(error.code).toBe("GRAPH_UNKNOWN_NEED");
    expect(error.message).toContain("(there are: none yet)");
  });

  it("of a step on itself are refused: there is no way to write a cycle", () => {
    const error = errorOf(() =>
      // @ts-expect-error -- the compiler refuses it too
      forked.step("review", { ...answer, needs: ["review"] }),
    );

    expect(error.code).toBe("GRAPH_UNKNOWN_NEED");
  });

  it("do not change when the author's list does", () => {
    const needs: ("triage" | "search")[] = ["triage"];
    const built = forked.step("review", { ...answer, needs });

    needs.push("search");

    expect(stepOf(built, "review").needs).toEqual(["triage"]);
  });
});

describe("what a step sees", () => {
  it.each([
    ["triage", []],
    ["search", []],
    ["merge", ["triage", "search"]],
    ["draft", ["merge", "triage", "search"]],
  ])("is for %s its needs and all that those needed: %j", (id, seen) => {
    expect(stepOf(forked, id).sees).toEqual(new Set(seen));
  });

  it("leaves out what stands before it but is not needed", () => {
    const built = forked.step("aside", { ...answer, needs: ["triage"] });

    expect(stepOf(built, "aside").sees).toEqual(new Set(["triage"]));
  });
});

describe("a model step", () => {
  it("keeps one alias as a list of one", () => {
    expect(stepOf(forked, "draft")).toMatchObject({
      kind: "step",
      call: { models: ["small"] },
    });
  });

  it("keeps aliases in their order of preference", () => {
    const built = forked.step("review", { ...answer, model: ["writer", "small"] });

    expect(stepOf(built, "review")).toMatchObject({
      call: { models: ["writer", "small"] },
    });
  });

  it("has a deadline of 60 seconds unless it is given another", () => {
    const built = forked.step("review", { ...answer, deadline: "1.5 minutes" });

    expect(stepOf(built, "draft")).toMatchObject({ call: { deadlineMs: 60_000 } });
    expect(stepOf(built, "review")).toMatchObject({ call: { deadlineMs: 90_000 } });
  });

  it.each([
    ["is zero", "0 seconds"],
    ["rounds to zero", "0.1 milliseconds"],
    ["outlasts the longest timer, which then fires at once", "25 days"],
    ["is no duration", "-1 seconds"],
  ] as const)("with a deadline that %s is refused", (_what, deadline) => {
    const error = errorOf(() => forked.step("review", { ...answer, deadline }));

    expect(error.code).toBe("GRAPH_INVALID_DURATION");
    expect(error.message).toContain(`Step "review" is given`);
    expect(error.message).toContain(`"${deadline}"`);
  });

  it("may take as long as the longest timer", () => {
    const built = forked.step("review", { ...answer, deadline: "24 days" });

    expect(stepOf(built, "review")).toMatchObject({
      call: { deadlineMs: 24 * 86_400_000 },
    });
  });
});

describe("a graph as data", () => {
  const data = graph({ id: "data", version: "3", input: Ticket })
    .step("triage", { ...answer, output: z.object({ kind: z.enum(["card", "other"]) }) })
    .code("done", { run: () => 1 });

  it("has steps, needs, aliases, deadlines and schemas, and no callbacks", () => {
    expect(data.toJSON()).toEqual({
      format: "signalbox.graph/1",
      id: "data",
      version: "3",
      input: expect.objectContaining({ type: "object", required: ["body"] }),
      steps: [
        {
          id: "triage",
          kind: "step",
          needs: [],
          models: ["small"],
          guard: { input: [], output: [] },
          output: expect.objectContaining({ type: "object", required: ["kind"] }),
          deadlineMs: 60_000,
          tools: [],
          maxToolRounds: 8,
        },
        { id: "done", kind: "code", needs: ["triage"] },
      ],
    });
  });

  it("is what JSON.stringify writes, and comes back the same", () => {
    const text = JSON.stringify(data);

    expect(JSON.parse(text)).toEqual(data.toJSON());
  });

  it("has schemas that check what the author's schemas check", () => {
    const { input } = data.toJSON();

    expect(findProblems(input, { body: "x" })).toEqual([]);
    expect(findProblems(input, { body: "" })).toMatchObject([{ path: "body" }]);
  });

  it.each([
    ["input", () => graph({ id: "g", input: z.object({ on: z.date() }) }).step("s", answer)],
    ["output", () => graph({ id: "g", input: Ticket }).step("s", { ...answer, output: z.date() })],
  ])("does not come of an %s whose schema JSON cannot carry", (what, build) => {
    const error = errorOf(() => build().toJSON());

    expect(error.code).toBe("GRAPH_INVALID");
    expect(error.message).toContain(what);
    expect(error.message).toContain("GRAPH_INVALID_SCHEMA");
    expect(error.cause).toBeInstanceOf(Error);
  });
});
