/** Reads what calls cost out of a sink, and adds it up. */

import type { AuditRecord } from "../../audit/record.ts";
import type { ReadableSink } from "../trail/open-trail.ts";
import { readCharges, type Charge, type Range } from "./charges.ts";
import { addTo, sumsOf, toReport, type CostReport, type Grouping, type Sums } from "./sums.ts";

/** A plan's judge may take its time, and so may a run that stood still: what comes later than this is not waited for. */
const JUDGED_WITHIN_MS = 24 * 60 * 60 * 1_000;

export interface Asked extends Range {
  readonly by: Grouping;
  readonly workspaces: readonly string[];
}

export async function readCosts(sink: ReadableSink, asked: Asked): Promise<CostReport> {
  const { by, workspaces } = asked;
  const groups = new Map<string, Sums>();
  for (const workspace of workspaces) {
    const graphs = new Map<string, string>();
    // Which graph a run is of may be known only later, so it stands for it until then.
    const keyed = new Map<string, Sums>();
    const records = readRecords(sink, workspace, asked);
    for await (const charge of readCharges(records, asked, (run, graph) =>
      graphs.set(run, graph),
    )) {
      addTo(keyed, keyOf(charge, by), sumsOf(charge));
    }
    for (const [key, sums] of keyed) {
      const name =
        by === "graph" ? (graphs.get(key) ?? (await findGraph(sink, workspace, key))) : key;
      addTo(groups, name, sums);
    }
  }
  return toReport(by, groups);
}

function keyOf({ model, run, workspace, at }: Charge, by: Grouping): string {
  switch (by) {
    case "model":
      return model;
    case "graph":
      return run;
    case "workspace":
      return workspace;
    case "day":
      return at.slice(0, 10);
  }
}

async function* readRecords(
  sink: ReadableSink,
  workspace: string,
  { from, to }: Range,
): AsyncGenerator<AuditRecord, void> {
  const until = to && new Date(Date.parse(to) + JUDGED_WITHIN_MS).toISOString();
  const query = { workspace, ...(from && { from }), ...(until && { to: until }) };
  for await (const { record } of sink.read(query)) yield record;
}

/** Of a run that began before the time that was asked for, or whose first records were pruned. */
async function findGraph(sink: ReadableSink, workspace: string, run: string): Promise<string> {
  for await (const { record } of sink.read({ workspace, run })) {
    const name = record.attributes["gen_ai.workflow.name"];
    if (record.type === "run.started" && typeof name === "string") return name;
  }
  return "(not known)";
}
