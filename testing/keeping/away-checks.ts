/** What the contract promises of a journal that cannot be reached: it says so soon, forgets nothing, and comes back by itself. */

import { equal, ok } from "node:assert/strict";
import type { AttemptJournal } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { eventually, whileAway, type Away } from "./away.ts";
import {
  DEFAULT_REJECTS_WITHIN_MS,
  fault,
  newKey,
  withJournals,
  within,
  type JournalContractOptions,
} from "./subject.ts";

export function awayChecks(options: JournalContractOptions): readonly ContractCheck[] {
  const { away } = options;
  const checks: Readonly<Record<string, (away: Away) => Promise<void>>> = {
    "says soon that it cannot read while it is away": (way) => rejectsReads(options, way),
    "says soon that it cannot write while it is away": (way) => rejectsWrites(options, way),
    "opens while it is away": (way) => opensAway(options, way),
    "has what it was given once it is back, and takes more": (way) => comesBack(options, way),
  };
  return Object.entries(checks).map(([name, run]) =>
    away === undefined
      ? { name, skip: 'nothing takes it away: see the option "away"', run: async () => {} }
      : { name, run: () => run(away) },
  );
}

async function rejectsReads(contract: JournalContractOptions, away: Away): Promise<void> {
  await withJournals(contract, async (open) => {
    const [used, key] = [await open(), newKey()];
    await used.write(key, "{}");
    await whileAway(away, () =>
      rejects(used.read(key), contract, "A read of a journal that is away"),
    );
  });
}

async function rejectsWrites(contract: JournalContractOptions, away: Away): Promise<void> {
  await withJournals(contract, async (open) => {
    const used = await open();
    await used.write(newKey(), "{}");
    await whileAway(away, () =>
      rejects(used.write(newKey(), "{}"), contract, "A write to a journal that is away"),
    );
  });
}

async function opensAway(contract: JournalContractOptions, away: Away): Promise<void> {
  await withJournals(contract, async (open) => {
    let opened: AttemptJournal | undefined;
    await whileAway(away, async () => {
      opened = await open().catch(() => {
        throw fault("It does not open while it is away.");
      });
      await rejects(opened.read(newKey()), contract, "A read of a journal that is away");
    });
    const key = newKey();
    await eventually(() => opened?.write(key, "{}"), contract);
    equal(await opened?.read(key), "{}");
  });
}

async function comesBack(contract: JournalContractOptions, away: Away): Promise<void> {
  await withJournals(contract, async (open) => {
    const [journal, before, after] = [await open(), newKey(), newKey()];
    await journal.write(before, "kept");
    await whileAway(away, async () => {});
    await eventually(() => journal.write(after, "more"), contract);
    equal(await journal.read(before), "kept", "What was written is gone after it was away.");
    equal(await journal.read(after), "more");
    equal(await (await open()).read(before), "kept");
  });
}

async function rejects(
  asked: Promise<unknown>,
  { rejectsWithinMs = DEFAULT_REJECTS_WITHIN_MS }: JournalContractOptions,
  what: string,
): Promise<void> {
  const outcome = asked.then(
    () => "resolved",
    () => "rejected",
  );
  const ended = await within(outcome, rejectsWithinMs, what);
  ok(ended === "rejected", `${what} resolves, as if it could tell.`);
}
