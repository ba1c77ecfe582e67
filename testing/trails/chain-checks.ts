/** What the contract promises of records: each is there once, as it was written, in one chain for each workspace. */

import { equal, ok } from "node:assert/strict";
import type { AuditRecord } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import {
  checksOf,
  newWorkspace,
  readChain,
  recordOf,
  recordsOf,
  sameRecords,
  withSinks,
  type SinkContractOptions,
} from "./subject.ts";

const LARGE = 1024 * 1024;

const VALUES: AuditRecord["attributes"] = {
  "words beyond ASCII": "日本 😀 é e\u0301",
  "a zero": "a\u0000b",
  "several lines": "\n\r\n\u2028",
  "what others take for commands": `'"; DROP TABLE records; -- $1 \\ %s \${}`,
  numbers: [0, -1, 0.1, 1e21, Number.MAX_SAFE_INTEGER],
  texts: ["", "b", "a"],
  nothing: [],
  no: false,
  "__proto__ ": "constructor",
};

/** Each pair differs, though not to everybody. */
const ALIKE: readonly (readonly [first: string, second: string])[] = [
  ["key", "KEY"],
  ["key", "key "],
  ["key", "key\u0000"],
  ["a/b", "a:b"],
  ["../key", "key"],
  ["é", "e\u0301"],
  [`${"x".repeat(900)}1`, `${"x".repeat(900)}2`],
];

export function chainChecks(options: SinkContractOptions): readonly ContractCheck[] {
  return [
    ...checksOf(options, [], {
      "takes nothing": takesNothing,
      "takes records": takesRecords,
    }),
    ...checksOf(options, ["read"], {
      "keeps records in their order, as a chain": keepsOrder,
      "gives back a record as it was written": givesBack,
      "keeps a large record and many in one write": keepsLarge,
      "keeps a record once, however often it is given": keepsOnce,
      "knows a record again long after, when others have written": knowsAgain,
      "gives another worker what was written, and goes on from there": tellsOthers,
      "goes on with the chain after the worker that wrote it has stopped": outlives,
      "keeps names apart that look alike": keepsApart,
      "keeps one chain where several workers write at once": keepsOneChain,
    }),
  ];
}

async function takesNothing(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => (await open()).write(newWorkspace(), []));
}

async function takesRecords(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const workspace = newWorkspace();
    await (await open()).write(workspace, recordsOf(workspace, "run", 3));
  });
}

async function keepsOrder(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const records = recordsOf(workspace, "run", 30).toReversed();
    for (let at = 0; at < 30; at += 7) await sink.write(workspace, records.slice(at, at + 7));
    sameRecords(
      await readChain(sink, workspace),
      records,
      "Records are not in the order in which they were written.",
    );
  });
}

async function givesBack(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const records = [recordOf({ workspace, run: "run", event: 1, attributes: VALUES })];
    await sink.write(workspace, records);
    sameRecords(
      await readChain(sink, workspace),
      records,
      "It does not give back what was written.",
    );
  });
}

async function keepsLarge(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const attributes = { text: "é".repeat(LARGE / 2) };
    const records = [
      recordOf({ workspace, run: "large", event: 1, attributes }),
      ...recordsOf(workspace, "many", 3_000),
    ];
    await sink.write(workspace, records);
    sameRecords(
      await readChain(sink, workspace),
      records,
      "It does not keep all of a large write.",
    );
  });
}

async function keepsOnce(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [one, other, workspace] = [await open(), await open(), newWorkspace()];
    const records = recordsOf(workspace, "run", 6);
    const [first] = records;
    await one.write(workspace, records.slice(0, 3));
    await one.write(workspace, records.slice(0, 4));
    await other.write(workspace, records.slice(2, 5));
    await one.write(workspace, [...records, ...records, ...(first === undefined ? [] : [first])]);
    await Promise.all([one.write(workspace, records), other.write(workspace, records)]);
    sameRecords(
      await readChain(one, workspace),
      records,
      "A record that came twice is there twice, or others are missing.",
    );
  });
}

async function knowsAgain(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const early = recordsOf(workspace, "early", 4);
    const written: AuditRecord[] = [...early];
    await sink.write(workspace, early);
    for (let run = 0; run < 40; run += 1) {
      const records = recordsOf(workspace, `run-${run}`, 50);
      await sink.write(workspace, records);
      written.push(...records);
    }
    const late = recordOf({ workspace, run: "early", event: 4 });
    await (await open()).write(workspace, [...early, late]);
    sameRecords(
      await readChain(sink, workspace),
      [...written, late],
      "It does not know a record again that it has had for long.",
    );
  });
}

async function tellsOthers(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [one, other, workspace] = [await open(), await open(), newWorkspace()];
    const records = recordsOf(workspace, "run", 8);
    for (const [index, record] of records.entries()) {
      const [writer, reader] = index % 2 === 0 ? [one, other] : [other, one];
      await writer.write(workspace, [record]);
      const found = await readChain(reader, workspace);
      sameRecords(
        found,
        records.slice(0, index + 1),
        "Another worker does not find what was written.",
      );
    }
  });
}

async function outlives(contract: SinkContractOptions): Promise<void> {
  const workspace = newWorkspace();
  const records = recordsOf(workspace, "run", 6);
  for (let at = 0; at < 6; at += 2) {
    await withSinks(contract, async (open) =>
      (await open()).write(workspace, records.slice(0, at + 2)),
    );
  }
  await withSinks(contract, async (open) => {
    const found = await readChain(await open(), workspace);
    sameRecords(found, records, "What was written is not there once its worker has stopped.");
  });
}

async function keepsApart(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const sink = await open();
    for (const pair of ALIKE) {
      const shown = JSON.stringify(pair).slice(0, 40);
      const own = newWorkspace();
      const names = pair.map((name) => `${own}${name}`);
      const written = names.map((name) => recordsOf(name, "run", 2));
      // The ids are the same in both.
      for (const [index, name] of names.entries()) await sink.write(name, written[index] ?? []);
      for (const [index, name] of names.entries()) {
        const problem = `It takes two workspaces for one: ${shown}`;
        sameRecords(await readChain(sink, name), written[index] ?? [], problem);
      }
      const workspace = newWorkspace();
      const records = pair.map((run) => recordOf({ workspace, run, event: 1 }));
      await sink.write(workspace, records);
      sameRecords(await readChain(sink, workspace), records, `It takes two runs for one: ${shown}`);
    }
  });
}

async function keepsOneChain(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const sinks = await Promise.all(Array.from("abcd", open));
    const workspace = newWorkspace();
    const runs = Array.from({ length: 60 }, (_, run) => recordsOf(workspace, `run-${run}`, 5));
    await Promise.all(runs.map(async (records, run) => sinks[run % 4]?.write(workspace, records)));
    const found = await readChain(await open(), workspace);
    equal(
      found.length,
      300,
      "Of what several workers wrote at once some is missing, or there twice.",
    );
    for (let at = 0; at < found.length; at += 5) {
      const { run = "" } = found[at] ?? {};
      const records = found.slice(at, at + 5);
      ok(
        records.every((record, event) => record.id === `${run}#${event}`),
        "What belongs to one write is not together, or not in its order.",
      );
    }
  });
}
