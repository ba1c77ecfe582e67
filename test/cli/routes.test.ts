import { threeSteps } from "../fixtures/graphs.ts";
import { withProject, type Project } from "../harness/project.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const config = simulatedConfig(({ step, model }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (step === "review") return { value: { fit: true } };
  return model === "first" ? { fail: "refused" } : { value: { text: "Freeze it." } };
});

const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

const files = {
  "signalbox.config.js": `
    import { defineConfig } from "signalbox/worker";
    const provider = {
      id: "acme",
      generate: () => { throw new Error("no call is made"); },
      listModels: async () => [
        { model: "large", price: { inputUsdPerMTok: 10, outputUsdPerMTok: 40 } },
        { model: "small", price: { inputUsdPerMTok: 1, outputUsdPerMTok: 4 }, capabilities: { contextWindow: 1000 } },
        { model: "tiny" },
      ],
      close: async () => console.error("closed"),
    };
    const silent = { ...provider, id: "silent", listModels: () => { throw new Error("secret"); } };
    export default defineConfig({
      providers: [provider, silent],
      models: {
        small: { pool: ["acme/*", "silent/*"], maxPrice: { outputUsdPerMTok: 50 }, order: ["acme/small"] },
      },
    });
  `,
  "graphs.js": `
    import { kit } from "signalbox";
    import { z } from "zod";
    const { graph } = kit();
    const output = z.object({ text: z.string() });
    export const letters = graph({ id: "letters", input: z.object({ body: z.string() }), defaults: { model: "small" } })
      .step("draft", { output, prompt: ({ input }) => "Answer: " + input.body })
      .step("review", { output, prompt: ({ draft }) => draft.text });
    export const lost = graph({ id: "lost", input: z.object({}) })
      .code("only", { run: () => 1 });
  `,
  "input.json": `{ "body": "My card is gone" }`,
};

function withCommand<T>(body: (project: Project) => Promise<T>): Promise<T> {
  return withProject({}, body, env);
}

describe("signalbox explain", () => {
  let id: string;

  beforeAll(async () => {
    id = await withWorker({ config }, async ({ client }) => {
      const started = await client.start(threeSteps, { body: "My card is gone" });
      await client.result(threeSteps, started);
      return started;
    });
  });

  it("prints what was decided for a step, and which model answered", () =>
    withCommand(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("explain", id, "draft");

      expect(output).toContain(`Step "draft" of run "${id}", decided 20`);
      expect(output).toMatch(
        /^1 +simulated\/first +writer +1 +\? +refused +.*number 1 of the list$/m,
      );
      expect(output).toMatch(
        /^2 +simulated\/second +writer +0\.5 +\$0\.\d+ +answered +.*number 2 of the list$/m,
      );
      expect(output).toMatch(/^Ranked: "writer" by priority\. Seed \d+\.$/m);
      expect(output).toMatch(/^Expected of the first: about \d+ tokens in, 300 out/m);
      expect(exitCode).toBe(0);
    }));

  it("gives programs the same as JSON", () =>
    withCommand(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("explain", id, "draft", "--json");

      expect(JSON.parse(output)).toMatchObject({
        run: id,
        step: "draft",
        routes: [
          {
            step: "draft",
            decidedAt: expect.stringMatching(/^\d{4}-.*Z$/),
            candidates: [{ model: "simulated/first" }, { model: "simulated/second" }],
            routers: { writer: "priority" },
            seed: expect.any(Number),
          },
        ],
        attempts: [{ status: "failed", kind: "refused" }, { status: "completed" }],
      });
      expect(exitCode).toBe(0);
    }));

  it.each([
    ["a run that is not there", () => ["nowhere", "draft"], 1, "error CLIENT_UNKNOWN_RUN"],
    [
      "a step that is not there",
      () => [id, "polish"],
      1,
      'error CLI_UNKNOWN_STEP: Run "ID" decided no route for a step "polish" (it did for: "triage", "draft", "review")',
    ],
    ["no step", () => [id], 2, "missing required argument"],
  ])("says so when it is given %s", (_what, args, code, message) =>
    withCommand(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("explain", ...args());

      expect(output).toContain(message.replace("ID", id));
      expect(output).not.toMatch(/^ +at /m);
      expect(exitCode).toBe(code);
    }),
  );
});

describe("signalbox route", () => {
  const draft = ["route", "--graph", "letters", "--step", "draft"];

  it("prints what would be decided, names who does not answer, calls nobody and closes providers", () =>
    withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox(...draft, "--input", "input.json");

      expect(output).toMatch(/^1 +acme\/small +small .*number 1 in "order" of the alias$/m);
      expect(output).toMatch(/^2 +acme\/large +small .*number 1 of the list$/m);
      expect(output).toMatch(/^acme\/tiny +its price is not known/m);
      expect(output).toMatch(/^silent\/\* +no provider lists a model that fits this$/m);
      expect(output).toContain('"silent" does not answer: It failed with "Error".');
      expect(output).not.toContain("secret");
      expect(output).not.toContain("The prompt is not known");
      expect(output.match(/closed/g)).toHaveLength(2);
      expect(exitCode).toBe(0);
    }));

  it("takes the input as JSON, and goes by the number of tokens it is given", () =>
    withProject(files, async ({ signalbox }) => {
      const input = ["--input", `{ "body": "Hello" }`];

      const { exitCode, output } = await signalbox(
        ...draft,
        ...input,
        "--tokens",
        "5000",
        "--json",
      );

      const json = output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1);
      expect(JSON.parse(json)).toMatchObject({
        step: "draft",
        candidates: [{ model: "acme/large" }],
        excluded: [
          { model: "acme/small", why: "its context window of 1,000 tokens is too small for 5,300" },
          { model: "acme/tiny" },
          { model: "silent/*" },
        ],
        estimate: { inputTokens: 5_000, outputTokens: 300, costNanoUsd: 62_000_000 },
      });
      expect(exitCode).toBe(0);
    }));

  it.each([
    [
      "of a step that reads another one",
      ["--step", "review", "--input", "input.json"],
      "reads what other steps give",
    ],
    ["without an input", ["--step", "draft"], "no --input was given"],
  ])("says that the prompt is not known %s", (_what, args, message) =>
    withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("route", "--graph", "letters", ...args);

      expect(output).toContain("The prompt is not known");
      expect(output).toContain(message);
      expect(output).toMatch(/^1 +acme\/small/m);
      expect(exitCode).toBe(0);
    }),
  );

  it.each([
    [
      "a graph that is not there",
      ["--graph", "mails", "--step", "draft"],
      1,
      "error CLI_UNKNOWN_GRAPH",
    ],
    [
      "a step that is not there",
      ["--graph", "letters", "--step", "polish"],
      1,
      `(there are: "draft", "review")`,
    ],
    ["a step that calls no model", ["--graph", "lost", "--step", "only"], 1, "(there are: none)"],
    ["no step", ["--graph", "letters"], 2, "required option"],
    [
      "broken JSON",
      [...draft.slice(1), "--input", `{ "body": "private`],
      1,
      "error CLI_INVALID_INPUT",
    ],
    ["an empty standard input", [...draft.slice(1), "--input", "-"], 1, "error CLI_INVALID_INPUT"],
    [
      "an input that does not fit",
      [...draft.slice(1), "--input", `{ "body": 1 }`],
      1,
      "error GRAPH_INVALID_INPUT",
    ],
    [
      "tokens that are no number",
      [...draft.slice(1), "--tokens", "many"],
      2,
      "Give a whole number",
    ],
  ])("says so when it is given %s", (_what, args, code, message) =>
    withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("route", ...args);

      expect(output).toContain(message);
      expect(output).not.toContain("private");
      expect(output).not.toMatch(/^ +at /m);
      expect(exitCode).toBe(code);
    }),
  );
});
