/** What is done to the trails of a sink now and then: signed marks, and dropping what is old. */

import type { KeyObject } from "node:crypto";
import { nextCheckpoint, type Checkpoint } from "../../audit/checkpoint.ts";
import type { Sink } from "../../plugins/sink.ts";
import type { Reconciled } from "../../workflows/reconcile-audit.ts";
import type { SinkFailures } from "./sink-failures.ts";

const DAY_MS = 86_400_000;

/** How trails are kept. */
export interface Tending {
  /** Absent: nothing is signed. */
  readonly signingKey?: KeyObject | undefined;
  /** Absent: for good. */
  readonly retentionDays?: number | undefined;
}

/** Of each sink, all workspaces. What fails is noted in `failures`. */
export async function tendSinks(
  sinks: readonly Sink[],
  failures: SinkFailures,
  { signingKey, retentionDays, onProgress }: Tending & { readonly onProgress: () => void },
): Promise<Pick<Reconciled, "checkpoints" | "pruned">> {
  const tended = { checkpoints: 0, pruned: 0 };
  if (signingKey === undefined && retentionDays === undefined) return tended;
  for (const sink of sinks) {
    await failures.watch(sink, async () => {
      for (const workspace of (await sink.workspaces?.()) ?? []) {
        onProgress();
        // First: what is dropped is in the marks all the same.
        if (signingKey && (await mark(sink, workspace, signingKey))) tended.checkpoints += 1;
        if (retentionDays !== undefined)
          tended.pruned += await prune(sink, workspace, retentionDays);
      }
    });
  }
  return tended;
}

/** @returns whether there was something new to sign. */
async function mark(sink: Sink, workspace: string, privateKey: KeyObject): Promise<boolean> {
  const { checkpoints } = sink;
  if (checkpoints === undefined || sink.read === undefined) return false;
  let last: Checkpoint | undefined;
  for await (const checkpoint of checkpoints.read(workspace)) last = checkpoint;
  const afterSeq = last === undefined ? undefined : last.size - 1;
  const hashes: string[] = [];
  const query = { workspace, ...(afterSeq !== undefined && { afterSeq }) };
  for await (const { hash } of sink.read(query)) hashes.push(hash);
  if (hashes.length === 0) return false;
  const at = new Date().toISOString();
  await checkpoints.write(nextCheckpoint(last, hashes, { workspace, at, privateKey }));
  return true;
}

/** What was said is dropped like the records of it. */
async function prune(sink: Sink, workspace: string, retentionDays: number): Promise<number> {
  const before = new Date(Date.now() - retentionDays * DAY_MS).toISOString();
  await sink.content?.prune(workspace, before);
  return (await sink.prune?.(workspace, before)) ?? 0;
}
