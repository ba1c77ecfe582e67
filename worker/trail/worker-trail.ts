/** The audit trail of one worker of ours, with sinks that are its own. */

import type { Config } from "../config.ts";
import { DEFAULT_GRACE_MS } from "../grace.ts";
import { closeSinks, openAuditSinks, readableOf, type Sink } from "../audit-sinks.ts";
import { NO_TRAIL, openTrail, type OpenTrail, type TrailOptions } from "./open-trail.ts";

type Inherited = Pick<TrailOptions, "temporal" | "onWarning"> &
  Partial<Pick<TrailOptions, "taskQueue" | "graceMs">>;

export interface WorkerTrailOptions extends Inherited {
  readonly config: Pick<Config, "audit">;
  /** Runs end only where graphs are served. */
  readonly served: { readonly graphs: boolean };
}

export interface WorkerTrail extends OpenTrail {
  /** Where it can be read. `undefined`: nowhere. */
  readonly source: Sink | undefined;
}

/** As {@link openTrail}; its end closes the sinks. */
export function openWorkerTrail(options: WorkerTrailOptions): WorkerTrail {
  const { config, served, temporal, onWarning } = options;
  const { taskQueue = "signalbox", graceMs = DEFAULT_GRACE_MS } = options;
  const { audit } = config;
  if (!served.graphs) return { ...NO_TRAIL, source: undefined };
  const sinks = openAuditSinks(audit);
  const trail = openTrail({ audit, sinks, temporal, taskQueue, graceMs, onWarning });
  return {
    ...trail,
    source: readableOf(sinks),
    async end() {
      await trail.end();
      await closeSinks(sinks);
    },
  };
}
