/** What it takes to keep the audit trail: the graph of three steps on a worker that writes it into files, beside one that does not. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonlSink } from "../plugins/sinks/jsonl.ts";
import { drive } from "./load/drive.ts";
import { threeSteps } from "./load/graphs/three-steps.ts";
import { openWorld, type StartedWorker } from "./load/open-world.ts";
import { readServerCpuMs } from "./load/server-cpu.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import type { Result } from "./result.ts";

const TICKET = { body: "My card is gone" };
const ROUNDS = 10;
const RUNS = 160;
const AT_ONCE = 16;
const WARM_UP = 80;

/** What is added to the throughput. */
const MAX_COST_PERCENT = 2;

interface Contestant {
  readonly name: "with trail" | "without trail";
  readonly worker: StartedWorker;
  /** Resolves once the trails of these runs are kept. */
  readonly kept: (runs: readonly string[]) => Promise<void>;
  readonly runsPerSecond: number[];
  readonly workerCpuMs: number[];
  readonly serverCpuMs: number[];
}

/** In rounds, both in each. A round ends when all trails are kept: what it takes to write them is in its own figures. */
export async function measureTrails(): Promise<readonly Result[]> {
  const world = await openWorld();
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-trails-"));
  const without = contestant(
    "without trail",
    await world.startWorker("three-steps"),
    async () => {},
  );
  const sink = jsonlSink({ folder });
  const args = ["--audit", folder];
  const withTrail = contestant(
    "with trail",
    await world.startWorker("three-steps", { args }),
    (runs) => untilKept(runs, sink),
  );
  try {
    for (const one of [without, withTrail]) await runSome(one, enough(WARM_UP));
    for (let round = 0; round < enough(ROUNDS); round++) {
      const order = round % 2 === 0 ? [without, withTrail] : [withTrail, without];
      for (const one of order) await measureRound(one);
    }
    return [describe(without), describe(withTrail), compare(withTrail, without)];
  } finally {
    await withTrail.worker.stop();
    await without.worker.stop();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function contestant(
  name: Contestant["name"],
  worker: StartedWorker,
  kept: Contestant["kept"],
): Contestant {
  return { name, worker, kept, runsPerSecond: [], workerCpuMs: [], serverCpuMs: [] };
}

async function measureRound(one: Contestant): Promise<void> {
  const count = enough(RUNS);
  const [workerBefore, serverBefore] = [await one.worker.usage(), readServerCpuMs()];
  const tookMs = await runSome(one, count);
  const [workerAfter, serverAfter] = [await one.worker.usage(), readServerCpuMs()];
  one.runsPerSecond.push((count / tookMs) * 1_000);
  one.workerCpuMs.push((workerAfter.cpuMs - workerBefore.cpuMs) / count);
  if (serverBefore !== undefined && serverAfter !== undefined) {
    one.serverCpuMs.push((serverAfter - serverBefore) / count);
  }
}

/** @returns how long it took until the last run had ended. */
async function runSome({ worker, kept }: Contestant, count: number): Promise<number> {
  const ids: string[] = [];
  const { tookMs } = await drive(count, AT_ONCE, async () => {
    const id = `bench-${crypto.randomUUID()}`;
    ids.push(id);
    await worker.client.run(threeSteps, TICKET, { id });
  });
  await kept(ids);
  return tookMs;
}

async function untilKept(
  runs: readonly string[],
  sink: ReturnType<typeof jsonlSink>,
): Promise<void> {
  for (;;) {
    const ended = await sink.findEnded?.("default", runs);
    if (ended?.length === runs.length) return;
    await sleep(100);
  }
}

function describe({ name, runsPerSecond, workerCpuMs, serverCpuMs }: Contestant): Result {
  return {
    name: `three steps, ${name}`,
    figures: {
      runsPerSecond: roundMs(quantile(runsPerSecond, 0.5)),
      workerCpuMs: roundMs(quantile(workerCpuMs, 0.5)),
      ...(serverCpuMs.length > 0 && { serverCpuMs: roundMs(quantile(serverCpuMs, 0.5)) }),
    },
  };
}

/** Round by round: what the machine did otherwise meanwhile is in both. */
function compare(one: Contestant, other: Contestant): Result {
  const ratios = one.runsPerSecond.map(
    (figure, round) => figure / (other.runsPerSecond[round] ?? 1),
  );
  const costPercent = roundMs((1 - quantile(ratios, 0.5)) * 100);
  const added = (read: (of: Contestant) => readonly number[]): number =>
    roundMs(
      quantile(
        read(one).map((figure, round) => figure - (read(other)[round] ?? 0)),
        0.5,
      ),
    );
  return {
    name: "three steps: what the trail adds",
    figures: {
      costPercent,
      leastPercent: roundMs((1 - Math.max(...ratios)) * 100),
      mostPercent: roundMs((1 - Math.min(...ratios)) * 100),
      workerCpuMs: added(({ workerCpuMs }) => workerCpuMs),
      ...(one.serverCpuMs.length > 0 && { serverCpuMs: added(({ serverCpuMs }) => serverCpuMs) }),
    },
    target: `costPercent below ${MAX_COST_PERCENT}`,
    ok: costPercent < MAX_COST_PERCENT,
  };
}
