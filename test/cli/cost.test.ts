/** `signalbox cost` on the files of a project's sink; no Temporal is there. */

import { join } from "node:path";
import { jsonlSink } from "../../plugins/sinks/jsonl.ts";
import { recordsOf } from "../harness/charged-records.ts";
import { withProject, type Project } from "../harness/project.ts";

const files = {
  "signalbox.config.js": `export default { providers: [], models: {} };`,
  "silent.config.js": `export default { providers: [], models: {}, audit: false };`,
  "taking.config.js": `export default { providers: [], models: {}, audit: { sinks: [{ id: "elsewhere", write: async () => {} }] } };`,
};
const env = { TEMPORAL_ADDRESS: "127.0.0.1:1" };
const startedAt = "2026-11-25T08:00:00.000Z";
const runs = [
  {
    workspace: "acme",
    graph: "support",
    run: "acme.support-1",
    startedAt,
    calls: [
      { model: "openai/gpt-5", costNanoUsd: 3_000_000, inputTokens: 100, outputTokens: 20 },
      { model: "groq/llama", costNanoUsd: 1_000, status: "failed" as const },
    ],
    subNanoUsd: 500,
  },
  {
    workspace: "globex",
    graph: "letter",
    run: "globex.letter-1",
    startedAt,
    calls: [{ model: "openai/gpt-5", costNanoUsd: 500, inputTokens: 7, outputTokens: 1 }],
  },
];

function withTrail(body: (project: Project) => Promise<void>): Promise<void> {
  return withProject(
    files,
    async (project) => {
      const sink = jsonlSink({ folder: join(project.folder, ".signalbox/audit"), flush: false });
      for (const run of runs) await sink.write(run.workspace, recordsOf(run));
      await sink.close?.();
      await body(project);
    },
    env,
  );
}

describe("signalbox cost", () => {
  it("adds up all workspaces by model, with totals", () =>
    withTrail(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("cost");

      expect(exitCode).toBe(0);
      expect(output.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
        ["model", "calls", "failed", "tokens in", "tokens out", "cost", "for nothing"],
        ["openai/gpt-5", "2", "0", "107", "21", "$0.0030005", "$0.00"],
        ["groq/llama", "1", "1", "0", "0", "$0.000001", "$0.000001"],
        ["total", "3", "1", "107", "21", "$0.0030015", "$0.000001"],
        [""],
      ]);
    }));

  it("gives the same by graph for one workspace, as JSON, and writes pictures to files", () =>
    withTrail(async ({ signalbox, read }) => {
      const json = await signalbox("cost", "--by", "graph", "--workspace", "globex", "--json");
      const drawn = await signalbox("cost", "--by", "day", "--format", "svg", "--out", "days.svg");
      const again = await signalbox("cost", "--by", "day", "--format", "svg", "--out", "days.svg");

      expect(JSON.parse(json.output)).toMatchObject({
        rows: [{ graph: "letter", calls: 1, costUsd: "0.0000005" }],
        total: { costUsd: "0.0000005" },
      });
      expect(drawn).toEqual({ exitCode: 0, output: "" });
      expect(await read("days.svg")).toContain("2026-11-25: $0.0030015");
      expect(again.output).toContain("CLI_FILE_EXISTS");
    }));

  it("says what to mend where there is nothing, or nothing that can be read", () =>
    withTrail(async ({ signalbox }) => {
      const none = await signalbox("cost", "--from", "2026-11-26");
      const nobody = await signalbox("cost", "--workspace", "nobody");
      const silent = await signalbox("cost", "--config", "silent.config.js");
      const taking = await signalbox("cost", "--config", "taking.config.js");
      const wrong = await signalbox("cost", "--by", "colour");

      expect(none.output).toMatch(/CLI_UNKNOWN_RECORD.* of that time/);
      expect(nobody.output).toMatch(/CLI_UNKNOWN_RECORD.*"nobody"/);
      expect(silent.output).toMatch(/CLI_NO_TRAIL.*audit: false/);
      expect(taking.output).toMatch(/CLI_NO_TRAIL.*"elsewhere"/);
      expect([none, nobody, silent, taking].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
      expect(wrong.exitCode).toBe(2);
    }));
});
