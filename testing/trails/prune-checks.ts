/** What the contract promises of pruning: what is old goes, what is held stays with all behind it, and the chain goes on. */

import { deepEqual, equal } from "node:assert/strict";
import type { Sink } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import {
  checksOf,
  minuteOf,
  newWorkspace,
  partOf,
  readAll,
  readChain,
  recordOf,
  recordsOf,
  withSinks,
  type SinkContractOptions,
} from "./subject.ts";

export function pruneChecks(options: SinkContractOptions): readonly ContractCheck[] {
  return [
    ...checksOf(options, ["read", "prune"], {
      "prunes what is old and keeps the chain": prunesOld,
      "prunes everything and goes on": prunesAll,
      "prunes nothing behind a record that is not old": stopsAtYoung,
      "knows records again that pruning has left": knowsLeft,
    }),
    ...checksOf(options, ["read", "prune", "content"], {
      "prunes nothing of a run that is held": keepsHeld,
    }),
  ];
}

/** Prunes, and sees that what is left is the end of what was there. Gives how many are left. */
async function prune(sink: Sink, workspace: string, before: string): Promise<number> {
  const all = await readAll(sink, { workspace });
  const count = await partOf(sink, "prune")(workspace, before);
  const last = all[count - 1];
  const head = last === undefined ? undefined : { size: last.seq + 1, hash: last.hash };
  const left = await readChain(sink, workspace, head ?? headBefore(all[0]));
  equal(left.length, all.length - count, "It has dropped more, or fewer, than it says.");
  return left.length;
}

function headBefore(
  first: { readonly seq: number; readonly previous: string } | undefined,
): { readonly size: number; readonly hash: string } | undefined {
  return first && { size: first.seq, hash: first.previous };
}

async function prunesOld(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, other, workspace] = [await open(), await open(), newWorkspace()];
    for (let event = 0; event < 10; event += 1)
      await sink.write(workspace, [recordOf({ workspace, run: "run", event })]);
    await other.write(workspace, []);
    equal(await prune(sink, workspace, minuteOf(4)), 6, "Not what is older than it was told.");
    equal(await prune(sink, workspace, minuteOf(4)), 6);
    await other.write(workspace, [recordOf({ workspace, run: "run", event: 10 })]);
    await sink.write(workspace, [recordOf({ workspace, run: "run", event: 11 })]);
    equal(await prune(other, workspace, minuteOf(6)), 6);
    deepEqual(
      (await readAll(await open(), { workspace })).map(({ seq }) => seq),
      [6, 7, 8, 9, 10, 11],
    );
  });
}

async function prunesAll(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, other, workspace] = [await open(), await open(), newWorkspace()];
    await sink.write(workspace, recordsOf(workspace, "run", 5));
    await other.write(workspace, recordsOf(workspace, "other", 1));
    const [last] = (await readAll(sink, { workspace })).slice(-1);
    equal(await prune(other, workspace, minuteOf(60)), 0, "Something old is left.");
    await sink.write(workspace, [recordOf({ workspace, run: "new", event: 70 })]);
    await (await open()).write(workspace, [recordOf({ workspace, run: "new", event: 71 })]);
    await readChain(sink, workspace, { size: 6, hash: last?.hash ?? "" });
    deepEqual(
      (await readAll(other, { workspace })).map(({ seq }) => seq),
      [6, 7],
    );
  });
}

async function stopsAtYoung(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const minutes = [1, 2, 30, 3, 4];
    await sink.write(
      workspace,
      minutes.map((minute, event) => recordOf({ workspace, run: "run", event, minute })),
    );
    equal(await prune(sink, workspace, minuteOf(10)), 3, "Not as far as all are old.");
  });
}

async function knowsLeft(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const records = recordsOf(workspace, "run", 10);
    await sink.write(workspace, records);
    await prune(sink, workspace, minuteOf(5));
    await sink.write(workspace, records.slice(5));
    await (await open()).write(workspace, records.slice(5));
    equal((await readAll(sink, { workspace })).length, 5, "What was left is there twice.");
  });
}

async function keepsHeld(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, other, workspace] = [await open(), await open(), newWorkspace()];
    await sink.write(workspace, recordsOf(workspace, "first", 3));
    await sink.write(workspace, recordsOf(workspace, "held", 3));
    await sink.write(workspace, recordsOf(workspace, "last", 3));
    await partOf(other, "content").hold({ workspace, run: "held" });
    equal(
      await prune(sink, workspace, minuteOf(60)),
      6,
      "Records of a run that is held are gone, or older ones are not.",
    );
    await partOf(sink, "content").release({ workspace, run: "held" });
    equal(
      await prune(other, workspace, minuteOf(60)),
      0,
      "Once the run is released they are to go.",
    );
  });
}
