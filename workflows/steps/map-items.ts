/** Runs the flow of a map for some of its items, here and now. */

import type { MapDefinition } from "../../graph/definition.ts";
import type { Collected } from "../../graph/graph.ts";
import type { Host } from "../host.ts";
import { RunError } from "../run-error.ts";
import type { StepContext } from "../step-context.ts";

/** Some items of a map. */
export interface MapItems {
  readonly items: readonly unknown[];
  /** The index of the first of them. */
  readonly from: number;
  /** How many of them at once. */
  readonly concurrency: number;
  /** Looks at the value of an item; may throw. */
  readonly check?: (value: unknown, index: number) => void;
}

/** Gives the values in the order of the items, or their outcomes where failures are collected. */
export function runItems(
  { each, onItemFailure }: MapDefinition,
  { items, from, concurrency, check }: MapItems,
  context: StepContext,
): Promise<readonly unknown[]> {
  const { path, view, host, run: shared } = context;
  const runFlow = (index: number, own?: Host): Promise<unknown> => {
    const inner = { ...view, item: items[index - from], index };
    return context.runFlow(each, `${path}[${index}]`, inner, own);
  };
  const runItem = check === undefined ? runFlow : checking(runFlow, check);
  // An item that fails must not go on beside the steps after the map.
  const runAlone = (index: number): Promise<unknown> => host.isolate((own) => runItem(index, own));
  const run = onItemFailure === "collect" ? collecting(runAlone) : runItem;
  return runAll(items, concurrency, (_item, place) => {
    const index = from + place;
    return shared.progress.onceAround(`${path}[${index}]`, () => run(index));
  });
}

function checking(
  runItem: (index: number, own?: Host) => Promise<unknown>,
  check: NonNullable<MapItems["check"]>,
): typeof runItem {
  return async (index, own) => {
    const value = await runItem(index, own);
    check(value, index);
    return value;
  };
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
      return notDone(error, index);
    }
  };
}

/** The outcome of an item that has failed. */
export function notDone({ code, message }: RunError, index: number): Collected<unknown> {
  return { ok: false, error: { code, message }, index };
}

/** Runs each of `all`, at most `concurrency` at once. Starts no more after a failure. */
export async function runAll<T, R>(
  all: readonly T[],
  concurrency: number,
  run: (one: T, place: number) => Promise<R>,
): Promise<readonly R[]> {
  const values: R[] = Array.from({ length: all.length });
  // One iterator for all who take from it: each gets what the others have not taken.
  let rest = all.entries();
  const work = async (): Promise<void> => {
    for (;;) {
      const next = rest.next();
      if (next.done) return;
      const [place, one] = next.value;
      try {
        values[place] = await run(one, place);
      } catch (error) {
        rest = [].entries();
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, all.length) }, work));
  return values;
}
