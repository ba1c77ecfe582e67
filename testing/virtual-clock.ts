/** A clock that jumps: when nothing is at work, time moves on to the next timer. */

import { setImmediate as nextTurn, setTimeout as realTime } from "node:timers/promises";

interface Timer {
  readonly at: number;
  ring(): void;
}

/** One call of a provider or a tool. */
type Call = symbol;

/** Waits for the clock in the middle of work. */
type Pause = (wait: () => Promise<void>) => Promise<void>;

/** A call at work that gives no sign for this long is taken to be stuck, so that its deadline can pass. Real time. */
const REAL_PATIENCE_MS = 1_000;

/** Everything a run waits for, and nothing else will come. */
export class StuckError extends Error {
  override readonly name = "StuckError";
}

export class VirtualClock {
  #now = 0;
  /** Calls of providers and tools that are not waiting for this clock, nor taken to be stuck. */
  readonly #atWork = new Set<Call>();
  #workEnded: () => void = () => {};
  readonly #timers = new Set<Timer>();

  /** Milliseconds since the run began. */
  now(): number {
    return this.#now;
  }

  /** Resolves when the clock has reached the time; rejects when `signal` is aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer: Timer = {
        at: this.#now + durationMs,
        ring: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      const stop = (): void => {
        this.#timers.delete(timer);
        reject(signal?.reason);
      };
      if (signal?.aborted) return stop();
      this.#timers.add(timer);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Does work that takes real time: the clock stands still meanwhile, except while the work itself waits for it. */
  async work<T>(call: (pause: Pause) => Promise<T>): Promise<T> {
    const work = Symbol("call");
    this.#atWork.add(work);
    try {
      return await call((wait) => this.#pause(work, wait));
    } finally {
      this.#endWork(work);
    }
  }

  /**
   * Moves time on until `run` has settled.
   *
   * @throws {StuckError} when nothing is left that could bring it on.
   */
  async drive<T>(run: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    run.then(settle, settle);
    for (;;) {
      await nextTurn();
      if (isSettled) return run;
      if (this.#atWork.size > 0 && (await this.#someWorkEnds())) continue;
      // Nobody waits a second time for calls that are stuck.
      this.#atWork.clear();
      this.#ringNext();
    }
  }

  async #pause(work: Call, wait: () => Promise<void>): Promise<void> {
    this.#endWork(work);
    try {
      await wait();
    } finally {
      this.#atWork.add(work);
    }
  }

  #endWork(work: Call): void {
    this.#atWork.delete(work);
    this.#workEnded();
  }

  async #someWorkEnds(): Promise<boolean> {
    const patience = new AbortController();
    const ended = new Promise<boolean>((resolve) => {
      this.#workEnded = () => resolve(true);
    });
    const impatient = realTime(REAL_PATIENCE_MS, false, patience).catch(() => false);
    const hasEnded = await Promise.race([ended, impatient]);
    patience.abort();
    return hasEnded;
  }

  #ringNext(): void {
    const [next] = [...this.#timers].toSorted((one, other) => one.at - other.at);
    if (next === undefined) throw new StuckError("nothing is left to wait for");
    this.#timers.delete(next);
    this.#now = next.at;
    next.ring();
  }
}
