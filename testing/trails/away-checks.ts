/** What the contract promises of a sink that cannot be reached: it says so soon, tells no content, forgets nothing, and comes back by itself. */

import { ok } from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { inspect } from "node:util";
import {
  SINK_ERROR_CODES,
  SinkError,
  type AuditRecord,
  type Sink,
} from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { eventually, TRY_EVERY_MS, whileAway, type Away } from "../keeping/away.ts";
import { DEFAULT_REJECTS_WITHIN_MS, fault, within } from "../keeping/subject.ts";
import {
  newWorkspace,
  partOf,
  readChain,
  recordOf,
  recordsOf,
  sameRecords,
  withSinks,
  type SinkContractOptions,
} from "./subject.ts";

/** Stands in records and content, and is never to be seen elsewhere. */
const CANARY = "canary-5f1c";

export function awayChecks(options: SinkContractOptions): readonly ContractCheck[] {
  const { away, lacks = [] } = options;
  const checks: Readonly<
    Record<string, (contract: SinkContractOptions, way: Away) => Promise<void>>
  > = {
    "says soon that it cannot write while it is away, and shows nothing": rejectsWrites,
    "opens while it is away": opensAway,
    ...(!lacks.includes("read") && {
      "has all of a write that was refused, once, when it is given again": comesBack,
      "says soon that it cannot read while it is away": rejectsReads,
    }),
    ...(!lacks.includes("content") && {
      "says soon that it cannot keep or erase content while it is away": rejectsContent,
    }),
  };
  return Object.entries(checks).map(([name, run]) =>
    away === undefined
      ? { name, skip: 'nothing takes it away: see the option "away"', run: async () => {} }
      : { name, run: () => run(options, away) },
  );
}

async function rejectsWrites(contract: SinkContractOptions, away: Away): Promise<void> {
  await withSinks(contract, async (open) => {
    const [used, workspace] = [await open(), newWorkspace()];
    await used.write(workspace, recordsOf(workspace, "run", 2));
    await whileAway(away, () =>
      rejects(() => used.write(workspace, [secret(workspace)]), contract, "A write"),
    );
  });
}

async function rejectsReads(contract: SinkContractOptions, away: Away): Promise<void> {
  await withSinks(contract, async (open) => {
    const [used, workspace] = [await open(), newWorkspace()];
    await used.write(workspace, recordsOf(workspace, "run", 2));
    await whileAway(away, () => rejects(() => readChain(used, workspace), contract, "A read"));
  });
}

async function rejectsContent(contract: SinkContractOptions, away: Away): Promise<void> {
  await withSinks(contract, async (open) => {
    const store = partOf(await open(), "content");
    const run = { workspace: newWorkspace(), run: "run" };
    const content = { key: Buffer.from(CANARY), sealed: Buffer.from(CANARY) };
    await store.keep(run, content);
    await whileAway(away, async () => {
      await rejects(() => store.keep(run, content), contract, "To keep content");
      await rejects(() => store.erase({ ...run, run: "other" }), contract, "To erase content");
    });
    await eventually(() => store.keep(run, content), contract);
    ok((await store.find(run)) !== undefined, "Content is gone after it was away.");
  });
}

async function opensAway(contract: SinkContractOptions, away: Away): Promise<void> {
  await withSinks(contract, async (open) => {
    const workspace = newWorkspace();
    let opened: Sink | undefined;
    await whileAway(away, async () => {
      opened = await open().catch(() => {
        throw fault("It does not open while it is away.");
      });
      await rejects(() => opened?.write(workspace, [secret(workspace)]), contract, "A write");
    });
    await eventually(() => opened?.write(workspace, [secret(workspace)]), contract);
  });
}

async function comesBack(contract: SinkContractOptions, away: Away): Promise<void> {
  await withSinks(contract, async (open) => {
    const [sink, workspace] = [await open(), newWorkspace()];
    const [before, during, after] = ["before", "during", "after"].map((run) =>
      recordsOf(workspace, run, 5),
    );
    await sink.write(workspace, before ?? []);
    await whileAway(away, () =>
      rejects(() => sink.write(workspace, during ?? []), contract, "A write"),
    );
    // It may have reached the place all the same, and its answer not us.
    await eventually(() => sink.write(workspace, during ?? []), contract);
    await sink.write(workspace, after ?? []);
    const wanted = [before, during, after].flatMap((records) => records ?? []);
    sameRecords(
      await readChain(await open(), workspace),
      wanted,
      "What was written is gone, or there twice, after it was away.",
    );
  });
}

function secret(workspace: string): AuditRecord {
  return recordOf({ workspace, run: `${CANARY}-run`, event: 1, attributes: { [CANARY]: CANARY } });
}

/** What is left of a server that was killed may answer for a moment more. */
async function rejects(
  ask: () => Promise<unknown> | undefined,
  { rejectsWithinMs = DEFAULT_REJECTS_WITHIN_MS }: SinkContractOptions,
  what: string,
): Promise<void> {
  const endsAt = performance.now() + rejectsWithinMs;
  while (performance.now() < endsAt) {
    const outcome = Promise.resolve(ask()).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const ended = await within(outcome, rejectsWithinMs, `${what}, while the sink is away,`);
    if (ended !== undefined) return isSinkError(ended.error, what);
    await wait(TRY_EVERY_MS);
  }
  throw fault(`${what} resolves while the sink is away.`);
}

function isSinkError(error: unknown, what: string): void {
  const isKnown = error instanceof SinkError && SINK_ERROR_CODES.includes(error.code);
  ok(isKnown, `${what} rejects with what is no SinkError.`);
  const shown = inspect(error, { depth: 5 });
  ok(!shown.includes(CANARY), "An error shows what a record or content holds.");
}
