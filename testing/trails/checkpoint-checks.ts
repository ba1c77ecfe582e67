/** What the contract promises of checkpoints: each is given back as it was written, by their sizes. */

import { deepEqual, equal } from "node:assert/strict";
import type { Checkpoint, Sink } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import {
  checksOf,
  newWorkspace,
  partOf,
  recordsOf,
  withSinks,
  type SinkContractOptions,
} from "./subject.ts";

export function checkpointChecks(options: SinkContractOptions): readonly ContractCheck[] {
  return checksOf(options, ["checkpoints"], {
    "gives back checkpoints by their sizes": givesBack,
    "keeps checkpoints where several workers write at once": keepsMany,
  });
}

function checkpointOf(workspace: string, size: number): Checkpoint {
  const hash = String(size % 10).repeat(64);
  return {
    workspace,
    size,
    head: hash,
    root: hash,
    peaks: [hash, hash],
    at: "2026-01-01T00:00:00.000Z",
    keyId: "0123456789abcdef",
    signature: "c2lnbmF0dXJl+/==",
  };
}

async function read(sink: Sink, workspace: string): Promise<readonly Checkpoint[]> {
  const found: Checkpoint[] = [];
  for await (const checkpoint of partOf(sink, "checkpoints").read(workspace))
    found.push(checkpoint);
  return found;
}

async function givesBack(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [one, other, workspace] = [await open(), await open(), newWorkspace()];
    deepEqual(await read(one, workspace), []);
    await one.write(workspace, recordsOf(workspace, "run", 3));
    for (const size of [2, 20, 3, 100])
      await partOf(size === 20 ? other : one, "checkpoints").write(checkpointOf(workspace, size));
    await partOf(one, "checkpoints").write(checkpointOf(newWorkspace(), 7));
    deepEqual(
      await read(await open(), workspace),
      [2, 3, 20, 100].map((size) => checkpointOf(workspace, size)),
    );
  });
}

async function keepsMany(contract: SinkContractOptions): Promise<void> {
  await withSinks(contract, async (open) => {
    const [one, other, workspace] = [await open(), await open(), newWorkspace()];
    await Promise.all(
      Array.from({ length: 20 }, (_, size) =>
        partOf(size % 2 === 0 ? one : other, "checkpoints").write(
          checkpointOf(workspace, size + 1),
        ),
      ),
    );
    equal(
      (await read(one, workspace)).length,
      20,
      "Of checkpoints that were written at once, some are missing.",
    );
  });
}
