/** How time and memory grow with runs in flight, steps of a run, items of a map and sizes of payloads; drawn, too. */

import { mkdirSync, writeFileSync } from "node:fs";
import type { AnyGraph } from "signalbox";
import { drawCharts, type Chart } from "./line-charts.ts";
import { drive } from "./load/drive.ts";
import { manyItems, oneStep } from "./load/graphs/one-step.ts";
import { threeSteps } from "./load/graphs/three-steps.ts";
import { openWorld, type StartedWorker, type World } from "./load/open-world.ts";
import { watchMemory } from "./load/watch-memory.ts";
import { quantile, roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import type { Result } from "./result.ts";

const IN_FLIGHT: readonly number[] = [1, 3, 10, 30, 100, 300, 1_000];
const STEPS: readonly number[] = [3, 10, 30, 100, 300];
/** A map may have so many until parts of it run in workflows of their own. */
const ITEMS: readonly number[] = [10, 30, 100, 300, 1_000];
/** Temporal takes 2 MB at most until larger ones are kept elsewhere. */
const PAYLOAD_KIB: readonly number[] = [1, 4, 16, 64, 256, 1_024, 1_800];

/** Of what is quick, so many that the clock has something to measure. */
const LEAST_RUNS = 40;
const REPEATS = 3;
const MIB = 1_024 ** 2;

/** Built, this lies in `dist/bench/`. */
const PICTURE = new URL("../../bench/results/growth.svg", import.meta.url);

/** One size, measured. */
interface Point {
  readonly size: number;
  /** Of one unit: a run, a step, an item, a KiB. */
  readonly unitMs: number;
  /** What the worker held at its fullest, beyond what it held before. */
  readonly addedMiB: number;
}

/** One way to grow. */
interface Growth {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

export async function measureGrowth(): Promise<readonly Result[]> {
  const world = await openWorld();
  try {
    const growths = [
      await growInFlight(world),
      await growSteps(world),
      await growItems(world),
      await growPayloads(world),
    ];
    mkdirSync(new URL(".", PICTURE), { recursive: true });
    writeFileSync(PICTURE, drawCharts(growths.flatMap(chartsOf)));
    return growths.map(describe);
  } finally {
    await world.close();
  }
}

function growInFlight(world: World): Promise<Growth> {
  return withWorker(world, "three-steps", async (worker) => {
    const points: Point[] = [];
    for (const size of IN_FLIGHT) {
      const runs = Math.max(enough(size), enough(LEAST_RUNS));
      const one = () => worker.client.run(threeSteps, { body: "My card is gone" });
      points.push({ ...(await measure(worker, () => drive(runs, size, one), runs)), size });
    }
    return { title: "runs in flight", unit: "run", points };
  });
}

async function growSteps(world: World): Promise<Growth> {
  const points: Point[] = [];
  for (const size of STEPS) {
    const point = await withWorker(world, `row-${size}`, async (worker) => {
      const row = await rowOf(size);
      await worker.client.run(row, { say: "" });
      return repeat(worker, () => worker.client.run(row, { say: "" }), size);
    });
    points.push(point);
  }
  return { title: "steps of a run", unit: "step", points };
}

async function rowOf(steps: number): Promise<AnyGraph> {
  const module: unknown = await import(`./load/graphs/row-${steps}.js`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What each of these modules exports.
  return (module as { readonly row: AnyGraph }).row;
}

function growItems(world: World): Promise<Growth> {
  return withWorker(world, "one-step", async (worker) => {
    const points: Point[] = [];
    for (const size of ITEMS) {
      const items = Array.from({ length: size }, (_, index) => `Answer number ${index}`);
      points.push(await repeat(worker, () => worker.client.run(manyItems, items), size));
    }
    return { title: "items of a map", unit: "item", points };
  });
}

/** The question is in the input and in the call, the answer in the reply and in the result: four times the size. */
function growPayloads(world: World): Promise<Growth> {
  return withWorker(world, "one-step", async (worker) => {
    const points: Point[] = [];
    for (const size of PAYLOAD_KIB) {
      const say = "Repeat: ".padEnd(size * 1_024, "word after word ");
      points.push(await repeat(worker, () => worker.client.run(oneStep, { say }), size));
    }
    return { title: "KiB of a payload", unit: "KiB", points };
  });
}

/** Every size with the memory of a new process. */
async function withWorker<T>(
  world: World,
  graphs: string,
  work: (worker: StartedWorker) => Promise<T>,
): Promise<T> {
  const worker = await world.startWorker(graphs, { nodeOptions: ["--expose-gc"] });
  try {
    return await work(worker);
  } finally {
    await worker.stop();
  }
}

/** The middle of some runs, one after the other. */
async function repeat(
  worker: StartedWorker,
  run: () => Promise<unknown>,
  size: number,
): Promise<Point> {
  const measured: Omit<Point, "size">[] = [];
  for (let count = 0; count < enough(REPEATS); count++) {
    measured.push(await measure(worker, () => drive(1, 1, run), size));
  }
  const middle = (read: (point: Omit<Point, "size">) => number): number =>
    quantile(measured.map(read), 0.5);
  return {
    size,
    unitMs: middle(({ unitMs }) => unitMs),
    addedMiB: middle(({ addedMiB }) => addedMiB),
  };
}

async function measure(
  worker: StartedWorker,
  work: () => Promise<{ readonly tookMs: number }>,
  units: number,
): Promise<Omit<Point, "size">> {
  const { rssBytes: before } = await worker.usage();
  const memory = watchMemory(worker);
  const { tookMs } = await work();
  const mostBytes = await memory.stop();
  return { unitMs: tookMs / units, addedMiB: Math.max(0, mostBytes - before) / MIB };
}

function describe({ title, unit, points }: Growth): Result {
  const figures = points.flatMap(({ size, unitMs, addedMiB }) => [
    [`ms${size}`, roundMs(unitMs)] as const,
    [`addedMiB${size}`, roundMs(addedMiB)] as const,
  ]);
  return {
    name: `growth with ${title}: ms each ${unit}, memory added`,
    figures: Object.fromEntries(figures),
  };
}

function chartsOf({ title, unit, points }: Growth): readonly Chart[] {
  const chart = (what: string, read: (point: Point) => number): Chart => ({
    title: `${what}, by ${title}`,
    points: points.map((point) => ({ x: point.size, y: read(point) })),
  });
  return [
    chart(`ms each ${unit}`, ({ unitMs }) => unitMs),
    chart("MiB added to the worker", ({ addedMiB }) => addedMiB),
  ];
}
