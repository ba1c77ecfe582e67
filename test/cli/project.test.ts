import { withProject } from "../harness/project.ts";

const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  export const greet = graph({ id: "greet", version: "3", input: z.string() })
    .code("shout", { run: ({ input }) => input.toUpperCase() });
  export const helper = 1;
`;
const CONFIG = `export default { providers: [], models: {} };`;
const WANTS_KEYS = `throw new Error("no key");`;

const files = { "signalbox.config.js": CONFIG, "graphs.js": GRAPHS };

describe("signalbox", () => {
  it("lists the graphs beside the configuration, which it does not load: that may want keys", () =>
    withProject({ ...files, "signalbox.config.js": WANTS_KEYS }, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("graphs");

      expect(output).toBe("graph  version  steps\ngreet  3        1\n");
      expect(exitCode).toBe(0);
    }));

  it("prints JSON for programs", () =>
    withProject(files, async ({ signalbox }) => {
      const { output } = await signalbox("graphs", "--json");

      expect(JSON.parse(output)).toEqual([
        { id: "greet", version: "3", steps: 1, fingerprint: expect.any(String) },
      ]);
    }));

  it("draws a graph as Mermaid, as SVG and as data, into a file too", () =>
    withProject(files, async ({ signalbox }) => {
      const drawings = await Promise.all([
        signalbox("draw", "greet"),
        signalbox("draw", "greet", "--format", "svg"),
        signalbox("draw", "greet", "--format", "json", "-o", "greet.json"),
      ]);

      expect(drawings.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect(drawings[0]?.output).toMatch(/^flowchart TD\n.*step_shout/s);
      expect(drawings[1]?.output).toMatch(/^<svg .*<\/svg>\n$/s);
      expect(drawings[2]?.output).toBe("");
    }));

  it.each([
    ["beside it", "signalbox.config.js", "graphs.js"],
    ["in dist/", "dist/signalbox.config.js", "dist/graphs.js"],
    ["in build/", "build/signalbox.config.js", "build/graphs.js"],
  ])("takes a TypeScript configuration for its compiled file, %s", (_where, config, graphs) =>
    withProject(
      {
        "signalbox.config.ts": "this does not run",
        [config]: CONFIG,
        [graphs]: GRAPHS,
      },
      async ({ signalbox }) => {
        const { output } = await signalbox("graphs");

        expect(output).toContain("greet");
      },
    ),
  );

  it("leaves src/ out of the path of a compiled file, as compilers do", () =>
    withProject(
      {
        "src/signalbox.config.ts": "this does not run",
        "dist/signalbox.config.js": CONFIG,
        "dist/graphs.js": GRAPHS,
      },
      async ({ signalbox }) => {
        const { output } = await signalbox("graphs", "--config", "src/signalbox.config.ts");

        expect(output).toContain("greet");
      },
    ));

  it("finds the configuration of a folder above", () =>
    withProject({ ...files, "deep/down/notes.txt": "" }, async ({ signalboxIn }) => {
      const { output } = await signalboxIn("deep/down", "graphs");

      expect(output).toContain("greet");
    }));

  it.each([
    ["without a configuration", {}, ["graphs"], 1, "error CLI_NO_CONFIG"],
    ["without graphs", { "signalbox.config.js": CONFIG }, ["graphs"], 1, "error CLI_NO_GRAPHS"],
    ["with a wrong path", files, ["graphs", "--graphs", "gone.js"], 1, "error CLI_NO_FILE"],
    [
      "with a module that throws",
      { ...files, "graphs.js": `throw new TypeError("broken here");` },
      ["graphs"],
      1,
      "does not load: TypeError: broken here",
    ],
    [
      "with a module without graphs",
      { ...files, "graphs.js": "export {};" },
      ["graphs"],
      1,
      "error CONFIG_NO_GRAPHS",
    ],
    [
      "with a graph that is wrong, in the graph's own words",
      { ...files, "graphs.js": GRAPHS.replace(`"greet"`, `"no id"`) },
      ["graphs"],
      1,
      "error GRAPH_INVALID_ID",
    ],
    ["with a graph that is not there", files, ["draw", "gret"], 1, `there are: "greet"`],
    ["with a command that is not there", files, ["grahps"], 2, "Did you mean graphs?"],
    ["with an option that is not there", files, ["graphs", "--jsn"], 2, "Did you mean --json?"],
    ["with no command", files, [], 2, "Usage: signalbox"],
  ])("says what is wrong %s", (_what, given: Record<string, string>, args, exitCode, message) =>
    withProject(given, async ({ signalbox }) => {
      const ended = await signalbox(...args);

      expect(ended.output).toContain(message);
      expect(ended.output).not.toMatch(/^ +at /m);
      expect(ended.exitCode).toBe(exitCode);
    }),
  );

  it("names the compiled file it expected, where Node cannot run TypeScript", () =>
    withProject({ "signalbox.config.ts": "let a: string;" }, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("graphs");

      const runsTypeScript = "typescript" in process.features && process.features.typescript;
      expect(output).toContain(
        runsTypeScript ? "error CLI_NO_GRAPHS" : `dist/signalbox.config.js").`,
      );
      expect(exitCode).toBe(1);
    }));

  it("gives help and version with success", () =>
    withProject({}, async ({ signalbox }) => {
      const [help, version] = await Promise.all([signalbox("--help"), signalbox("--version")]);

      expect(help).toEqual({ exitCode: 0, output: expect.stringContaining("graphs [options]") });
      expect(version).toEqual({ exitCode: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    }));
});
