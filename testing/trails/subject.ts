/** A sink under test. */

import { equal, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  EMPTY_CHAIN,
  hashOf,
  type AuditRecord,
  type ChainHead,
  type SealedRecord,
  type Sink,
  type SinkQuery,
} from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { fault } from "../keeping/subject.ts";
import type { Away } from "../keeping/away.ts";

/** What a sink may do without. */
export type SinkPart = "findEnded" | "workspaces" | "read" | "checkpoints" | "content" | "prune";

/** What the kit is to check. */
export interface SinkContractOptions {
  /** Opens the sink, as each worker does. All that are opened are to keep the trail in the same place. */
  readonly open: () => Sink | Promise<Sink>;
  /** What it does without, by design: those checks are left out. Default: nothing. */
  readonly lacks?: readonly SinkPart[];
  /** Takes the place away and brings it back, with all that it held. Absent: those checks are left out. */
  readonly away?: Away;
  /** Milliseconds in which a sink that is away has to say so. Default: 20,000. */
  readonly rejectsWithinMs?: number;
}

export type Check = (contract: SinkContractOptions) => Promise<void>;

/** Checks that need some parts of a sink. */
export function checksOf(
  options: SinkContractOptions,
  needs: readonly SinkPart[],
  checks: Readonly<Record<string, Check>>,
): readonly ContractCheck[] {
  const lacking = needs.find((part) => options.lacks?.includes(part));
  return Object.entries(checks).map(([name, run]) => ({
    name,
    ...(lacking !== undefined && { skip: `it has no ${lacking}` }),
    run: () => run(options),
  }));
}

/** Opens sinks for `use`, and closes them. */
export async function withSinks(
  { open }: SinkContractOptions,
  use: (openOne: () => Promise<Sink>) => Promise<void>,
): Promise<void> {
  const opened: Sink[] = [];
  try {
    await use(async () => {
      const sink = await open();
      opened.push(sink);
      return sink;
    });
  } finally {
    await Promise.all(opened.map(async (sink) => sink.close?.()));
  }
}

/** Of nobody else. */
export function newWorkspace(): string {
  return `contract-${randomUUID()}`;
}

const FIRST = Date.UTC(2026, 0, 1);

export interface RecordOf {
  readonly workspace: string;
  readonly run: string;
  readonly event: number;
  /** Minutes after the first there is. Default: `event`. */
  readonly minute?: number;
  readonly type?: AuditRecord["type"];
  readonly attributes?: AuditRecord["attributes"];
}

export function recordOf({
  workspace,
  run,
  event,
  minute = event,
  type,
  attributes,
}: RecordOf): AuditRecord {
  return {
    id: `${run}#${event}`,
    at: minuteOf(minute),
    type: type ?? "attempt.ended",
    workspace,
    run,
    attributes: attributes ?? { "gen_ai.request.model": "gpt-5-mini", "signalbox.attempt": event },
  };
}

/** ISO 8601. */
export function minuteOf(minute: number): string {
  return new Date(FIRST + minute * 60_000).toISOString();
}

export function recordsOf(workspace: string, run: string, count: number): readonly AuditRecord[] {
  return Array.from({ length: count }, (_, event) => recordOf({ workspace, run, event }));
}

/** A part that the sink is to have. */
export function partOf<Part extends SinkPart>(sink: Sink, part: Part): NonNullable<Sink[Part]> {
  const { [part]: has } = sink;
  if (has === undefined) throw fault(`It has no ${part}. If that is meant, name it in "lacks".`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Looked at just now; a method keeps its sink.
  return (typeof has === "function" ? has.bind(sink) : has) as NonNullable<Sink[Part]>;
}

export async function readAll(sink: Sink, query: SinkQuery): Promise<readonly SealedRecord[]> {
  const read = partOf(sink, "read");
  const found: SealedRecord[] = [];
  for await (const sealed of read(query)) found.push(sealed);
  return found;
}

/** All of a workspace, once it is seen to be a chain behind `head`. */
export async function readChain(
  sink: Sink,
  workspace: string,
  head: ChainHead = EMPTY_CHAIN,
): Promise<readonly AuditRecord[]> {
  const chain = await readAll(sink, { workspace });
  let { size, hash } = head;
  for (const sealed of chain) {
    equal(sealed.seq, size, "The numbers of the records have a gap, or come twice.");
    equal(sealed.previous, hash, "A record does not name the hash of the one before.");
    equal(sealed.hash, hashOf(sealed), "The hash of a record is not its own: it has changed.");
    size += 1;
    ({ hash } = sealed);
  }
  return chain.map(({ record }) => record);
}

/** Not `deepEqual`: a record is nothing for a message. */
export function sameRecords(
  found: readonly AuditRecord[],
  wanted: readonly AuditRecord[],
  problem: string,
): void {
  ok(idsOf(found) === idsOf(wanted), problem);
  ok(
    found.every((record, index) => isSame(record, wanted[index])),
    "A record is not as it was written.",
  );
}

function idsOf(records: readonly AuditRecord[]): string {
  return JSON.stringify(records.map(({ id }) => id));
}

function isSame(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
