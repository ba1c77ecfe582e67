/** What is remembered of one provider: whether it is down as a whole, or will not serve this account. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import { Breaker, FAILURES_IN_ROW, type CallEnd } from "./breaker.ts";
import type { ObservedCall } from "./live-signals.ts";

/** The failures of one model are its own; those of a second, with no answer between, are the provider's. */
const FAILING_MODELS = 2;

export class ProviderMemory {
  readonly breaker = new Breaker();
  /** Since any of its models answered. */
  readonly #failing = new Set<string>();
  #failures = 0;
  /** When any of its models answered last: the account is in order. */
  answeredAt = -Infinity;
  /** Why a call failed that concerned the provider, the last time. */
  lastFailure: FailureKind | undefined;

  record(call: ObservedCall, end: CallEnd): void {
    if (call.ok) this.answeredAt = end.endedAt;
    if (!call.ok && (end.verdict === "sick" || end.verdict === "dead"))
      this.lastFailure = call.kind;
    const isClosed = this.breaker.stateAt(end.endedAt) === "closed";
    if (!isClosed || end.verdict === "dead") {
      this.breaker.record(end);
      return this.#forget();
    }
    this.breaker.endProbe(end.probe);
    if (end.verdict === "well" || end.verdict === "replied") return this.#forget();
    if (end.verdict === "sick") this.#count(call.model, end);
  }

  #count(model: string, end: CallEnd): void {
    this.#failing.add(model);
    this.#failures += 1;
    if (this.#failures < FAILURES_IN_ROW || this.#failing.size < FAILING_MODELS) return;
    this.breaker.trip(end);
    this.#forget();
  }

  #forget(): void {
    this.#failing.clear();
    this.#failures = 0;
  }
}
