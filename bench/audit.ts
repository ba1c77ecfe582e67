/** How long it takes to seal 100,000 records of an audit trail, to mark them, and to check the trail, as a file and as a sink gives it. */

import { performance } from "node:perf_hooks";
import { EMPTY_CHAIN, seal, type SealedRecord } from "../audit/chain.ts";
import { nextCheckpoint, type Checkpoint } from "../audit/checkpoint.ts";
import { createKeyPair, readPrivateKey, readPublicKey } from "../audit/keys.ts";
import type { AuditRecord } from "../audit/record.ts";
import { exportTrail } from "../audit/trail-lines.ts";
import { verifyTrailFile } from "../audit/verify-file.ts";
import { verifyTrail, type TrailReport } from "../audit/verify-trail.ts";
import { roundMs } from "./measure.ts";
import type { Result } from "./result.ts";

const RECORDS = 100_000;
/** A checkpoint after so many. */
const MARKED = 1_000;
const TARGET_MS = 3_000;
/** As files are read. */
const CHUNK = 64 * 1024;

const pair = createKeyPair();
const publicKeys = [readPublicKey(pair.publicKey)];
const by = {
  workspace: "default",
  at: "2026-11-25T09:00:00.000Z",
  privateKey: readPrivateKey(pair.privateKey),
};

export async function measureAudit(): Promise<readonly Result[]> {
  const records = Array.from({ length: RECORDS }, (_, index) => recordAt(index));
  seal(EMPTY_CHAIN, records.slice(0, 5_000));
  const sealing = await clock(() => seal(EMPTY_CHAIN, records));
  const sealed = sealing.result;
  const marking = await clock(() => markAll(sealed));
  const checkpoints = marking.result;
  const chunks = await readChunks(sealed, checkpoints);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const file = await clock(() => verifyTrailFile(chunks, { publicKeys }));
  const sink = await clock(() => verifyTrail(sealed, { checkpoints, publicKeys }));
  return [
    { name: `seal ${RECORDS} records`, figures: { ...sealing.times, bytes } },
    { name: `sign ${checkpoints.length} checkpoints over them`, figures: marking.times },
    verified(`verify an exported trail of ${RECORDS} records`, file),
    verified(`verify ${RECORDS} records of a sink`, sink),
  ];
}

interface Clocked<T> {
  readonly result: T;
  readonly times: { readonly wallMs: number; readonly cpuMs: number };
}

/** Once: it takes seconds, and what is measured is a command that runs once. */
async function clock<T>(work: () => T | Promise<T>): Promise<Clocked<T>> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const wallMs = roundMs(performance.now() - startedAt);
  const { user, system } = process.cpuUsage(cpu);
  return { result, times: { wallMs, cpuMs: roundMs((user + system) / 1_000) } };
}

function verified(name: string, { result, times }: Clocked<TrailReport>): Result {
  const { isSound, signedSize } = result;
  if (!isSound || signedSize !== RECORDS) throw new Error("What was measured was no sound trail.");
  return {
    name,
    figures: times,
    target: `under ${TARGET_MS} ms of CPU time`,
    ok: times.cpuMs < TARGET_MS,
  };
}

function markAll(sealed: readonly SealedRecord[]): readonly Checkpoint[] {
  let before: Checkpoint | undefined;
  return Array.from({ length: RECORDS / MARKED }, (_, index) => {
    const part = sealed.slice(index * MARKED, (index + 1) * MARKED);
    before = nextCheckpoint(
      before,
      part.map(({ hash }) => hash),
      by,
    );
    return before;
  });
}

async function readChunks(
  sealed: readonly SealedRecord[],
  checkpoints: readonly Checkpoint[],
): Promise<readonly Uint8Array[]> {
  const lines: string[] = [];
  for await (const line of exportTrail("default", sealed, checkpoints)) lines.push(line);
  const whole = Buffer.from(lines.join(""));
  const count = Math.ceil(whole.length / CHUNK);
  return Array.from({ length: count }, (_, index) =>
    whole.subarray(index * CHUNK, (index + 1) * CHUNK),
  );
}

/** As the record of an attempt is: a dozen attributes. */
function recordAt(index: number): AuditRecord {
  const run = `default.support-${Math.floor(index / 20)}`;
  return {
    id: `${run}#${index % 20}/12.1`,
    at: new Date(Date.UTC(2026, 10, 25, 8) + index * 37).toISOString(),
    type: "attempt.ended",
    workspace: "default",
    run,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.response.model": "gpt-5-mini-2025-08-07",
      "gen_ai.usage.input_tokens": 800 + (index % 700),
      "gen_ai.usage.output_tokens": index % 300,
      "signalbox.attempt": `triage:0:${index % 3}`,
      "signalbox.cost_usd": (index % 900) / 1e6,
      "signalbox.graph": "support",
      "signalbox.status": "completed",
      "signalbox.step": "triage",
      "signalbox.candidates": ["openai/gpt-5-mini", "anthropic/claude-haiku-4.5"],
    },
  };
}
