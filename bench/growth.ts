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
/** Of more than 200, parts run in workflows of their own. */
const ITEMS: readonly number[] = [10, 100, 200, 1_000, 3_000, 10_000];
/** What is larger than 256 is put aside: Temporal takes 2 MB at most. */
const PAYLOAD_KIB: readonly number[] = [1, 16, 256, 1_024, 2_048, 5_120];

/** Of what is quick, so many that the clock has something to measure. */
const LEAST_RUNS = 40;
const REPEATS = 3;
/** What takes longer is not repeated. */
const LONG_MS = 8_000;
const MIB = 1_024 ** 2;

/** Built, this lies in `dist/bench/`. */
const PICTURE = new URL("../../bench/results/growth.svg", import.meta.url);

/** One size, measured. */
interface Point {
  readonly size: number;
  /** Of one unit: a run, a step, an item, a KiB. */
  readonly unitMs: number;
  /** What the worker held at its fullest. */
  readonly mostMiB: number;
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
  const measure = measured(
    world,
    () => "three-steps",
    async ({ client }, size) => {
      const one = () => client.run(threeSteps, { body: "My card is gone" });
      await one();
      const runs = Math.max(enough(size), enough(LEAST_RUNS));
      return (await drive(runs, size, one)).tookMs / runs;
    },
  );
  return grow("runs in flight", "run", IN_FLIGHT, measure);
}

function growSteps(world: World): Promise<Growth> {
  const measure = measured(
    world,
    (size) => `row-${size}`,
    async ({ client }, size) => {
      const row = await rowOf(size);
      await client.run(row, { say: "" });
      return (await repeat(() => client.run(row, { say: "" }))) / size;
    },
  );
  return grow("steps of a run", "step", STEPS, measure);
}

async function rowOf(steps: number): Promise<AnyGraph> {
  const module: unknown = await import(`./load/graphs/row-${steps}.js`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What each of these modules exports.
  return (module as { readonly row: AnyGraph }).row;
}

function growItems(world: World): Promise<Growth> {
  const measure = measured(
    world,
    () => "one-step",
    async ({ client }, size) => {
      await client.run(manyItems, ["An answer"]);
      const items = Array.from({ length: size }, (_, index) => `Answer number ${index}`);
      return (await repeat(() => client.run(manyItems, items))) / size;
    },
  );
  return grow("items of a map", "item", ITEMS, measure);
}

/** The question is in the input and in the call, the answer in the reply and in the result: four times the size. */
function growPayloads(world: World): Promise<Growth> {
  const measure = measured(
    world,
    () => "one-step",
    async ({ client }, size) => {
      await client.run(oneStep, { say: "Repeat: word" });
      const say = "Repeat: ".padEnd(size * 1_024, "word after word ");
      return (await repeat(() => client.run(oneStep, { say }))) / size;
    },
  );
  return grow("KiB of a payload", "KiB", PAYLOAD_KIB, measure);
}

async function grow(
  title: string,
  unit: string,
  sizes: readonly number[],
  measure: (size: number) => Promise<Point>,
): Promise<Growth> {
  const points: Point[] = [];
  for (const size of sizes) points.push(await measure(size));
  return { title, unit, points };
}

/** Every size with a new process. @param work - gives the time of a unit. */
function measured(
  world: World,
  graphsOf: (size: number) => string,
  work: (worker: StartedWorker, size: number) => Promise<number>,
): (size: number) => Promise<Point> {
  return async (size) => {
    const worker = await world.startWorker(graphsOf(size), { nodeOptions: ["--expose-gc"] });
    try {
      // Which collects what is left of bundling.
      await worker.usage();
      const memory = watchMemory(worker);
      const unitMs = await work(worker, size);
      return { size, unitMs, mostMiB: (await memory.stop()) / MIB };
    } finally {
      await worker.stop();
    }
  };
}

/** The middle of some runs, one after the other; of fewer, where they take long. */
async function repeat(run: () => Promise<unknown>): Promise<number> {
  const { tookMs } = await drive(1, 1, run);
  const more = tookMs < LONG_MS ? enough(REPEATS) - 1 : 0;
  const { timesMs } = await drive(more, 1, run);
  return quantile([tookMs, ...timesMs], 0.5);
}

function describe({ title, unit, points }: Growth): Result {
  const figures = points.flatMap(({ size, unitMs, mostMiB }) => [
    [`ms${size}`, roundMs(unitMs)] as const,
    [`mostMiB${size}`, roundMs(mostMiB)] as const,
  ]);
  return {
    name: `growth with ${title}: ms each ${unit}, memory at most`,
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
    chart("MiB of the worker at most", ({ mostMiB }) => mostMiB),
  ];
}
