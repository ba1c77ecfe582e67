/** `map`: runs a flow for each item of an array, a few side by side. */

import type { MapDefinition } from "../../graph/definition.ts";
import { runCallback, wrongResult } from "../callback.ts";
import { RunError } from "../run-error.ts";
import { placeOf, type StepContext } from "../step-context.ts";
import { runItems } from "./map-items.ts";
import { runInParts } from "./map-parts.ts";

/** What the run itself keeps: about nine events for each part, of the 51,200 that a history may have, and all values. */
const MAX_ITEMS = 100_000;

/** Gives the values in the order of the items, or their outcomes where failures are collected. */
export async function runMap(map: MapDefinition, context: StepContext): Promise<unknown> {
  const items = await readItems(map.over, context);
  const { parts } = context.run;
  if (parts && items.length > parts.itemsPerPart) {
    return runInParts(map, items, { ...context, parts });
  }
  return runItems(map, { items, from: 0, concurrency: map.concurrency }, context);
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
      `Start a run for each ${MAX_ITEMS} of them, or map over them in sub-graphs.`,
  );
}
