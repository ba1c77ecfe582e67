/** What the contract promises of a journal that is closed: it leaves nothing behind. */

import { ok } from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { ContractCheck } from "../contract/check.ts";
import { newKey, within, type JournalContractOptions } from "./subject.ts";

const CLOSES_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 20;

export function lifecycleChecks(options: JournalContractOptions): readonly ContractCheck[] {
  return [
    { name: "closes before it was used", run: () => closesUnused(options) },
    { name: "leaves no socket and no timer once it is closed", run: () => leavesNothing(options) },
  ];
}

async function closesUnused({ open }: JournalContractOptions): Promise<void> {
  const journal = await open();
  await within(Promise.resolve(journal.close?.()), CLOSES_WITHIN_MS, "close()");
}

async function leavesNothing({ open }: JournalContractOptions): Promise<void> {
  const before = countResources();
  const journal = await open();
  const key = newKey();
  await journal.write(key, "{}");
  await journal.read(key);
  await within(Promise.resolve(journal.close?.()), CLOSES_WITHIN_MS, "close()");
  const endsAt = performance.now() + CLOSES_WITHIN_MS;
  while (leftOver(before).length > 0 && performance.now() < endsAt) await wait(LOOK_EVERY_MS);
  const left = leftOver(before);
  ok(left.length === 0, `A journal that is closed keeps the process alive: ${left.join(", ")}.`);
}

/** Kinds of what keeps this process alive, and of which there is more than there was. */
function leftOver(before: ReadonlyMap<string, number>): readonly string[] {
  return [...countResources()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind]) => kind);
}

function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
