/** Reads what the audit trail is to keep of a run: its records, and what was said in it. */

import type { Client } from "@temporalio/client";
import type { AuditRecord } from "../../audit/record.ts";
import { readTold } from "../read-parts.ts";
import type { ToldRun } from "../told-run.ts";
import type { ContentKind } from "../trail/contents.ts";
import { AuditRecords, type AuditedRun } from "./audit-records.ts";

/** Something that was said in a run, as it is sealed apart from the records. */
export interface AuditContent {
  /** The id of the record that it belongs to. */
  readonly event: string;
  /** `"salt"`: what keys the hashes in the records of the run, as text. */
  readonly kind: ContentKind | "salt";
  /** JSON. */
  readonly value: unknown;
}

export interface AuditTrail {
  /** In the order in which things happened. */
  readonly records: readonly AuditRecord[];
  /** In the order of the records; empty where it was not asked for. What local attempts were asked is in no history, and not in this. */
  readonly content: readonly AuditContent[];
}

export interface AuditTrailOptions {
  /** Whether `content` is read too. Default: no. */
  readonly withContent?: boolean;
}

/** @throws {ClientError} CLIENT_UNKNOWN_RUN */
export async function readAudit(
  temporal: Client,
  run: AuditedRun,
  { withContent = false }: AuditTrailOptions,
): Promise<AuditTrail> {
  const told = await readTold(temporal, run.id, { keepsValues: withContent });
  const reader = new AuditRecords(run);
  const records = reader.read(told.events, told.contents);
  return { records, content: withContent ? contentOf(told, reader) : [] };
}

/** What was said, by the records that it belongs to. */
export function contentOf(
  { events, contents, salt }: ToldRun,
  records: Pick<AuditRecords, "idOf">,
): readonly AuditContent[] {
  const start = events[0];
  const list = contents.flatMap(({ event, kind, value }) =>
    value === undefined ? [] : [{ event: records.idOf(event), kind, value }],
  );
  if (start === undefined || salt === undefined || list.length === 0) return list;
  return [{ event: records.idOf(start.id), kind: "salt", value: salt }, ...list];
}
