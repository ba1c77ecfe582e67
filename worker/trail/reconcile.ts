/** Looks for runs that have ended and whose trail a sink does not have, and writes it. */

import type { Client } from "@temporalio/client";
import { asUnavailable } from "../../client/as-client-error.ts";
import { isClientError } from "../../client/client-error.ts";
import { listClosedRuns } from "../../client/list-closed.ts";
import type { Sink } from "../../plugins/sink.ts";
import type { Reconciled, ReconcileRequest } from "../../workflows/reconcile-audit.ts";
import { findLacking, type Lacking } from "./find-lacking.ts";
import { mapSome } from "../../client/map-some.ts";
import type { ReadTrailOfRun, TrailOfRun } from "./read-run.ts";
import { SinkFailures } from "./sink-failures.ts";
import { tendSinks, type Tending } from "./tend-sinks.ts";
import { groupBy, writeTrails } from "./write-trails.ts";

/** So many runs are held in memory. */
const CHUNK = 32;
const READ_AT_ONCE = 4;

export interface ReconcileOptions extends Tending {
  readonly temporal: Client;
  /** Of the runs. */
  readonly taskQueue: string;
  readonly sinks: readonly Sink[];
  readonly read: ReadTrailOfRun;
}

export interface Look extends ReconcileRequest {
  /** Called every now and then; what it throws ends the look. */
  readonly onProgress?: () => void;
}

/**
 * Looks once. All sinks are served as far as they can be; then it fails if one could not, so that what it lacks is looked for again.
 *
 * @throws {AuditError} AUDIT_INCOMPLETE when a sink does not work.
 * @throws {ClientError} CLIENT_TEMPORAL_UNAVAILABLE
 */
export async function reconcile(
  options: ReconcileOptions,
  { since, onProgress = () => {} }: Look = {},
): Promise<Reconciled> {
  const { temporal, taskQueue, sinks } = options;
  const upTo = new Date().toISOString();
  const failures = new SinkFailures();
  const found: Found = { runs: 0, missing: 0, unreadable: 0 };
  for await (const page of listClosedRuns(temporal, { taskQueue, since })) {
    onProgress();
    found.runs += page.length;
    for (const [workspace, runs] of groupBy(page, (run) => run.workspace)) {
      const lacking = await findLacking(failures.well(sinks), runs, (sink, ids) =>
        failures.watch(sink, async () => sink.findEnded?.(workspace, ids)),
      );
      await fill(lacking, { ...options, failures, found, onProgress });
    }
  }
  const tended = await tendSinks(failures.well(sinks), failures, { ...options, onProgress });
  failures.throwIfAny();
  return { upTo, ...found, ...tended };
}

interface Found {
  runs: number;
  missing: number;
  unreadable: number;
}

interface Filling extends Pick<ReconcileOptions, "read"> {
  readonly failures: SinkFailures;
  readonly found: Found;
  readonly onProgress: () => void;
}

async function fill(
  lacking: Lacking,
  { read, failures, found, onProgress }: Filling,
): Promise<void> {
  const wanted = [...new Set([...lacking.values()].flatMap((ids) => [...ids]))];
  for (let from = 0; from < wanted.length; from += CHUNK) {
    const readTrails = await mapSome(wanted.slice(from, from + CHUNK), READ_AT_ONCE, async (id) => {
      onProgress();
      return readOrCount(id, read, found);
    });
    const trails = readTrails.filter((trail) => trail !== undefined);
    found.missing += trails.length;
    for (const [sink, ids] of lacking) {
      const ofSink = trails.filter(({ run }) => ids.has(run));
      if (ofSink.length > 0) await failures.watch(sink, () => writeTrails(sink, ofSink));
    }
  }
}

async function readOrCount(
  run: string,
  read: ReadTrailOfRun,
  found: Found,
): Promise<TrailOfRun | undefined> {
  try {
    return await read(run);
  } catch (error) {
    const known = asUnavailable(error);
    if (isClientError(known, "CLIENT_TEMPORAL_UNAVAILABLE")) throw known;
    // Such as one whose encryption key is gone: it would be no more readable the next time.
    found.unreadable += 1;
    return undefined;
  }
}
