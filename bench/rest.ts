/** What the REST trigger adds to Temporal and to Express, and whether idempotency keys hold under load. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { openTemporal } from "signalbox/worker";
import { Pool } from "undici";
import { quantile, roundMs } from "./measure.ts";
import type { Result } from "./result.ts";

const TASK_QUEUE = "bench-rest";
const RUNS = "/v1/graphs/support/runs";
const TICKET = { id: "1", body: "My card is gone" };

const PAIRS = 300;
const MAX_ADDED_MS = 5;

const ROUNDS = 3;
const ROUND_SECONDS = 4;
const MIN_RATIO = 0.8;

const STARTS = 5_000;
const AT_ONCE = 50;
/** One start in ten repeats a key. */
const KEYS = STARTS * 0.9;

type Temporal = Awaited<ReturnType<typeof openTemporal>>;

/** On a Temporal server of its own, always: it leaves thousands of open runs, which no worker takes. */
export async function measureRest(): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: undefined,
      TEMPORAL_PROFILE: undefined,
      TEMPORAL_CONFIG_FILE: undefined,
      SIGNALBOX_TEMPORAL_PORT: "7245",
      SIGNALBOX_TEMPORAL_UI_PORT: "8245",
    },
  });
  const api = await startServer("api", temporal.address);
  const bare = await startServer("express", temporal.address);
  try {
    return [
      await measureStarts(api.url, temporal),
      await measureHealth(api.url, bare.url),
      await measureKeys(api.url, temporal),
    ];
  } finally {
    await api.stop();
    await bare.stop();
    await temporal.close();
  }
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function startServer(what: "api" | "express", address: string): Promise<Server> {
  const program = fileURLToPath(new URL("rest-server.js", import.meta.url));
  const child = spawn(process.execPath, [program, what, TASK_QUEUE], {
    env: { ...process.env, TEMPORAL_ADDRESS: address },
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

/** One after the other, in turns, so that both see the same machine. */
async function measureStarts(url: string, { client }: Temporal): Promise<Result> {
  const pool = new Pool(url, { connections: 1 });
  const overRest = () => post(pool);
  const ofTemporal = () =>
    client.workflow.start("support", {
      args: [TICKET],
      taskQueue: TASK_QUEUE,
      workflowId: `plain-${crypto.randomUUID()}`,
    });
  const restMs: number[] = [];
  const temporalMs: number[] = [];
  for (let pair = 0; pair < 2 * PAIRS; pair++) {
    const times = [await timeOnce(ofTemporal), await timeOnce(overRest)] as const;
    // The first half warms up.
    if (pair < PAIRS) continue;
    temporalMs.push(times[0]);
    restMs.push(times[1]);
  }
  await pool.close();
  const addedMs = roundMs(quantile(restMs, 0.5) - quantile(temporalMs, 0.5));
  return {
    name: `start a run by POST ${RUNS}, beside client.workflow.start`,
    figures: {
      restP50Ms: roundMs(quantile(restMs, 0.5)),
      restP99Ms: roundMs(quantile(restMs, 0.99)),
      temporalP50Ms: roundMs(quantile(temporalMs, 0.5)),
      temporalP99Ms: roundMs(quantile(temporalMs, 0.99)),
      addedMs,
    },
    target: `addedMs at most ${MAX_ADDED_MS}`,
    ok: addedMs <= MAX_ADDED_MS,
  };
}

async function timeOnce(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function measureHealth(apiUrl: string, bareUrl: string): Promise<Result> {
  let ofApi = 0;
  let ofExpress = 0;
  for (let round = 0; round < ROUNDS; round++) {
    ofExpress += await requestsPerSecond(bareUrl);
    ofApi += await requestsPerSecond(apiUrl);
  }
  const ratio = Math.round((ofApi / ofExpress) * 100) / 100;
  return {
    name: "GET /healthz, beside the same route on bare Express",
    figures: {
      apiPerSecond: Math.round(ofApi / ROUNDS),
      expressPerSecond: Math.round(ofExpress / ROUNDS),
      ratio,
    },
    target: `ratio at least ${MIN_RATIO}`,
    ok: ratio >= MIN_RATIO,
  };
}

async function requestsPerSecond(url: string): Promise<number> {
  const answer = await autocannon({ url: `${url}/healthz`, duration: ROUND_SECONDS });
  if (answer.non2xx + answer.errors > 0) throw new Error(`Not all answers of ${url} were 200`);
  return answer.requests.average;
}

async function measureKeys(url: string, temporal: Temporal): Promise<Result> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const before = await countRuns(temporal);
  // Every tenth repeats the key of one that is still on its way, or has just been answered.
  const keys = Array.from({ length: STARTS }, (_, index) =>
    index % 10 === 9 ? `key-${index - 1 - (Math.floor(index / 10) % 9)}` : `key-${index}`,
  );
  const ids = new Map<string, Set<string>>();
  let errors = 0;
  const startedAt = performance.now();
  const queue = keys.values();
  const work = async (): Promise<void> => {
    for (const key of queue) {
      const id = await post(pool, key).catch(() => undefined);
      if (id === undefined) errors += 1;
      else ids.set(key, (ids.get(key) ?? new Set()).add(id));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  const runs = (await settledCount(temporal, before + KEYS)) - before;
  const keysWithTwoRuns = [...ids.values()].filter(({ size }) => size > 1).length;
  return {
    name: `${STARTS} starts over REST, ${AT_ONCE} at once, one in ten with a repeated key`,
    figures: {
      distinctKeys: new Set(keys).size,
      runs,
      keysWithTwoRuns,
      errors,
      startsPerSecond: Math.round(STARTS / seconds),
    },
    target: `exactly ${KEYS} runs and no error`,
    ok: runs === KEYS && errors === 0 && keysWithTwoRuns === 0,
  };
}

/** The id of the run. */
async function post(pool: Pool, key?: string): Promise<string> {
  const { statusCode, body } = await pool.request({
    method: "POST",
    path: RUNS,
    headers: {
      "content-type": "application/json",
      ...(key !== undefined && { "idempotency-key": key }),
    },
    body: JSON.stringify(TICKET),
  });
  const answer: unknown = await body.json();
  const isStarted = statusCode === 202 && typeof answer === "object" && answer !== null;
  if (!isStarted || !("id" in answer)) throw new Error(`Not started: ${statusCode}`);
  return String(answer.id);
}

async function countRuns({ client }: Temporal): Promise<number> {
  const query = `SignalboxGraph = 'support' AND TaskQueue = '${TASK_QUEUE}'`;
  return (await client.workflow.count(query)).count;
}

/** Visibility learns of runs a moment later: waits until it has what is expected, and a second longer for any more. */
async function settledCount(temporal: Temporal, expected: number): Promise<number> {
  for (let tries = 0; tries < 100 && (await countRuns(temporal)) < expected; tries++) {
    await sleep(100);
  }
  await sleep(1_000);
  return countRuns(temporal);
}
