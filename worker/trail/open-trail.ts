/** The audit trail of a worker's runs: written as they end, and looked after beside that. */

import { Client } from "@temporalio/client";
import type { InjectedSinks } from "@temporalio/worker";
import { waitUntilClosed } from "../../client/wait-until-closed.ts";
import type { TrailSinks } from "../../workflows/tell-end.ts";
import type { AuditOptions } from "../check-audit.ts";
import { steadyNow } from "../steady-clock.ts";
import type { Temporal } from "../temporal.ts";
import { openKeeping, type Keeping, type KeepingOptions } from "./open-keeping.ts";
import { PatientSink } from "./patient-sink.ts";
import { Reconciler } from "./reconciler.ts";
import { TrailWriter } from "./trail-writer.ts";

/** How often is looked for what is missing. */
const RECONCILE_MINUTES = 5;
/** Longer than Temporal takes to commit what a worker has told it. */
const UNTIL_ENDED_MS = 10_000;
/** To write what there is, also where runs have taken all of the grace period. */
const LEAST_DRAIN_MS = 2_000;

export interface TrailOptions extends Omit<KeepingOptions, "audit" | "temporal"> {
  readonly temporal: Pick<Temporal, "connection" | "namespace"> &
    Partial<Pick<Temporal, "dataConverter">>;
  readonly audit: AuditOptions | false | undefined;
  readonly graceMs: number;
  readonly onWarning: (message: string) => void;
}

export interface OpenTrail {
  /** For the workers that run graphs: told when a run ends. */
  readonly injected: InjectedSinks<TrailSinks>;
  /** Begins to look for what is missing, in the background. */
  begin(): void;
  /** The worker is to stop: nothing is looked for any more. */
  stop(): void;
  /** To be called once no run can end here: writes what there is. Never rejects. The sinks stay open. */
  end(): Promise<void>;
}

/** Nothing is kept. A worker is told of ends all the same: without a listener, the SDK would log each as an error. */
export const NO_TRAIL: OpenTrail = {
  injected: inject(() => {}),
  begin() {},
  stop() {},
  async end() {},
};

/** @throws {AuditError} AUDIT_INVALID_KEY */
export function openTrail(options: TrailOptions): OpenTrail {
  const { audit = {}, sinks, graceMs } = options;
  if (audit === false || sinks.length === 0) return NO_TRAIL;
  const { connection, namespace, dataConverter } = options.temporal;
  const client = new Client({ connection, namespace, ...(dataConverter && { dataConverter }) });
  const keeping = openKeeping({ ...options, audit, temporal: client });
  const writer = openWriter(client, keeping, options);
  const { reconcileMinutes: everyMinutes = RECONCILE_MINUTES } = audit;
  const reconciler =
    everyMinutes > 0 ? new Reconciler({ ...options, client, keeping, everyMinutes }) : undefined;
  let stoppedAt: number | undefined;
  const stop = (): void => {
    stoppedAt ??= steadyNow();
    reconciler?.stop();
  };
  return {
    injected: inject((run) => writer.add(run)),
    begin: () => reconciler?.begin(),
    stop,
    async end() {
      stop();
      const leftMs = graceMs - (steadyNow() - (stoppedAt ?? steadyNow()));
      await Promise.all([writer.stop(Math.max(leftMs, LEAST_DRAIN_MS)), reconciler?.ended()]);
    },
  };
}

function openWriter(
  client: Client,
  { read }: Keeping,
  { sinks, onWarning }: Pick<TrailOptions, "sinks" | "onWarning">,
): TrailWriter {
  return new TrailWriter({
    sinks: sinks.map((sink) => new PatientSink(sink, { onWarning, now: steadyNow })),
    read,
    untilEnded: (run) => waitUntilClosed(client, run, UNTIL_ENDED_MS),
    onWarning,
  });
}

function inject(ended: (run: string) => void): InjectedSinks<TrailSinks> {
  return {
    signalboxTrail: {
      ended: { fn: ({ workflowId }) => ended(workflowId), callDuringReplay: false },
    },
  };
}
