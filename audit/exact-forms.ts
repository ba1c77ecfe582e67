/** The forms of what sealed records and checkpoints are made of. Pure. */

import { isRecord } from "../graph/canonical-json.ts";
import type { SealedRecord } from "./chain.ts";

/** SHA-256 in hex. */
export function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** ISO 8601 in UTC. */
export function isMoment(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value);
}

/**
 * Whether a value has the form of a sealed record: all its members and no other, as what stands outside the hash could be changed. What
 * the record itself holds is its writer's matter: the hash covers it.
 */
export function isSealedRecord(value: unknown): value is SealedRecord {
  if (!isRecord(value) || Object.keys(value).length !== 4) return false;
  const { seq, previous, record, hash } = value;
  if (!Number.isSafeInteger(seq) || Number(seq) < 0) return false;
  if (!isHash(previous) || !isHash(hash) || !isRecord(record)) return false;
  const { id, at, type, workspace, run, attributes } = record;
  return [id, at, type, workspace, run].every(isText) && isRecord(attributes);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
