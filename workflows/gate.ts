/**
 * Where calls begin. While the history is long it lets no more through, until those in flight have ended and the run can go on in
 * another execution. Pure: how long the history is, and how to wait, is told to it.
 */

/** `"long"`: the run should go on in another execution; `"too long"`: it has to. */
export type HistoryLength = "short" | "long" | "too long";

/** What a run in flight is asked. */
export interface GateWorld {
  history(): HistoryLength;
  /** Resolves once it is so. */
  until(isSo: () => boolean): Promise<void>;
}

/** Of a run whose history has no end, as in a unit test. */
const ENDLESS: GateWorld = { history: () => "short", until: () => Promise.resolve() };

export class Gate {
  readonly #world: GateWorld;
  /** Calls that have begun and not ended. */
  #inFlight = 0;
  /** Those of them that may take long, such as another run, or a person who is asked. */
  #long = 0;

  constructor(world: GateWorld = ENDLESS) {
    this.#world = world;
  }

  /** Begins a call: at once where it may, and then without a turn of the event loop. */
  pass<T>(call: () => Promise<T>): Promise<T> {
    return this.#isClosed() ? this.#passLater(call) : this.#enter(call);
  }

  /** As {@link pass}, of a call that may take long: nothing else is held up for it, unless the history is too long. */
  passLong<T>(call: () => Promise<T>): Promise<T> {
    return this.pass(() => this.whileLong(call()));
  }

  /** Tells that something, as part of a call in flight, may take long. */
  whileLong<T>(something: Promise<T>): Promise<T> {
    this.#long += 1;
    const leave = (): void => {
      this.#long -= 1;
    };
    void something.then(leave, leave);
    return something;
  }

  /** The history is long, and nothing is in flight: the run can go on in another execution. */
  isDrained(): boolean {
    return this.#inFlight === 0 && this.#world.history() !== "short";
  }

  async #passLater<T>(call: () => Promise<T>): Promise<T> {
    do await this.#world.until(() => !this.#isClosed());
    while (this.#isClosed());
    return this.#enter(call);
  }

  #enter<T>(call: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    const leave = (): void => {
      this.#inFlight -= 1;
    };
    const called = call();
    // Beside what waits for it, which hears of it no later because of this.
    void called.then(leave, leave);
    return called;
  }

  #isClosed(): boolean {
    const history = this.#world.history();
    return history === "too long" || (history === "long" && this.#long === 0);
  }
}
