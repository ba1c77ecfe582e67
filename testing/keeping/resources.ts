/** What keeps this process alive: sockets, timers and the like. */

import { ok } from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

const LOOK_EVERY_MS = 20;

/** Of each kind, how many. */
export function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Sees that soon there is no more than there was. */
export async function nothingLeft(
  before: ReadonlyMap<string, number>,
  { what, withinMs }: { readonly what: string; readonly withinMs: number },
): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (leftOver(before).length > 0 && performance.now() < endsAt) await wait(LOOK_EVERY_MS);
  const left = leftOver(before);
  ok(left.length === 0, `${what} keeps the process alive: ${left.join(", ")}.`);
}

function leftOver(before: ReadonlyMap<string, number>): readonly string[] {
  return [...countResources()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind]) => kind);
}
