/** Has the audit trail looked after while a worker runs: by a schedule, and a small Temporal worker that does what it says. */

import type { Client } from "@temporalio/client";
import type { Worker, WorkflowBundleOption } from "@temporalio/worker";
import type { Reconciled } from "../../workflows/reconcile-audit.ts";
import { countedWork } from "../telemetry/process-metrics.ts";
import { bundleReconciler, createAuditWorker, type AuditWorkerOptions } from "./audit-worker.ts";
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
  #isStopped = false;
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  begin(): void {
    void this.#schedule();
    void this.#start();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#worker?.getState() === "RUNNING") this.#worker.shutdown();
  }

  /** Resolves when it does nothing any more. Never rejects. */
  async ended(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #schedule(): Promise<void> {
    const { client, taskQueue, everyMinutes } = this.#options;
    try {
      await ensureSchedule(client, taskQueue, everyMinutes);
    } catch (error) {
      this.#warn("There is no schedule that looks for what is missing in the audit trail", error);
    }
  }

  async #start(): Promise<void> {
    try {
      const bundle = await bundleReconciler(this.#options.temporal);
      if (this.#isStopped) return;
      this.#running = this.#run(bundle);
      await this.#running;
    } catch (error) {
      this.#warn("This worker does not look for what is missing in the audit trail", error);
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
