/** What the contract promises of reading: a query gives what it is for, and nothing else. */

import { deepEqual } from "node:assert/strict";
import type { SinkQuery } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import {
  checksOf,
  minuteOf,
  newWorkspace,
  partOf,
  readAll,
  recordOf,
  recordsOf,
  withSinks,
  type SinkContractOptions,
} from "./subject.ts";

export function readChecks(options: SinkContractOptions): readonly ContractCheck[] {
  return [
    ...checksOf(options, ["read"], {
      "reads nothing of a workspace that has none": readsNothing,
      "reads what a query is for": readsQueries,
      "reads as far as is wanted": stopsReading,
    }),
    ...checksOf(options, ["findEnded"], { "tells which runs have ended": findsEnded }),
    ...checksOf(options, ["workspaces"], {
      "tells which workspaces have records": listsWorkspaces,
    }),
  ];
}

async function readsNothing(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const sink = await open();
    deepEqual(await readAll(sink, { workspace: newWorkspace() }), []);
    if (sink.prune) deepEqual(await sink.prune(newWorkspace(), minuteOf(0)), 0);
    if (sink.findEnded) deepEqual(await sink.findEnded(newWorkspace(), ["run"]), []);
  });
}

/** Minutes 0 to 19, by turns of two runs. */
const QUERIES: readonly (readonly [
  query: Omit<SinkQuery, "workspace">,
  seqs: readonly number[],
])[] = [
  [{ afterSeq: 16 }, [17, 18, 19]],
  [{ afterSeq: 19 }, []],
  [{ afterSeq: 100 }, []],
  [{ from: minuteOf(18) }, [18, 19]],
  [{ to: minuteOf(2) }, [0, 1]],
  [{ from: minuteOf(3), to: minuteOf(5) }, [3, 4]],
  [{ from: minuteOf(5), to: minuteOf(5) }, []],
  // The same moments in other words.
  [{ from: "2026-01-01T01:03:00+01:00", to: "2026-01-01T00:05Z" }, [3, 4]],
  [{ to: "2026-01-01" }, []],
  [{ run: "odd", to: minuteOf(6) }, [1, 3, 5]],
  [{ run: "odd", afterSeq: 15 }, [17, 19]],
  [{ run: "even", afterSeq: 2, from: minuteOf(6), to: minuteOf(9) }, [6, 8]],
  [{ run: "other" }, []],
];

async function readsQueries(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    for (let minute = 0; minute < 20; minute += 1) {
      const run = minute % 2 === 0 ? "even" : "odd";
      await sink.write(workspace, [recordOf({ workspace, run, event: minute })]);
    }
    for (const [query, seqs] of QUERIES) {
      const found = await readAll(sink, { workspace, ...query });
      deepEqual(
        found.map(({ seq }) => seq),
        seqs,
        `Not what is asked for: ${JSON.stringify(query)}`,
      );
    }
  });
}

async function stopsReading(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    await sink.write(workspace, recordsOf(workspace, "run", 2_500));
    for (let round = 0; round < 20; round += 1) {
      for await (const { seq } of partOf(sink, "read")({ workspace })) if (seq === round) break;
    }
    await sink.write(workspace, recordsOf(workspace, "other", 1));
  });
}

async function findsEnded(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [one, other, workspace] = [await open(), await open(), newWorkspace()];
    const end = (run: string) => recordOf({ workspace, run, event: 9, type: "run.ended" });
    await one.write(workspace, [...recordsOf(workspace, "going", 3), end("ended")]);
    await one.write(newWorkspace(), [end("elsewhere")]);
    const ask = async () =>
      (
        await partOf(other, "findEnded")(workspace, [
          "ended",
          "going",
          "elsewhere",
          "Ended",
          "later",
        ])
      ).toSorted();
    deepEqual(await ask(), ["ended"], "Those that have ended are others.");
    await one.write(workspace, [end("later")]);
    deepEqual(await ask(), ["ended", "later"], "A run that has ended since is not among them.");
    deepEqual(await partOf(other, "findEnded")(workspace, []), []);
  });
}

async function listsWorkspaces(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const sink = await open();
    const names = [newWorkspace(), `${newWorkspace()} / é`];
    for (const name of names) await sink.write(name, recordsOf(name, "run", 1));
    const found = await partOf(await open(), "workspaces")();
    deepEqual(found.filter((name) => names.includes(name)).toSorted(), names.toSorted());
  });
}
