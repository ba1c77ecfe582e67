/** A worker that dies in the middle of a local activity, of which Temporal knows nothing. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Attempt } from "../../client/run.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { deferred } from "../harness/deferred.ts";
import { startFakeOpenAI, type FakeAnswer } from "../harness/fake-openai.ts";
import { withFolder } from "../harness/program.ts";
import { openTestTemporal } from "../harness/temporal.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { askingLocally } from "../../bench/placement-graphs.ts";

const DIST = join(__dirname, "../../dist");

/** Tells when it works, and when it has kept a reply; with `"halt"` that is the last thing it does. */
const WORKER = `
  import { defineConfig, openTemporal, startWorker } from "${DIST}/worker/index.js";
  import { fileJournal } from "${DIST}/plugins/journals/files.js";
  import { openaiCompatible } from "${DIST}/plugins/providers/openai-compatible.js";
  import * as graphs from "${DIST}/bench/placement-graphs.js";
  const [taskQueue, baseURL, folder, codePath, then] = process.argv.slice(1);
  const files = fileJournal({ folder });
  const journal = {
    read: (key) => files.read(key),
    async write(key, entry) {
      await files.write(key, entry);
      if (!entry.includes('"reply"')) return;
      console.log("kept");
      if (then === "halt") await new Promise(() => {});
    },
  };
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  await startWorker({
    config: defineConfig({
      providers: [openaiCompatible({ id: "up", baseURL })],
      models: { writer: ["up/model"] },
      prices: { "up/model": price },
      journal,
    }),
    graphs,
    graphsUrl: new URL("file://${DIST}/bench/placement-graphs.js"),
    bundle: { codePath },
    temporal: await openTemporal(),
    taskQueue,
  });
  console.log("works");
`;

/** Workers have enough to do when they start. */
let codePath = "";

beforeAll(async () => {
  const { code } = await bundleGraphs(pathToFileURL(join(DIST, "bench/placement-graphs.js")));
  codePath = join(await mkdtemp(join(tmpdir(), "signalbox-test-")), "graphs.js");
  await writeFile(codePath, code);
});

afterAll(() => rm(dirname(codePath), { recursive: true, force: true }));

interface Crashed {
  readonly calls: number;
  readonly result: unknown;
  readonly attempts: readonly Attempt[];
}

/** Kills the worker once `dies` resolves, which is given what it prints, and has another one go on. */
async function crash(
  answer: (call: number) => FakeAnswer,
  then: "halt" | "go on",
  dies: (worker: ChildProcess) => Promise<void>,
): Promise<Crashed> {
  let calls = 0;
  const upstream = await startFakeOpenAI(({ url }) => {
    if (url.endsWith("/models")) return { raw: `{"data":[]}` };
    calls += 1;
    return answer(calls);
  });
  const temporal = await openTestTemporal();
  const taskQueue = `test-${crypto.randomUUID()}`;
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  try {
    return await withFolder(async (folder) => {
      const work = async (what: string): Promise<ChildProcess> => {
        const own = [taskQueue, upstream.url, folder, codePath, what];
        const args = ["--input-type=module", "-e", WORKER, ...own];
        const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address };
        const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
        await once(child.stdout.setEncoding("utf8"), "data");
        return child;
      };
      const first = await work(then);
      const id = await client.start(askingLocally, { say: "hello" });
      await dies(first);
      await end(first);
      const second = await work("go on");
      const result = await client.result(askingLocally, id);
      const { attempts } = await client.get(id);
      await end(second);
      return { calls, result, attempts };
    });
  } finally {
    await upstream.stop();
    await temporal.close();
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "close");
  child.kill("SIGKILL");
  await ended;
}

it("has paid for one call, when its reply was kept", async () => {
  const { calls, result, attempts } = await crash(
    () => ({ content: "Hi" }),
    "halt",
    async ({ stdout }) => void (stdout && (await once(stdout, "data"))),
  );

  expect(calls).toBe(1);
  expect(result).toBe("Hi");
  expect(attempts).toMatchObject([{ fallback: 0, status: "completed", tries: 1 }]);
  expect(attempts[0]?.mayBeBilled).toBeUndefined();
}, 120_000);

it("has the run say what the lost call may cost, and ask again, when no reply was kept", async () => {
  const asked = deferred();

  const { calls, result, attempts } = await crash(
    (call) => {
      asked.resolve();
      return call === 1 ? { stall: true } : { content: "Hi" };
    },
    "go on",
    () => asked.promise,
  );

  expect(calls).toBe(2);
  expect(result).toBe("Hi");
  expect(attempts).toMatchObject([
    { fallback: 0, status: "failed", kind: "unavailable", mayBeBilled: true, isEstimate: true },
    { fallback: 0, status: "completed", tries: 1 },
  ]);
  expect(attempts[0]?.costNanoUsd).toBeGreaterThan(0);
}, 120_000);
