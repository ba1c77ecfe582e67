/** Reads what the trail keeps of a run that has ended. */

import type { Client } from "@temporalio/client";
import { createContentKey, sealContent } from "../../audit/content.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { readAudit } from "../../client/audit/read-audit.ts";
import { ifKnown } from "../../client/as-client-error.ts";
import type { KeptContent } from "../../plugins/contract.ts";

/** A run as the trail keeps it. */
export interface TrailOfRun {
  readonly workspace: string;
  readonly run: string;
  readonly records: readonly AuditRecord[];
  /** Absent: what was said is not kept. */
  readonly content?: KeptContent;
}

/** `undefined`: Temporal has it no more, or it has not ended. */
export type ReadTrailOfRun = (run: string) => Promise<TrailOfRun | undefined>;

/** @param withContent - whether what was said is kept: each time it is read it is sealed by a new key. */
export function trailReader(temporal: Client, withContent: boolean): ReadTrailOfRun {
  return async (run) => {
    const audit = await ifKnown(readAudit(temporal, { id: run }, { withContent }));
    const [first] = audit?.records ?? [];
    if (audit === undefined || first === undefined) return undefined;
    const { records, content } = audit;
    if (!records.some(({ type }) => type === "run.ended")) return undefined;
    const { workspace } = first;
    if (content.length === 0) return { workspace, run, records };
    const key = createContentKey();
    const sealed = sealContent(key, { workspace, run }, content);
    return { workspace, run, records, content: { key, sealed } };
  };
}
