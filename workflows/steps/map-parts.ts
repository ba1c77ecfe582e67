/** Runs a map of many items in parts, each an execution of its own: the history of one would grow too long. */

import type { Amounts } from "../../graph/budget.ts";
import type { MapDefinition } from "../../graph/definition.ts";
import { nameOfPart } from "../../graph/part-place.ts";
import {
  describePath,
  fromPlainData,
  toPlainData,
  type DataPath,
  type NotPlain,
  type PlainData,
} from "../../graph/plain-data.ts";
import type { PartOutcome } from "../host.ts";
import { RunError } from "../run-error.ts";
import type { PartInfo } from "../run-info.ts";
import { spendRest } from "../spend.ts";
import { timeLeftOf, type PartSettings, type StepContext } from "../step-context.ts";
import { notDone, runAll, runItems } from "./map-items.ts";

/** Of a map, at most: a model call of each makes about six events, and a history may have 51,200. */
export const ITEMS_PER_PART = 200;

type MapContext = StepContext & { readonly parts: PartSettings };

/** A part that is about to run. */
type NewPart = Omit<PartInfo, "accounts"> & { readonly count: number };

/** Gives the values in the order of the items, or their outcomes where failures are collected. */
export async function runInParts(
  map: MapDefinition,
  items: readonly unknown[],
  context: MapContext,
): Promise<readonly unknown[]> {
  // Whatever cannot be sent is found out before anything is started.
  const sent = dataOf(context.view, context, (path) => describePath(path));
  const parts = cut(items, context);
  const { partsAtOnce } = shareOut(map.concurrency, context.parts.itemsPerPart);
  const { progress, gate } = context.run;
  const values = await runAll(parts, partsAtOnce, (part) =>
    progress.once(nameOfPart(part), () => gate.passLong(() => runPart(part, sent, map, context))),
  );
  return values.flat();
}

/** In a part: runs its items. */
export async function runPartOfMap(
  map: MapDefinition,
  { from, items }: Pick<PartInfo, "from" | "items">,
  context: MapContext,
): Promise<PlainData> {
  const list = listOf(items);
  const { concurrency } = shareOut(map.concurrency, context.parts.itemsPerPart);
  const inItem = (index: number, path: DataPath): string =>
    describePath([`${context.path}[${index}]`, ...path]);
  const check = (value: unknown, index: number): void =>
    void dataOf(value, context, (path) => inItem(index, path));
  const values = await runItems(map, { items: list, from, concurrency, check }, context);
  return dataOf(values, context, ([index, ...path]) => inItem(from + Number(index), path));
}

/** How many parts run side by side, and how many items in each, so that no more than `concurrency` items do. */
export function shareOut(
  concurrency: number,
  itemsPerPart: number,
): { readonly partsAtOnce: number; readonly concurrency: number } {
  const partsAtOnce = Math.ceil(concurrency / itemsPerPart);
  return { partsAtOnce, concurrency: Math.floor(concurrency / partsAtOnce) };
}

async function runPart(
  part: NewPart,
  sent: PlainData,
  { onItemFailure }: MapDefinition,
  context: MapContext,
): Promise<readonly unknown[]> {
  const outcome = await spendRest(context, (limits) => startPart(part, { sent, limits }, context));
  if (outcome.ok) return listOf(outcome.value);
  const { error } = outcome;
  if (onItemFailure !== "collect" || !(error instanceof RunError)) throw error;
  // It has not told what became of its items.
  return Array.from({ length: part.count }, (_, index) => notDone(error, part.from + index));
}

async function startPart(
  { count, ...part }: NewPart,
  { sent, limits }: { readonly sent: PlainData; readonly limits: Partial<Amounts> },
  context: MapContext,
): Promise<PartOutcome> {
  const { run, parts, ledger, host, path } = context;
  const accounts = ledger.accounts();
  const ended = run.record.beginPart({ map: path, from: part.from, count });
  try {
    const request = { graph: parts.graph, view: sent, part: { ...part, accounts }, limits };
    const summary = `${path} · items ${part.from} to ${part.from + count - 1}`;
    const label = { id: nameOfPart(part), summary, timeLeftMs: timeLeftOf(context) };
    const outcome = await host.runPart(request, label);
    if (outcome.accounts) ledger.learn(accounts, outcome.accounts);
    return outcome;
  } finally {
    ended();
  }
}

function cut(items: readonly unknown[], context: MapContext): readonly NewPart[] {
  const { path: map, parts } = context;
  const cutOff: NewPart[] = [];
  for (let from = 0; from < items.length; from += parts.itemsPerPart) {
    const some = items.slice(from, from + parts.itemsPerPart);
    const data = dataOf(some, context, ([place, ...path]) =>
      describePath([`over[${from + Number(place)}]`, ...path]),
    );
    cutOff.push({ map, from, count: some.length, items: data });
  }
  return cutOff;
}

/** @throws {RunError} RUN_MAP_NOT_JSON */
function dataOf(
  value: unknown,
  context: MapContext,
  describe: (path: DataPath) => string,
): PlainData {
  const result = toPlainData(value);
  if (result.ok) return result.data;
  throw notJson(result.problem, context, describe);
}

function notJson(
  { path, type }: NotPlain,
  { run, parts, path: step }: MapContext,
  describe: (path: DataPath) => string,
): RunError {
  const value = describe(path);
  return new RunError(
    "RUN_MAP_NOT_JSON",
    `Map "${step}" of graph "${run.graph}" has more than ${parts.itemsPerPart} items, so it runs in parts, which are sent what its flow ` +
      `sees and send back what it gives, as JSON; but "${value}" is ${type}. ` +
      `Give text, numbers, lists and plain objects instead, or map over fewer items at a time.`,
    { details: { step, value, type } },
  );
}

/** What {@link runPartOfMap} or `cut` made. */
function listOf(data: PlainData): readonly unknown[] {
  const list = fromPlainData(data);
  if (Array.isArray(list)) return list;
  throw new TypeError("what a part was sent, or sends, is no list");
}
