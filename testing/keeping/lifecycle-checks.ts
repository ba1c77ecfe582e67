/** What the contract promises of a journal that is closed: it leaves nothing behind. */

import type { ContractCheck } from "../contract/check.ts";
import { countResources, nothingLeft } from "./resources.ts";
import { newKey, within, type JournalContractOptions } from "./subject.ts";

const CLOSES_WITHIN_MS = 3_000;

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
  await nothingLeft(before, { what: "A journal that is closed", withinMs: CLOSES_WITHIN_MS });
}
