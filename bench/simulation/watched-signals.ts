/** The live signals, watched from outside: what their breakers let through, and how soon they open. */

import { healthOf } from "../../activities/signals/health.ts";
import type { LiveSignals, ObservedCall } from "../../activities/signals/live-signals.ts";

/** What is wanted of breakers, as it came out. */
export interface BreakerFigures {
  /** How often one opened, or stayed open after a probe. */
  opened: number;
  /** The most failures in a row that one let pass before it opened. */
  mostFailuresInRow: number;
  /** The most calls at the same time that were to find out about one model, or one provider. */
  mostProbesAtOnce: number;
  /** Calls that were let through while one was open. */
  letThroughWhileOpen: number;
}

export function watchSignals(
  live: LiveSignals,
  now: () => number,
): { readonly live: LiveSignals; readonly figures: BreakerFigures } {
  const watch = new Watch(live, now);
  return {
    figures: watch.figures,
    live: {
      ...live,
      admit: (wanted) => watch.admit(wanted),
      observe: (call) => watch.observe(call),
    },
  };
}

class Watch {
  readonly figures: BreakerFigures = {
    opened: 0,
    mostFailuresInRow: 0,
    mostProbesAtOnce: 0,
    letThroughWhileOpen: 0,
  };
  readonly #live: LiveSignals;
  readonly #now: () => number;
  readonly #inRow = new Map<string, number>();
  /** When a breaker last opened or closed: what began before says nothing to it. */
  readonly #changedAt = new Map<string, number>();
  /** What is probed, by the number of the probe. */
  readonly #probes = new Map<number, readonly string[]>();
  readonly #atOnce = new Map<string, number>();

  constructor(live: LiveSignals, now: () => number) {
    this.#live = live;
    this.#now = now;
  }

  readonly admit: LiveSignals["admit"] = async (wanted) => {
    const { model } = wanted;
    const before = this.#stateOf(model);
    const provider = this.#live.providerBreaker(providerOf(model)).breaker;
    const admission = await this.#live.admit(wanted);
    if (!admission.ok) return admission;
    if (before === "open") this.figures.letThroughWhileOpen += 1;
    if (before === "half-open") {
      const isOfProvider = provider === "half-open";
      const probed = isOfProvider ? [model, `${providerOf(model)}/`] : [model];
      for (const name of probed) this.#count(name, 1);
      // One that is not told to be a probe is never counted down: it shows.
      if (admission.probe !== undefined) this.#probes.set(admission.probe, probed);
    }
    return admission;
  };

  observe(call: ObservedCall): void {
    const { model } = call;
    const before = this.#stateOf(model);
    this.#live.observe(call);
    const after = this.#stateOf(model);
    if (call.probe !== undefined) {
      for (const name of this.#probes.get(call.probe) ?? []) this.#count(name, -1);
      this.#probes.delete(call.probe);
    }
    if (before === "closed") this.#countFailure(call);
    if (before === after) return;
    if (after === "open") this.figures.opened += 1;
    this.#inRow.set(model, 0);
    this.#changedAt.set(model, this.#now());
  }

  #countFailure(call: ObservedCall): void {
    const { model } = call;
    if (this.#now() - call.durationMs < (this.#changedAt.get(model) ?? 0)) return;
    if (call.ok) {
      this.#inRow.set(model, 0);
      return;
    }
    if (healthOf(call.kind).model !== "sick") return;
    const inRow = (this.#inRow.get(model) ?? 0) + 1;
    this.#inRow.set(model, inRow);
    this.figures.mostFailuresInRow = Math.max(this.figures.mostFailuresInRow, inRow);
  }

  #count(what: string, by: number): void {
    const count = (this.#atOnce.get(what) ?? 0) + by;
    this.#atOnce.set(what, count);
    this.figures.mostProbesAtOnce = Math.max(this.figures.mostProbesAtOnce, count);
  }

  #stateOf(model: string): "closed" | "open" | "half-open" {
    return this.#live.of(model)?.breaker ?? "closed";
  }
}

function providerOf(model: string): string {
  return model.slice(0, model.indexOf("/"));
}
