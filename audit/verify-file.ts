/** Checks a trail that was exported: the chain, the signatures, and every byte of the file. */

import { hash as digest } from "node:crypto";
import { isRecord } from "../graph/canonical-json.ts";
import { exactJson } from "./exact-json.ts";
import { readLines, type Line } from "./read-lines.ts";
import { TRAIL_FORMAT, headerLine } from "./trail-lines.ts";
import type { TrailFault } from "./trail-fault.ts";
import { TrailCheck, type TrailReport, type VerifyOptions } from "./verify-trail.ts";

/** What stands in the line of a record before that which its hash is over: `{"hash":"…",`. */
const HASH_MEMBER_LENGTH = `{"hash":"",`.length + 64;

/**
 * Checks what `exportTrail` wrote. Needs memory for the records' ids only.
 *
 * Faults are in the report: it rejects only where the file cannot be read.
 */
export async function verifyTrailFile(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: VerifyOptions = {},
): Promise<TrailReport> {
  const check = new TrailCheck(options);
  let count = 0;
  for await (const line of readLines(chunks)) {
    count += 1;
    if (count > 1) await takeLine(check, line, count);
    else if (!takeHeader(check, line)) await takeLine(check, line, 1);
  }
  if (count === 0) reportHeader(check, "The file is empty.");
  return check.end();
}

/** `false`: it is no header, and may be something else. */
function takeHeader(check: TrailCheck, line: Line): boolean {
  const header = parse(line.text);
  if (!isRecord(header) || header["format"] !== TRAIL_FORMAT) {
    reportHeader(
      check,
      `The first line does not say that the file is of the format "${TRAIL_FORMAT}".`,
    );
    return !isRecord(header) || !("hash" in header || "signature" in header);
  }
  const workspace = header["workspace"];
  if (typeof workspace !== "string" || header["version"] !== 1) {
    reportHeader(
      check,
      "The first line names no workspace, or another version of the format than 1.",
    );
    return true;
  }
  if (!line.isWhole || `${line.text}\n` !== trySpell(() => headerLine(workspace))) {
    reportHeader(check, "The first line is not spelled as it was written.");
  }
  check.takeWorkspace(workspace, 1);
  return true;
}

async function takeLine(check: TrailCheck, { text, isWhole }: Line, number: number): Promise<void> {
  const value = parse(text);
  if (!isRecord(value)) {
    check.takeUnreadable(number, "The line is no JSON object.");
    return;
  }
  const isExact = isWhole && trySpell(() => exactJson(value)) === text;
  if (!isExact) {
    const detail = isWhole
      ? "The line is not in its canonical spelling, so it is not as it was written."
      : "The line has no end, or bytes that are no UTF-8.";
    check.faults.add({ kind: "spelling", ...placeOf(value), line: number, detail });
  }
  if ("signature" in value) {
    check.takeCheckpoint(value, number);
    return;
  }
  const { seq } = value;
  if (typeof seq === "number" && check.isDue(seq)) await check.admitUpTo(seq);
  check.take(value, isExact ? hashOfLine(text) : undefined, number);
}

/** Which record it says it is. */
function placeOf({ seq, record }: Readonly<Record<string, unknown>>): Partial<TrailFault> {
  const id = isRecord(record) ? record["id"] : undefined;
  return { ...(typeof seq === "number" && { seq }), ...(typeof id === "string" && { id }) };
}

/** The hash is over the line without it: what is spelled exactly need not be spelled again. */
function hashOfLine(text: string): string {
  const hashed = `{${text.slice(HASH_MEMBER_LENGTH)}`;
  return digest("sha256", hashed, "hex");
}

function reportHeader(check: TrailCheck, detail: string): void {
  check.faults.add({ kind: "header", line: 1, detail });
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** `undefined` for what has no exact spelling. */
function trySpell(spell: () => string): string | undefined {
  try {
    return spell();
  } catch {
    return undefined;
  }
}
