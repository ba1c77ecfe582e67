/** What the fake providers were asked, and what they billed. */

import type { Marker } from "./asking.ts";

/** A request that arrived. */
export interface Arrival {
  readonly service: string;
  /** As the service knows it, without its provider. */
  readonly model: string;
  readonly marker: Marker;
  /** Absent: it came without. */
  readonly key: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * `"answered"` and `"cut"` are billed; `"refused"` is not, nor is `"repeated"`: it has the key of one that was billed, at a service
   * that honours keys.
   */
  readonly outcome: "answered" | "cut" | "refused" | "repeated";
  /** 0 where nothing is billed. */
  readonly costNanoUsd: number;
}

export class Bills {
  readonly arrivals: Arrival[] = [];
  readonly #changes = new EventTarget();

  add(arrival: Arrival): void {
    this.arrivals.push(arrival);
    this.#changes.dispatchEvent(new Event("change"));
  }

  /** Resolves once `isSo`. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#changes.removeEventListener("change", look);
        resolve();
      };
      this.#changes.addEventListener("change", look);
      look();
    });
  }

  /** Those that cost something, in their order. */
  billed(): readonly Arrival[] {
    return this.arrivals.filter(isBilled);
  }
}

function isBilled({ outcome }: Arrival): boolean {
  return outcome === "answered" || outcome === "cut";
}

/** One call of one run to one model, as people think of it, however often it was made. */
export function callName({ run, call }: Pick<Marker, "run" | "call">, model: string): string {
  return `${run} ${call} ${model}`;
}
