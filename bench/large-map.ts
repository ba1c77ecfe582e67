/** A map over 10,000 items: how fast it is, whether the worker's memory stays flat, and how much the run itself has to remember. */

import { performance } from "node:perf_hooks";
import { SignalboxClient } from "signalbox/client";
import { simulated } from "signalbox/providers/simulated";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./large-map-graphs.ts";
import type { Result } from "./result.ts";

const TASK_QUEUE = "bench-large-map";

const MIB = 1024 * 1024;

/** What the end may have more than the first quarter. */
const TARGET_GROWTH = 0.25;

/** The memory of this process, which is the worker's, by how many calls were made. */
class MemoryMarks {
  readonly #items: number;
  readonly #marks: number[] = [process.memoryUsage.rss()];
  #calls = 0;

  constructor(items: number) {
    this.#items = items;
  }

  called(): void {
    this.#calls += 1;
    const isMark = this.#calls % Math.ceil(this.#items / 4) === 0 || this.#calls === this.#items;
    if (isMark) this.#marks.push(process.memoryUsage.rss());
  }

  /** In MiB: at the start, and after each quarter. */
  mib(): readonly number[] {
    return this.#marks.map((bytes) => Math.round(bytes / MIB));
  }
}

/**
 * Needs a Temporal server, which it starts unless TEMPORAL_ADDRESS names one.
 *
 * @param items - default: 10,000.
 */
export async function measureLargeMap(items = 10_000): Promise<readonly Result[]> {
  const temporal = await openTemporal({
    env: { SIGNALBOX_TEMPORAL_PORT: "7243", SIGNALBOX_TEMPORAL_UI_PORT: "8243", ...process.env },
  });
  const marks = new MemoryMarks(items);
  const replies = (): { readonly text: string } => {
    marks.called();
    return { text: "a gist of what was asked" };
  };
  const worker = await startWorker({
    config: defineConfig({
      audit: false,
      providers: [simulated({ replies })],
      models: { small: ["simulated/small"] },
    }),
    graphs,
    graphsUrl: new URL("large-map-graphs.js", import.meta.url),
    temporal,
    taskQueue: TASK_QUEUE,
  });
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue: TASK_QUEUE });
  const startedAt = performance.now();
  const id = await client.start(graphs.largeMap, { items });
  const count = await client.result(graphs.largeMap, id);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { historyLength, historySize = 0 } = await temporal.client.workflow
    .getHandle(id)
    .describe();
  const readAt = performance.now();
  const { attempts } = await client.get(id);
  const readSeconds = (performance.now() - readAt) / 1_000;
  await worker.stop();
  await temporal.close();
  const [start = 0, quarter = 0, half = 0, threeQuarters = 0, end = 0] = marks.mib();
  const growth = end / quarter - 1;
  return [
    {
      name: "a map over many items, a model call each",
      figures: {
        items: count,
        attempts: attempts.length,
        seconds: round(seconds),
        itemsPerSecond: round(items / seconds),
        rssStartMib: start,
        rssQuarterMib: quarter,
        rssHalfMib: half,
        rssThreeQuartersMib: threeQuarters,
        rssEndMib: end,
        historyEvents: historyLength,
        historyKib: Math.round(historySize / 1024),
        readSeconds: round(readSeconds),
      },
      target: `at the end no more than ${TARGET_GROWTH * 100} % above the first quarter`,
      ok: count === items && attempts.length === items && growth <= TARGET_GROWTH,
    },
  ];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
