/** Ids of spans: made up, but for those that several processes have to agree on without a word. */

import { createHash, randomBytes } from "node:crypto";
import type { IdGenerator } from "@opentelemetry/sdk-trace-base";

/** The id of a step's span: 16 hexadecimal digits. Whoever knows the run's span and the step's path knows it. */
export function idOfStepSpan(runSpan: string, step: string): string {
  return createHash("sha256").update(`${runSpan}/${step}`).digest("hex").slice(0, 16);
}

/** Gives the next span an id that was chosen; every other a random one. */
export class ChosenIds implements IdGenerator {
  #next: { readonly spanId: string; readonly traceId?: string } | undefined;

  /** `start` begins one span, at once. */
  use<T>(ids: { readonly spanId: string; readonly traceId?: string }, start: () => T): T {
    this.#next = ids;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }

  generateTraceId(): string {
    return this.#next?.traceId ?? randomBytes(16).toString("hex");
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? randomBytes(8).toString("hex");
  }
}
