/** A record in its place as a line of text, as trails are kept and handed on. Pure. */

import { canonicalJson, isRecord } from "../graph/canonical-json.ts";
import type { SealedRecord } from "./chain.ts";

/** Canonical JSON, without a line break: the same record is always the same line. */
export function writeSealedLine(sealed: SealedRecord): string {
  return canonicalJson(sealed);
}

/** `undefined`: this is no record in its place. Whether it is the right one only its hash can tell. */
export function readSealedLine(line: string): SealedRecord | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isSealed(read) ? read : undefined;
}

function isSealed(read: unknown): read is SealedRecord {
  if (!isRecord(read)) return false;
  const { seq, previous, hash, record } = read;
  if (!Number.isSafeInteger(seq) || typeof previous !== "string" || typeof hash !== "string")
    return false;
  if (!isRecord(record) || !isRecord(record["attributes"])) return false;
  return TEXTS.every((name) => typeof record[name] === "string");
}

const TEXTS = ["id", "at", "type", "workspace", "run"];
