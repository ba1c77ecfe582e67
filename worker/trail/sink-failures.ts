/** Which sinks have failed during a look, and why. One that has is left alone for the rest of it. */

import { AuditError } from "../../audit/audit-error.ts";
import type { Sink } from "../../plugins/sink.ts";
import { countedWork } from "../telemetry/process-metrics.ts";
import { describeSinkFailure } from "./write-trails.ts";

export class SinkFailures {
  readonly #reasons = new Map<Sink, string>();

  /** Those that have not failed. */
  well(sinks: readonly Sink[]): readonly Sink[] {
    return sinks.filter((sink) => !this.#reasons.has(sink));
  }

  /** `undefined`: it has failed, now or before. Never rejects. */
  async watch<T>(sink: Sink, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#reasons.has(sink)) return undefined;
    try {
      return await work();
    } catch (error) {
      this.#reasons.set(sink, describeSinkFailure(error));
      countedWork()?.countSinkFailure(sink.id);
      return undefined;
    }
  }

  /** @throws {AuditError} AUDIT_INCOMPLETE */
  throwIfAny(): void {
    if (this.#reasons.size === 0) return;
    const reasons = [...this.#reasons].map(([{ id }, reason]) => `"${id}" (${reason})`);
    throw new AuditError(
      "AUDIT_INCOMPLETE",
      `The audit trail is not complete in ${reasons.join(", ")}. The next look goes back to where this one began.`,
    );
  }
}
