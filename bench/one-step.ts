/** A run of one step through the REST API, waited for: beside gateways that keep nothing, when asked for with `--peers`. */

import { Pool } from "undici";
import { drive } from "./load/drive.ts";
import { openWorld, type StartedWorker, type World } from "./load/open-world.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough, isWithPeers } from "./options.ts";
import { PeerUnavailable } from "./peers/install.ts";
import { startLiteLlm } from "./peers/lite-llm.ts";
import { startPortkey } from "./peers/portkey.ts";
import type { PeerServer } from "./peers/process.ts";
import type { Result } from "./result.ts";

const ROUNDS = 6;
const ALONE = 40;
const TOGETHER = 200;
const AT_ONCE = 16;

const LITE_LLM = "LiteLLM's proxy";
const QUESTION = "Repeat: what may I do when my card is gone?";

/** How a run of Signalbox is started, and where its call is made. */
interface Form {
  readonly name: string;
  readonly graph: string;
  /** Of the worker's process. */
  readonly args: readonly string[];
}

const LOCAL: Form = {
  name: "as a local activity, started eagerly",
  graph: "oneStepLocal",
  args: [],
};
const FORMS: readonly Form[] = [
  { name: "as an activity", graph: "oneStep", args: ["--apart"] },
  { name: "as an activity, started eagerly", graph: "oneStep", args: [] },
  { name: "as a local activity", graph: "oneStepLocal", args: ["--apart"] },
  LOCAL,
  { name: "the same without a journal", graph: "oneStepLocal", args: ["--no-journal"] },
];

/** One that answers the question over HTTP. */
interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  stop(): Promise<void>;
}

interface Measured {
  readonly contestant: Contestant;
  readonly aloneMs: number[];
  readonly togetherMs: number[];
  readonly perSecond: number[];
}

/** In rounds, all contestants in each, so that a busy machine hits all alike. */
export async function measureOneStep(): Promise<readonly Result[]> {
  const world = await openWorld();
  const contestants: Contestant[] = [];
  const skipped: Result[] = [];
  try {
    for (const form of FORMS) contestants.push(await startSignalbox(world, form));
    for (const start of isWithPeers ? [startBesideLiteLlm, startBesidePortkey] : []) {
      const peer = await start(world).catch(skip(skipped));
      if (peer !== undefined) contestants.push(peer);
    }
    const measured = await measureInRounds(contestants);
    return [...measured.map(describe), ...skipped, ...compare(measured)];
  } finally {
    for (const contestant of contestants) await contestant.stop();
    await world.close();
  }
}

function skip(skipped: Result[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof PeerUnavailable)) throw error;
    skipped.push({ name: "one step over HTTP", figures: {}, skipped: error.message });
  };
}

async function startSignalbox(world: World, form: Form): Promise<Contestant> {
  const { graph, args } = form;
  const worker: StartedWorker = await world.startWorker("one-step", { api: true, args });
  return {
    name: nameOf(form),
    url: worker.ready.apiUrl ?? "",
    path: `/v1/graphs/${graph}/runs?wait=30`,
    headers: {},
    body: JSON.stringify({ say: QUESTION }),
    stop: () => worker.stop(),
  };
}

async function startBesideLiteLlm({ upstreamUrl }: World): Promise<Contestant> {
  return chat(LITE_LLM, await startLiteLlm(upstreamUrl), {});
}

async function startBesidePortkey({ upstreamUrl }: World): Promise<Contestant> {
  return chat("Portkey's gateway", await startPortkey(), {
    authorization: "Bearer none",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": upstreamUrl,
  });
}

function chat(name: string, server: PeerServer, headers: Contestant["headers"]): Contestant {
  return {
    name,
    url: server.url,
    path: "/v1/chat/completions",
    headers,
    body: JSON.stringify({ model: "one", messages: [{ role: "user", content: QUESTION }] }),
    stop: () => server.stop(),
  };
}

async function measureInRounds(contestants: readonly Contestant[]): Promise<readonly Measured[]> {
  const measured = contestants.map((contestant): Measured => ({
    contestant,
    aloneMs: [],
    togetherMs: [],
    perSecond: [],
  }));
  for (const { contestant } of measured) await load(contestant, enough(TOGETHER), AT_ONCE);
  for (let round = 0; round < enough(ROUNDS); round++) {
    // Forth and back, so that none always comes after the same other.
    for (const one of round % 2 === 0 ? measured : measured.toReversed()) {
      const alone = await load(one.contestant, enough(ALONE), 1);
      const together = await load(one.contestant, enough(TOGETHER), AT_ONCE);
      one.aloneMs.push(...alone.timesMs);
      one.togetherMs.push(...together.timesMs);
      one.perSecond.push((together.timesMs.length / together.tookMs) * 1_000);
    }
  }
  return measured;
}

async function load(contestant: Contestant, count: number, connections: number) {
  const pool = new Pool(contestant.url, { connections });
  try {
    return await drive(count, connections, () => ask(pool, contestant));
  } finally {
    await pool.close();
  }
}

async function ask(pool: Pool, { name, path, headers, body }: Contestant): Promise<void> {
  const answer = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await answer.body.text();
  // The reply of the upstream repeats the question.
  if (answer.statusCode === 200 && text.includes(QUESTION)) return;
  throw new Error(`${name} did not answer: status ${answer.statusCode}`);
}

function describe({ contestant, aloneMs, togetherMs, perSecond }: Measured): Result {
  return {
    name: `one step over HTTP, ${contestant.name}`,
    figures: {
      p50Ms: roundMs(quantile(aloneMs, 0.5)),
      p99Ms: roundMs(quantile(aloneMs, 0.99)),
      [`p50Ms${AT_ONCE}`]: roundMs(quantile(togetherMs, 0.5)),
      [`p99Ms${AT_ONCE}`]: roundMs(quantile(togetherMs, 0.99)),
      perSecond: roundMs(quantile(perSecond, 0.5)),
      leastPerSecond: roundMs(Math.min(...perSecond)),
      mostPerSecond: roundMs(Math.max(...perSecond)),
    },
  };
}

/** The quickest form beside the peer that keeps nothing, where that was there. */
function compare(measured: readonly Measured[]): readonly Result[] {
  const p50Of = (name: string): number | undefined => {
    const found = measured.find(({ contestant }) => contestant.name === name);
    return found && roundMs(quantile(found.aloneMs, 0.5));
  };
  const localP50Ms = p50Of(nameOf(LOCAL));
  const peerP50Ms = p50Of(LITE_LLM);
  if (localP50Ms === undefined || peerP50Ms === undefined) return [];
  return [
    {
      name: `one step over HTTP: Signalbox beside ${LITE_LLM}`,
      figures: { localP50Ms, peerP50Ms },
      target: "localP50Ms at most peerP50Ms",
      ok: localP50Ms <= peerP50Ms,
    },
  ];
}

function nameOf({ name }: Form): string {
  return `Signalbox, ${name}`;
}
