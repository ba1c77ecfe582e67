/** The audit trails of the Temporal Workers that one plugin serves: one for each, as each has a connection and a task queue. */

import type { ReplayWorkerOptions, Worker, WorkerOptions } from "@temporalio/worker";
import { Runtime } from "@temporalio/worker";
import type { Sink } from "../../plugins/contract.ts";
import type { AuditOptions } from "../check-audit.ts";
import { DEFAULT_GRACE_MS } from "../grace.ts";
import { NO_TRAIL, openTrail, type OpenTrail } from "./open-trail.ts";

export class PluginTrails {
  readonly #audit: AuditOptions | false | undefined;
  readonly #sinks: readonly Sink[];
  readonly #trails = new WeakMap<object, OpenTrail>();

  constructor(audit: AuditOptions | false | undefined, sinks: readonly Sink[]) {
    this.#audit = audit;
    this.#sinks = sinks;
  }

  /** For a worker with these options. One without a connection of its own has none: nobody could read its runs. */
  open(options: WorkerOptions): OpenTrail {
    const trail = this.#open(options);
    this.#trails.set(trail.injected.signalboxTrail, trail);
    return trail;
  }

  /** While a worker runs that has what {@link open} gave to be injected. */
  async during(worker: Worker, run: () => Promise<void>): Promise<void> {
    const { signalboxTrail } = worker.options.sinks ?? {};
    const trail = signalboxTrail === undefined ? undefined : this.#trails.get(signalboxTrail);
    trail?.begin();
    try {
      await run();
    } finally {
      await trail?.end();
    }
  }

  #open({ connection, namespace = "default", dataConverter, taskQueue }: WorkerOptions): OpenTrail {
    if (connection === undefined || taskQueue === undefined) return { ...NO_TRAIL };
    return openTrail({
      audit: this.#audit,
      sinks: this.#sinks,
      temporal: { connection, namespace, ...(dataConverter && { dataConverter }) },
      taskQueue,
      graceMs: DEFAULT_GRACE_MS,
      onWarning: (message) => Runtime.instance().logger.warn(message),
    });
  }
}

/** Nobody is told anything: without a listener, the SDK would log each end as an error. */
export function withoutTrail(options: ReplayWorkerOptions): ReplayWorkerOptions {
  return { ...options, sinks: { ...options.sinks, ...NO_TRAIL.injected } };
}
