/** Several versions of a graph behind one export, without Temporal: a runner that only takes notes stands in for it. */

import { z } from "zod";
import type { GraphDefinition } from "../../graph/definition.ts";
import { GraphError } from "../../graph/graph-error.ts";
import { createKit } from "../../graph/kit.ts";
import { createVersions } from "../../graph/versions.ts";

type Call = [versions: readonly GraphDefinition[], input: unknown, info: unknown];

const calls: Call[] = [];
const run = async (...call: Call): Promise<unknown> => {
  calls.push(call);
  return "ran";
};
const { graph } = createKit({ run, drawSvg: ({ version }) => `<svg>${version}</svg>` })<{
  models: { small: unknown };
}>();
const versions = createVersions(run);

const v1 = graph({ id: "letter", version: "1", input: z.object({ name: z.string() }) }).code(
  "end",
  { run: () => 1 },
);
const v2 = graph({ id: "letter", version: "2", input: z.object({ to: z.string() }) }).code("end", {
  run: () => "two",
});
const v3 = graph({ id: "letter", version: "3", input: z.object({ to: z.string() }) })
  .code("start", { run: () => true })
  .code("end", { run: () => 3 });
const other = graph({ id: "other", version: "1", input: z.string() }).code("end", {
  run: () => 1,
});

function errorOf(build: () => unknown): GraphError {
  try {
    build();
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
  throw new Error("Expected a GraphError, got none");
}

describe("versions", () => {
  it("gives what the newest is, under its name", () => {
    const letter = versions(v2, v1);

    expect(letter.name).toBe("letter");
    expect([letter.id, letter.version, letter.fingerprint]).toEqual([
      "letter",
      "2",
      v2.fingerprint,
    ]);
    expect(letter.definition).toBe(v2.definition);
    expect(letter.toJSON()).toEqual(v2.toJSON());
    expect(letter.toMermaid()).toBe(v2.toMermaid());
    expect(letter.toSvg()).toBe("<svg>2</svg>");
    expect(letter.validate()).toEqual([]);
    const nothing = { models: {}, prices: {} };
    expect(letter.estimate(nothing)).toEqual(v2.estimate(nothing));
  });

  it("lists all versions, the newest first; a graph that stands alone lists itself", () => {
    expect(versions(v2, v1).versions).toEqual([v2, v1]);
    expect(v1.versions).toEqual([v1]);
  });

  it("takes what was put together before", () => {
    expect(versions(v3, versions(v2, v1)).versions).toEqual([v3, v2, v1]);
  });

  it("runs with all definitions, the newest first, and hands on what the run was told", async () => {
    calls.length = 0;
    const workflow = versions(v2, v1);

    // As Temporal calls it.
    const result: unknown = await Reflect.apply(workflow, undefined, [
      { to: "Ann" },
      { version: "1" },
    ]);

    expect(result).toBe("ran");
    expect(calls).toEqual([[[v2.definition, v1.definition], { to: "Ann" }, { version: "1" }]]);
  });

  it("refuses graphs with different ids, and names both", () => {
    const error = errorOf(() => versions(v2, other));

    expect(error.code).toBe("GRAPH_VERSION_CONFLICT");
    expect(error.message).toContain(`"letter" and "other"`);
  });

  it.each([
    ["twice the same", () => versions(v2, v2)],
    ["two older ones", () => versions(v3, v1, v1)],
    ["one inside another", () => versions(v3, versions(v2, v1), v2)],
  ])("refuses a version that is there already: %s", (_what, build) => {
    const error = errorOf(build);

    expect(error.code).toBe("GRAPH_VERSION_CONFLICT");
    expect(error.message).toMatch(/Graph "letter" has its version "[12]" twice/);
  });
});
