/** What a run of one step takes over REST, by how its call is placed and how the run is started. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { openTemporal } from "signalbox/worker";
import { Pool } from "undici";
import { startFakeOpenAI } from "../test/harness/fake-openai.ts";
import { quantile, roundMs } from "./measure.ts";
import type { Result } from "./result.ts";

interface Form {
  readonly name: string;
  readonly graph: string;
  /** Whether worker and API have a connection each, so that no run starts eagerly. */
  readonly isApart?: true;
  readonly hasNoJournal?: true;
}

const FORMS: readonly Form[] = [
  { name: "an activity, connections apart", graph: "askingAsActivity", isApart: true },
  { name: "an activity, started eagerly", graph: "askingAsActivity" },
  { name: "a local activity, connections apart", graph: "askingLocally", isApart: true },
  { name: "a local activity, started eagerly", graph: "askingLocally" },
  { name: "the same without a journal", graph: "askingLocally", hasNoJournal: true },
];

const WARM_UP = 20;
const RUNS = 100;
const CONNECTIONS = 16;
const RUNS_AT_ONCE = 400;

/** On a Temporal server of its own, which has nothing else to do. */
export async function measurePlacements(): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: undefined,
      TEMPORAL_PROFILE: undefined,
      TEMPORAL_CONFIG_FILE: undefined,
      SIGNALBOX_TEMPORAL_PORT: "7247",
      SIGNALBOX_TEMPORAL_UI_PORT: "8247",
    },
  });
  const upstream = await startFakeOpenAI(({ url }) =>
    // A worker that starts asks for the list of models.
    url.endsWith("/models") ? { raw: `{"data":[]}` } : { content: "Hi" },
  );
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  try {
    const results: Result[] = [];
    for (const form of FORMS) {
      results.push(
        await measure(form, { address: temporal.address, upstream: upstream.url, folder }),
      );
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await upstream.stop();
    await temporal.close();
  }
}

interface World {
  readonly address: string;
  readonly upstream: string;
  readonly folder: string;
}

async function measure(form: Form, world: World): Promise<Result> {
  const server = await startServer(form, world);
  const path = `/v1/graphs/${form.graph}/runs?wait=30`;
  const one = new Pool(server.url, { connections: 1 });
  const many = new Pool(server.url, { connections: CONNECTIONS });
  try {
    await runMany(one, path, WARM_UP, 1);
    const alone = await runMany(one, path, RUNS, 1);
    await runMany(many, path, WARM_UP, CONNECTIONS);
    const together = await runMany(many, path, RUNS_AT_ONCE, CONNECTIONS);
    return {
      name: `a run of one step over REST: ${form.name}`,
      figures: {
        p50Ms: roundMs(quantile(alone.timesMs, 0.5)),
        p99Ms: roundMs(quantile(alone.timesMs, 0.99)),
        runsPerSecond: roundMs(alone.perSecond),
        [`p50MsOf${CONNECTIONS}`]: roundMs(quantile(together.timesMs, 0.5)),
        [`runsPerSecondOf${CONNECTIONS}`]: roundMs(together.perSecond),
      },
    };
  } finally {
    await one.close();
    await many.close();
    await server.stop();
  }
}

interface Timed {
  readonly timesMs: readonly number[];
  readonly perSecond: number;
}

async function runMany(pool: Pool, path: string, count: number, atOnce: number): Promise<Timed> {
  const timesMs: number[] = [];
  const left = Array.from({ length: count }).values();
  const startedAt = performance.now();
  const work = async (): Promise<void> => {
    while (!left.next().done) {
      const before = performance.now();
      await runOnce(pool, path);
      timesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { timesMs, perSecond: count / ((performance.now() - startedAt) / 1_000) };
}

async function runOnce(pool: Pool, path: string): Promise<void> {
  const { statusCode, body } = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ say: "hello" }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`Not completed: ${statusCode} ${text}`);
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function startServer({ graph, isApart, hasNoJournal }: Form, world: World): Promise<Server> {
  const program = fileURLToPath(new URL("placement-server.js", import.meta.url));
  const taskQueue = `bench-placements-${graph}-${crypto.randomUUID()}`;
  const folder = hasNoJournal ? "" : world.folder;
  const args = [program, isApart ? "apart" : "shared", taskQueue, world.upstream, folder];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TEMPORAL_ADDRESS: world.address },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  return {
    url: String(line).trim(),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
