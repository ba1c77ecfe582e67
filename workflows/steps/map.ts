/** `map`: runs a flow for each item of an array, a few side by side. */

import type { MapDefinition } from "../../graph/definition.ts";
import type { Collected } from "../../graph/graph.ts";
import { runCallback, wrongResult } from "../callback.ts";
import type { Host } from "../host.ts";
import { RunError } from "../run-error.ts";
import { placeOf, type StepContext } from "../step-context.ts";

/** All items run in one workflow, whose history is limited: an item costs about six events a model call. */
const MAX_ITEMS = 1_000;

/** Gives the values in the order of the items, or their outcomes where failures are collected. */
export async function runMap(
  { over, each, concurrency, onItemFailure }: MapDefinition,
  context: StepContext,
): Promise<unknown> {
  const {
    path,
    view,
    host,
    run: { progress },
  } = context;
  const items = await readItems(over, context);
  const runItem = (index: number, own?: Host): Promise<unknown> =>
    context.runFlow(each, `${path}[${index}]`, { ...view, item: items[index], index }, own);
  // An item that fails must not go on beside the steps after the map.
  const runAlone = (index: number): Promise<unknown> => host.isolate((own) => runItem(index, own));
  const run = onItemFailure === "collect" ? collecting(runAlone) : runItem;
  return runAll(items.length, concurrency, (index) =>
    progress.onceAround(`${path}[${index}]`, () => run(index)),
  );
}

async function readItems(
  over: MapDefinition["over"],
  context: StepContext,
): Promise<readonly unknown[]> {
  const place = placeOf(context, "over");
  const items = await runCallback(over, context.view, place);
  if (!Array.isArray(items)) throw wrongResult(place, items, "an array");
  if (items.length <= MAX_ITEMS) return items;
  throw new RunError(
    "RUN_MAP_TOO_LARGE",
    `Map "${context.path}" of graph "${context.run.graph}" was given ${items.length} items, and may have ${MAX_ITEMS}. ` +
      `Start a run for each part, or map over parts in a sub-graph.`,
  );
}

/** Turns a failure into an outcome. Whatever is no error of the run, such as a cancellation, goes through. */
function collecting(
  runItem: (index: number) => Promise<unknown>,
): (index: number) => Promise<Collected<unknown>> {
  return async (index) => {
    try {
      return { ok: true, value: await runItem(index), index };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return { ok: false, error: { code: error.code, message: error.message }, index };
    }
  };
}

/** Runs 0 to `count` - 1, at most `concurrency` at once. Starts no more after a failure. */
async function runAll(
  count: number,
  concurrency: number,
  run: (index: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const values: unknown[] = Array.from({ length: count });
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      try {
        values[index] = await run(index);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
  return values;
}
