/** All that is known of the runs of a chaos once it is over: what Temporal recorded, beside what was planned and what was billed. */

import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Attempt, Run } from "signalbox/client";
import type { History } from "../client/trail/history-event.ts";
import type { Arrival, Bills } from "./bills.ts";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import type { Driven } from "./drive.ts";
import type { ChaosTrail } from "./trail.ts";
import type { Inspector } from "./world.ts";

/** One Temporal execution: a run, or one of a sub-graph. */
export interface Execution {
  readonly id: string;
  readonly run: Run;
  readonly history: History;
  /** Of the records that its history makes: their ids. */
  readonly recordIds: readonly string[];
  /** Stands before its steps in the calls that it makes: `""`, or `"inner/"`. */
  readonly inside: string;
}

/** A run of the load, and what became of it. */
export interface Outcome {
  readonly driven: Driven;
  /** The run itself first. Empty: it cannot be found. */
  readonly executions: readonly Execution[];
}

export interface Evidence {
  readonly outcomes: readonly Outcome[];
  readonly bills: Bills;
  /** By the key of a call: when its reply was kept, in milliseconds since 1970. */
  readonly keptAt: (key: string | undefined) => number | undefined;
  /** Top-level runs that Temporal knows. */
  readonly knownRuns: number;
  readonly trail: ChaosTrail;
}

export async function gatherEvidence(
  { client, temporal }: Inspector,
  {
    driven,
    bills,
    journal,
    trail,
  }: Pick<Evidence, "bills" | "trail"> & {
    readonly driven: readonly Driven[];
    readonly journal: string;
  },
): Promise<Evidence> {
  const outcomes: Outcome[] = [];
  const read = async (id: string, inside: string): Promise<Execution> => ({
    id,
    inside,
    run: await client.get(id),
    history: await temporal.workflow.getHandle(id).fetchHistory(),
    recordIds: (await client.auditRecords(id)).map((record) => record.id),
  });
  for (const one of driven) {
    const ids = [one.id, ...one.run.subs.map((sub) => `${one.id}/${sub}`)];
    const executions = await Promise.all(
      ids.map((id, index) =>
        read(id, index === 0 ? "" : `${one.run.subs[index - 1]}/`).catch(() => undefined),
      ),
    );
    outcomes.push({ driven: one, executions: executions.filter((found) => found !== undefined) });
  }
  const { count } = await temporal.workflow.count(
    `${SEARCH_ATTRIBUTES.graph.name} IS NOT NULL AND ParentWorkflowId IS NULL`,
  );
  return { outcomes, bills, keptAt: await readJournal(journal), knownRuns: count, trail };
}

/** The attempts of a run and its sub-graphs, with the names of their calls. */
export function attemptsOf({
  executions,
}: Outcome): readonly { readonly call: string; readonly attempt: Attempt }[] {
  return executions.flatMap(({ inside, run }) =>
    run.attempts.map((attempt) => ({ call: inside + attempt.step, attempt })),
  );
}

export function billsOf({ driven }: Outcome, bills: Bills): readonly Arrival[] {
  return bills.billed().filter(({ marker }) => marker.run === driven.run.name);
}

/** As `fileJournal` names its files. */
async function readJournal(folder: string): Promise<Evidence["keptAt"]> {
  const times = new Map<string, number>();
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    const file = name.split("/").at(-1) ?? "";
    if (/^[0-9a-f]{64}$/.test(file)) times.set(file, (await stat(join(folder, name))).mtimeMs);
  }
  return (key) =>
    key === undefined ? undefined : times.get(createHash("sha256").update(key).digest("hex"));
}
