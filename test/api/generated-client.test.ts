/** A client that `openapi-typescript` generates from `openapi.json`: it type-checks, refuses wrong use, and works. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startApi } from "../../api/start-api.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const run = promisify(execFile);
const ROOT = join(__dirname, "../..");

/** It needs TypeScript 5, so it gets a tree of its own. */
const GENERATE = [
  "exec",
  "--yes",
  "--package=openapi-typescript@7.13.0",
  "--package=typescript@5.9.3",
  "--",
  "openapi-typescript",
];

/** What a user would write. Each expected error is one that the compiler has to find. */
const USE = `
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

const started = await client.POST("/v1/graphs/threeSteps/runs", {
  params: { query: { wait: 30 } },
  body: { body: "My card is gone" },
});
if (started.error) throw new Error(started.error.detail);
if (!("result" in started.data)) throw new Error("It has not ended.");
const fit: boolean | undefined = started.data.result?.fit;
const steps: string[] = started.data.steps.map(({ step }) => step);

// @ts-expect-error -- The input has no such member.
void client.POST("/v1/graphs/threeSteps/runs", { body: { text: "My card is gone" } }).catch(() => {});
// @ts-expect-error -- There is no such graph.
void client.POST("/v1/graphs/fourSteps/runs", { body: { body: "" } }).catch(() => {});
// @ts-expect-error -- The result is no number.
const wrong: number | undefined = started.data.result?.fit;

const listed = await client.GET("/v1/runs", { params: { query: { graph: "threeSteps", limit: 5 } } });
const status: string | undefined = listed.data?.runs[0]?.status;

console.log(JSON.stringify({ id: started.data.id, fit, steps, listed: typeof status, wrong: typeof wrong }));
`;

const TSCONFIG = {
  compilerOptions: {
    module: "nodenext",
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: false,
    outDir: "out",
    types: ["node"],
  },
  files: ["use.ts"],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-generated-"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await writeFile(join(folder, "use.ts"), USE);
  await mkdir(join(folder, "out"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("is generated, type-checks and starts a run", async () => {
  const graphs = collectGraphs(fixtures, "test/fixtures/graphs.ts");
  const config = simulatedConfig(({ step }) =>
    step === "triage" ? { value: { kind: "card" } } : { value: { text: step, fit: true } },
  );

  const printed = await withWorker({ config }, async ({ client }) => {
    const api = await startApi({ client, graphs, port: 0 });
    try {
      await run("npm", [...GENERATE, `${api.url}/openapi.json`, "-o", "schema.d.ts"], {
        cwd: folder,
      });
      await run(join(ROOT, "node_modules/.bin/tsc"), ["-p", "."], { cwd: folder });
      const { stdout } = await run(process.execPath, ["out/use.js", api.url], { cwd: folder });
      return stdout;
    } finally {
      await api.stop();
    }
  });

  expect(JSON.parse(printed)).toEqual({
    id: expect.stringMatching(/^default\.threeSteps-/),
    fit: true,
    steps: ["triage", "draft", "review"],
    listed: expect.any(String),
    wrong: "boolean",
  });
}, 180_000);
