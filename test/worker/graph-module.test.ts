import { z } from "zod";
import type { GraphErrorCode } from "../../graph/graph-error.ts";
import { createKit } from "../../graph/kit.ts";
import { createVersions } from "../../graph/versions.ts";
import { ConfigError } from "../../worker/config-error.ts";
import { defineConfig } from "../../worker/config.ts";
import { checkNames } from "../../worker/check-names.ts";
import { collectGraphs } from "../../worker/graph-module.ts";

const PATH = "/app/graphs.js";

const kit = createKit({ run: async () => undefined, drawSvg: () => "" });
const { graph } = kit<{ models: { small: unknown; writer: unknown } }>();
const answer = { model: "small", output: z.string(), prompt: () => "hello" } as const;

const support = graph({ id: "support", input: z.string() }).step("draft", answer);
const triage = graph({ id: "triage", input: z.string() }).code("only", { run: () => 1 });

const versions = createVersions(async () => undefined);
const supportV2 = graph({ id: "support", version: "2", input: z.string() }).step("draft", answer);

const config = defineConfig({
  providers: [{ id: "openai", generate: () => Promise.reject(new Error("not called")) }],
  models: { small: ["openai/gpt-5-mini"] },
});

function configErrorOf(check: () => unknown): ConfigError {
  try {
    check();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("Expected a ConfigError, got none");
}

describe("collectGraphs", () => {
  it("gives the graphs of a module by id", () => {
    const graphs = collectGraphs({ support, triage }, PATH);

    expect([...graphs]).toEqual([
      ["support", support],
      ["triage", triage],
    ]);
  });

  it("takes several versions for one graph", () => {
    const both = versions(supportV2, support);

    const graphs = collectGraphs({ support: both }, PATH);

    expect([...graphs]).toEqual([["support", both]]);
  });

  it("refuses an older version that cannot run, and names it", () => {
    const unfinished = graph({ id: "support", version: "0", input: z.string() });

    expect(() => collectGraphs({ support: versions(supportV2, unfinished) }, PATH)).toThrow(
      expect.objectContaining({
        code: "GRAPH_INVALID",
        message: expect.stringContaining('Graph "support", version "0", cannot run'),
      }),
    );
  });

  it("leaves everything else alone: hand-written workflows, constants, nothing at all", () => {
    const module = {
      support,
      handWritten: async () => 1,
      TIMEOUT: "1 minute",
      schema: z.object({ id: z.string() }),
      nothing: null,
      missing: undefined,
    };

    expect([...collectGraphs(module, PATH).keys()]).toEqual(["support"]);
  });

  it.each([
    ["without exports", {}],
    ["with hand-written workflows alone", { handWritten: async () => 1 }],
    ["whose graphs are in an object", { graphs: { support } }],
  ])("refuses a module %s, and names it", (_what, module) => {
    const error = configErrorOf(() => collectGraphs(module, PATH));

    expect(error.code).toBe("CONFIG_NO_GRAPHS");
    expect(error.message).toContain(`"${PATH}" exports no graph`);
  });

  it.each(["helpdesk", "default", "Support"])(
    "refuses a graph that is exported as %s, and names export, id and module",
    (name) => {
      const error = configErrorOf(() => collectGraphs({ triage, [name]: support }, PATH));

      expect(error.code).toBe("CONFIG_EXPORT_NAME");
      expect(error.message).toContain(`"${PATH}" exports graph "support" as "${name}"`);
      expect(error.message).toContain('name it "support"');
    },
  );

  it("refuses a second export of the same graph: Temporal would find one of them only", () => {
    const error = configErrorOf(() => collectGraphs({ support, alsoSupport: support }, PATH));

    expect(error.code).toBe("CONFIG_EXPORT_NAME");
  });

  it.each<[what: string, code: GraphErrorCode, unfinished: unknown]>([
    ["without steps", "GRAPH_INVALID", graph({ id: "unfinished", input: z.string() })],
    [
      "whose schema JSON cannot carry",
      "GRAPH_INVALID",
      graph({ id: "unfinished", input: z.string() }).step("s", { ...answer, output: z.date() }),
    ],
  ])("refuses a graph %s before anything runs", (_what, code, unfinished) => {
    expect(() => collectGraphs({ support, unfinished }, PATH)).toThrow(
      expect.objectContaining({
        name: "GraphError",
        code,
        message: expect.stringContaining('"unfinished"'),
      }),
    );
  });
});

describe("checkNames", () => {
  it("accepts graphs whose aliases are all there", () => {
    const graphs = collectGraphs({ support, triage }, PATH);

    expect(() => checkNames(graphs, config)).not.toThrow();
  });

  it("refuses a graph built for another configuration, and names step, graph, alias and what there is", () => {
    const other = kit<{ models: { huge: unknown } }>()
      .graph({ id: "other", input: z.string() })
      .step("draft", { ...answer, model: "huge" });
    const graphs = collectGraphs({ support, other }, PATH);

    const error = configErrorOf(() => checkNames(graphs, config));

    expect(error.code).toBe("CONFIG_UNKNOWN_ALIAS");
    expect(error.message).toContain('Step "draft" of graph "other" uses the alias "huge"');
    expect(error.message).toContain('(there are: "small")');
  });

  it("looks at older versions too", () => {
    const old = graph({ id: "support", version: "0", input: z.string() }).step("draft", {
      ...answer,
      model: "writer",
    });
    const graphs = collectGraphs({ support: versions(supportV2, old) }, PATH);

    const error = configErrorOf(() => checkNames(graphs, config));

    expect(error.code).toBe("CONFIG_UNKNOWN_ALIAS");
  });

  it("refuses a sub-graph whose version is not there, and accepts one beside a newer", () => {
    const outer = graph({ id: "outer", input: z.string() }).sub("inner", {
      graph: support,
      input: ({ input }) => input,
    });

    const error = configErrorOf(() =>
      checkNames(collectGraphs({ outer, support: supportV2 }, PATH), config),
    );
    const graphs = collectGraphs({ outer, support: versions(supportV2, support) }, PATH);

    expect(error.code).toBe("CONFIG_UNKNOWN_SUB");
    expect(error.message).toContain(
      'Step "inner" of graph "outer" uses the graph "support" in version "1", which is not there (there are: "2")',
    );
    expect(() => checkNames(graphs, config)).not.toThrow();
  });

  it("looks at every alias of a step, not only the first", () => {
    const both = graph({ id: "both", input: z.string() }).step("draft", {
      ...answer,
      model: ["small", "writer"],
    });

    const error = configErrorOf(() => checkNames(collectGraphs({ both }, PATH), config));

    expect(error.code).toBe("CONFIG_UNKNOWN_ALIAS");
    expect(error.message).toContain('"writer"');
  });

  it("says so when the configuration has no alias at all", () => {
    const graphs = collectGraphs({ support }, PATH);

    const error = configErrorOf(() => checkNames(graphs, { providers: [], models: {} }));

    expect(error.message).toContain("(there are: none)");
  });

  it.each(["toString", "__proto__", "constructor"])(
    "does not take %s, which every object has, for an alias",
    (alias) => {
      const inherited = kit<{ models: Record<string, unknown> }>()
        .graph({ id: "inherited", input: z.string() })
        .step("draft", { ...answer, model: alias });

      const error = configErrorOf(() => checkNames(collectGraphs({ inherited }, PATH), config));

      expect(error.code).toBe("CONFIG_UNKNOWN_ALIAS");
    },
  );
});
