/** Has the audit trail looked after while a worker runs: by a schedule, and a small Temporal worker that does what it says. */

import { once } from "node:events";
import type { Client } from "@temporalio/client";
import type { Worker, WorkflowBundleOption } from "@temporalio/worker";
import type { Reconciled } from "../../workflows/reconcile-audit.ts";
import { countedWork } from "../telemetry/process-metrics.ts";
import { bundleReconciler, createAuditWorker, type AuditWorkerOptions } from "./audit-worker.ts";
import { takeTurn } from "./take-turn.ts";
import { ensureSchedule } from "./audit-schedule.ts";
import type { Keeping } from "./open-keeping.ts";

export interface ReconcilerOptions extends Omit<AuditWorkerOptions, "look" | "bundle"> {
  readonly client: Client;
  readonly keeping: Pick<Keeping, "look">;
  readonly everyMinutes: number;
  readonly onWarning: (message: string) => void;
}

/** Nobody waits for it to start, and it fails nobody. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #stopping = new AbortController();
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  begin(): void {
    void this.#schedule();
    this.#running = this.#start();
  }

  stop(): void {
    this.#stopping.abort();
    if (this.#worker?.getState() === "RUNNING") this.#worker.shutdown();
  }

  /** Resolves when it does nothing any more: nothing is bundled, either. Never rejects. */
  async ended(): Promise<void> {
    await this.#running;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #schedule(): Promise<void> {
    const { client, taskQueue, everyMinutes } = this.#options;
    try {
      await ensureSchedule(client, taskQueue, everyMinutes);
    } catch (error) {
      this.#warn("There is no schedule that looks for what is missing in the audit trail", error);
    }
  }

  /** Where another worker of this process looks already, once that has ended. */
  async #start(): Promise<void> {
    const { temporal, taskQueue } = this.#options;
    const turn = takeTurn(temporal.connection, `${temporal.namespace}/${taskQueue}`);
    try {
      const bundle = await bundleReconciler(temporal);
      await Promise.race([turn.isDue, aborted(this.#stopping.signal)]);
      if (!this.#isStopped) await this.#run(bundle);
    } catch (error) {
      this.#warn("This worker does not look for what is missing in the audit trail", error);
    } finally {
      turn.end();
    }
  }

  async #run(bundle: WorkflowBundleOption): Promise<void> {
    const { keeping, ...options } = this.#options;
    const worker = await createAuditWorker({
      ...options,
      bundle,
      look: async (look) => this.#tell(await keeping.look(look)),
    });
    // One that never ran would hold its connection for good, and can only be stopped while it runs.
    const running = worker.run();
    this.#worker = worker;
    if (this.#isStopped) worker.shutdown();
    await running;
  }

  #tell(found: Reconciled): Reconciled {
    const { missing, unreadable } = found;
    countedWork()?.countMissingTrails(missing);
    if (missing + unreadable > 0) {
      const rest = unreadable > 0 ? ` ${unreadable} cannot be read and are left out.` : "";
      this.#options.onWarning(
        `The audit trail lacked ${missing} runs that had ended: they are written now.${rest}`,
      );
    }
    return found;
  }

  #warn(what: string, error: unknown): void {
    if (this.#isStopped) return;
    this.#options.onWarning(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
