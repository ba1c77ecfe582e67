/** What a worker uses while model calls are in flight, and how many runs it gets done with its room for attempts. */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SignalboxClient } from "signalbox/client";
import { openTemporal } from "signalbox/worker";
import { deferred } from "../test/harness/deferred.ts";
import { startFakeOpenAI, type FakeAnswer, type FakeOpenAI } from "../test/harness/fake-openai.ts";
import type { Result } from "./result.ts";
import { oneCall } from "./worker-graphs.ts";
import type { Slots, Usage } from "./worker-process.ts";

const IN_FLIGHT = [100, 300, 500] as const;
/** Room for all of them, and more. */
const ROOM = 1_000;
const WATCH_MS = 5_000;
const RUNS = 600;
const CALL_MS = 1_000;
const SLOTS: readonly Slots[] = [100, 500, "resources"];
const AT_ONCE = 20;
const MIB = 1_024 * 1_024;

const ANSWER: FakeAnswer = { content: JSON.stringify({ text: "here" }) };

type Temporal = Awaited<ReturnType<typeof openTemporal>>;

/** On a Temporal server of its own, always: nobody else's runs are to be measured. */
export async function measureWorkers(): Promise<readonly Result[]> {
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
  try {
    const results = [await measureInFlight(temporal)];
    for (const slots of SLOTS) results.push(await measureThroughput(slots, temporal));
    return results;
  } finally {
    await temporal.close();
  }
}

/** A worker and its upstream. */
interface Scene {
  readonly client: SignalboxClient;
  readonly upstream: FakeOpenAI;
  readonly usage: () => Promise<Usage>;
}

async function withWorker<T>(
  slots: Slots,
  { address, client: temporal }: Temporal,
  { answer, body }: { answer: () => Promise<FakeAnswer>; body: (scene: Scene) => Promise<T> },
): Promise<T> {
  const upstream = await startFakeOpenAI(({ url }) =>
    url.endsWith("/models") ? { raw: `{"data":[]}` } : answer(),
  );
  const taskQueue = `bench-${crypto.randomUUID()}`;
  const program = fileURLToPath(new URL("worker-process.js", import.meta.url));
  const child = fork(program, [taskQueue, upstream.url, String(slots)], {
    env: { ...process.env, TEMPORAL_ADDRESS: address },
    execArgv: ["--expose-gc"],
  });
  try {
    await nextUsage(child);
    return await body({
      client: new SignalboxClient({ temporal, taskQueue }),
      upstream,
      usage() {
        child.send("usage");
        return nextUsage(child);
      },
    });
  } finally {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
    await upstream.stop();
  }
}

async function nextUsage(child: ChildProcess): Promise<Usage> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("The worker has ended"))),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Said by worker-process.ts, which says nothing else.
  return message as Usage;
}

/** Every call is held, so that the runs stay where they are. */
function measureInFlight(temporal: Temporal): Promise<Result> {
  const released = deferred();
  const held = { calls: 0 };
  const answer = async (): Promise<FakeAnswer> => {
    held.calls += 1;
    await released.promise;
    return ANSWER;
  };
  return withWorker(ROOM, temporal, {
    answer,
    async body({ client, upstream, usage }) {
      const idle = await usage();
      const figures: Record<string, number> = { idleRssMiB: inMiB(idle.rssBytes) };
      const ids: string[] = [];
      for (const count of IN_FLIGHT) {
        ids.push(...(await startRuns(client, count - ids.length)));
        while (held.calls < count) await upstream.nextRequest();
        const { rssBytes, cpuShare } = await watch(usage);
        figures[`rssMiBWith${count}`] = inMiB(rssBytes);
        figures[`cpuPercentWith${count}`] = round(100 * cpuShare);
      }
      const most = IN_FLIGHT.at(-1) ?? 1;
      const grownMiB = (figures[`rssMiBWith${most}`] ?? 0) - inMiB(idle.rssBytes);
      figures["rssMiBPer100"] = round((grownMiB / most) * 100);
      figures["cpuPercentPer100"] = round(((figures[`cpuPercentWith${most}`] ?? 0) / most) * 100);
      released.resolve();
      await Promise.all(ids.map((id) => client.waitUntilClosed(id)));
      return { name: "a worker with runs whose model calls are in flight", figures };
    },
  });
}

/** After a moment in which what the starts have left behind is done. */
async function watch(
  usage: () => Promise<Usage>,
): Promise<{ readonly rssBytes: number; readonly cpuShare: number }> {
  await wait(WATCH_MS);
  const before = await usage();
  const since = performance.now();
  await wait(WATCH_MS);
  const after = await usage();
  const cpuShare = (after.cpuMs - before.cpuMs) / (performance.now() - since);
  return { rssBytes: after.rssBytes, cpuShare };
}

function measureThroughput(slots: Slots, temporal: Temporal): Promise<Result> {
  let inFlight = 0;
  let most = 0;
  const answer = async (): Promise<FakeAnswer> => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await wait(CALL_MS);
    inFlight -= 1;
    return ANSWER;
  };
  return withWorker(slots, temporal, {
    answer,
    async body({ client, usage }) {
      const before = await usage();
      const since = performance.now();
      const ids = await startRuns(client, RUNS);
      await Promise.all(ids.map((id) => client.waitUntilClosed(id)));
      const seconds = (performance.now() - since) / 1_000;
      const after = await usage();
      return {
        name: `${RUNS} runs of one call of ${CALL_MS} ms, ${slots === "resources" ? "resource-based slots" : `${slots} slots`}`,
        figures: {
          runsPerSecond: round(RUNS / seconds),
          mostInFlight: most,
          cpuMsPerRun: round((after.cpuMs - before.cpuMs) / RUNS),
          rssMiB: inMiB(after.rssBytes),
        },
      };
    },
  });
}

async function startRuns(client: SignalboxClient, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const places = Array.from({ length: count }, (_, place) => place).values();
  const work = async (): Promise<void> => {
    for (const place of places) ids.push(await client.start(oneCall, { say: `call ${place}` }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

function inMiB(bytes: number): number {
  return round(bytes / MIB);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
