/** Whether a worker grows with the runs it has done: its memory after 5,000 beside that after 500. */

import { drive } from "./load/drive.ts";
import { oneStep } from "./load/graphs/one-step.ts";
import { openWorld, type StartedWorker } from "./load/open-world.ts";
import { roundMs } from "./measure.ts";
import { enough } from "./options.ts";
import type { Result } from "./result.ts";

const FIRST = 500;
const ALL = 5_000;
const AT_ONCE = 32;
/** The figure moves by itself with what the collector has just left: the middle of several. */
const LOOKS = 5;
const MIB = 1_024 ** 2;
const MAX_GROWTH = 1.1;

export async function measureResidentMemory(): Promise<readonly Result[]> {
  const world = await openWorld();
  const worker = await world.startWorker("one-step", { nodeOptions: ["--expose-gc"] });
  try {
    const atStart = await rssOf(worker);
    await runMany(worker, enough(FIRST));
    const afterFirst = await rssOf(worker);
    await runMany(worker, enough(ALL - FIRST));
    const afterAll = await rssOf(worker);
    const ratio = roundMs(afterAll / afterFirst);
    return [
      {
        name: `memory of a worker after ${enough(FIRST) + enough(ALL - FIRST)} runs, beside that after ${enough(FIRST)}`,
        figures: {
          startMiB: Math.round(atStart / MIB),
          firstMiB: Math.round(afterFirst / MIB),
          allMiB: Math.round(afterAll / MIB),
          ratio,
        },
        target: `ratio at most ${MAX_GROWTH}`,
        ok: ratio <= MAX_GROWTH,
      },
    ];
  } finally {
    await worker.stop();
    await world.close();
  }
}

function runMany({ client }: StartedWorker, count: number): Promise<unknown> {
  return drive(count, AT_ONCE, (index) => client.run(oneStep, { say: `Answer number ${index}` }));
}

async function rssOf(worker: StartedWorker): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < LOOKS; look++) looks.push((await worker.usage()).rssBytes);
  return looks.toSorted((one, other) => one - other)[Math.floor(LOOKS / 2)] ?? Number.NaN;
}
