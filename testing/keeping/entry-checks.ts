/** What the contract promises of entries: each is there as it was written, as a whole, under its own key and for everybody. */

import { equal, ok } from "node:assert/strict";
import type { AttemptJournal } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { newKey, withJournals, type JournalContractOptions } from "./subject.ts";

/** A reply with pictures in it. */
const LARGE = 8 * 1024 * 1024;
const AT_ONCE = 200;

const ENTRIES: Readonly<Record<string, string>> = {
  JSON: '{"text":"Thank you."}',
  nothing: "",
  "several lines": "\n\n{}\r\n",
  "words beyond ASCII": "日本 😀 é",
  "a zero": "a\u0000b",
  "what others take for commands": `'"; DROP TABLE replies; -- $1 \\ %s \${}`,
};

/** Each pair differs, though not to everybody. */
const ALIKE: readonly (readonly [first: string, second: string])[] = [
  ["key", "KEY"],
  ["key", "key "],
  ["key", "key\n"],
  ["key", "key\u0000"],
  ["a/b", "a:b"],
  ["../key", "key"],
  ["é", "e\u0301"],
  ["__proto__", "constructor"],
  [`${"x".repeat(3_000)}1`, `${"x".repeat(3_000)}2`],
];

export function entryChecks(options: JournalContractOptions): readonly ContractCheck[] {
  const checks: Readonly<Record<string, (contract: JournalContractOptions) => Promise<void>>> = {
    "knows nothing of what was never written": knowsNothing,
    "gives back an entry as it was written": givesBack,
    "gives it to another worker as soon as it is written": tellsOthers,
    "gives it after the worker that wrote it has stopped": outlives,
    "keeps the last entry of a key": keepsLast,
    "keeps keys apart that look alike": keepsApart,
    "keeps an entry of 8 MiB": keepsLarge,
    "keeps 200 entries at once, each its own": keepsMany,
    "has one whole entry where two are written at once": keepsWhole,
  };
  return Object.entries(checks).map(([name, run]) => ({ name, run: () => run(options) }));
}

async function knowsNothing(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journal = await open();
    equal(await journal.read(newKey()), undefined, "It makes an entry up.");
    await journal.write(newKey(), "{}");
    equal(await journal.read(newKey()), undefined, "It gives the entry of another key.");
  });
}

async function givesBack(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journal = await open();
    for (const [what, entry] of Object.entries(ENTRIES)) {
      await same(journal, entry, `It does not give back ${what}.`);
    }
  });
}

async function same(journal: AttemptJournal, entry: string, problem: string): Promise<void> {
  const key = newKey();
  await journal.write(key, entry);
  // Not `equal`: a reply is nothing for a message.
  ok((await journal.read(key)) === entry, problem);
}

async function tellsOthers(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const [one, other] = [await open(), await open()];
    const key = newKey();
    // It may remember that it has found nothing.
    equal(await other.read(key), undefined);
    await one.write(key, "first");
    equal(await other.read(key), "first", "Another worker does not find it.");
    await one.write(key, "second");
    equal(await other.read(key), "second", "Another worker finds what was there before.");
  });
}

async function outlives(contract: JournalContractOptions): Promise<void> {
  const key = newKey();
  await withJournals(contract, async (open) => (await open()).write(key, "kept"));
  await withJournals(contract, async (open) => {
    equal(await (await open()).read(key), "kept", "It was gone with the worker that wrote it.");
  });
}

async function keepsLast(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journal = await open();
    const key = newKey();
    for (const entry of ["first, and the longest", "second", ""]) {
      await journal.write(key, entry);
      equal(await journal.read(key), entry, "It gives an entry that another took the place of.");
    }
  });
}

async function keepsApart(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journal = await open();
    for (const pair of ALIKE) {
      const own = newKey();
      const [first, second] = pair.map((key) => `${own}${key}`);
      await journal.write(first ?? "", "first");
      await journal.write(second ?? "", "second");
      const shown = JSON.stringify(pair).slice(0, 40);
      equal(await journal.read(first ?? ""), "first", `It takes two keys for one: ${shown}`);
      equal(await journal.read(second ?? ""), "second", `It takes two keys for one: ${shown}`);
    }
  });
}

async function keepsLarge(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    await same(await open(), "é".repeat(LARGE / 2), "It does not give back an entry of 8 MiB.");
  });
}

async function keepsMany(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journals = [await open(), await open()] as const;
    const keys = Array.from({ length: AT_ONCE }, newKey);
    await Promise.all(
      keys.map((key, index) => journals[index % 2 === 0 ? 0 : 1].write(key, `of ${key}`)),
    );
    const entries = await Promise.all(keys.map((key) => journals[0].read(key)));
    for (const [index, key] of keys.entries()) {
      equal(entries[index], `of ${key}`, "Of entries that were written at once, one is missing.");
    }
  });
}

async function keepsWhole(contract: JournalContractOptions): Promise<void> {
  await withJournals(contract, async (open) => {
    const journals = await Promise.all(Array.from("abcd", open));
    const key = newKey();
    const entries = journals.map((_journal, index) => String(index).repeat(100_000 + index));
    const written = Promise.all(
      journals.map((journal, index) => journal.write(key, entries[index] ?? "")),
    );
    const seen = await Promise.all(journals.map((journal) => journal.read(key)));
    await written;
    const last = await Promise.all(journals.map((journal) => journal.read(key)));
    for (const entry of [...seen, ...last]) {
      ok(entry === undefined || entries.includes(entry), "It gives an entry that nobody wrote.");
    }
    ok(
      last[0] !== undefined && last.every((entry) => entry === last[0]),
      "Workers see different entries.",
    );
  });
}
