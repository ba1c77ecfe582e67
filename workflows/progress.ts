/**
 * What of a run is done, by the paths of its steps: what another execution needs to go on from here. It runs the graph from the start,
 * and whatever is done gives its value at once. Pure: no clock, and no turn of the event loop where nothing was done before.
 */

import { carryValue, readCarried } from "./carried-value.ts";
import type { Account, Ledger } from "./ledger.ts";

/** A step or an item that is done. Its value is absent where it is `undefined`. */
type CarriedStep = readonly [path: string, value?: unknown];

/** The last round of a refine that goes on. */
export interface FinishedRound {
  readonly round: number;
  readonly draft: unknown;
  readonly review: unknown;
}

/** Plain JSON. Values are as {@link carryValue} writes them. */
export interface CarriedProgress {
  readonly done: readonly CarriedStep[];
  /** By the path of the refine. */
  readonly rounds: Readonly<Record<string, FinishedRound>>;
  /** When timers were set, in milliseconds since 1970. */
  readonly timers: Readonly<Record<string, number>>;
  /** When steps that still do began to wait for somebody. */
  readonly waits: Readonly<Record<string, number>>;
  /** Of steps that are not done and have a budget. */
  readonly accounts: Readonly<Record<string, Account>>;
}

/** `unfit`: the path of a value that cannot be handed on. */
export type ProgressToCarry =
  | { readonly ok: true; readonly progress: Omit<CarriedProgress, "waits"> }
  | { readonly ok: false; readonly unfit: string };

export class Progress {
  /** What each step that is done gave. */
  readonly #done = new Map<string, unknown>();
  readonly #rounds = new Map<string, FinishedRound>();
  readonly #timers = new Map<string, number>();
  readonly #waits: ReadonlyMap<string, number>;
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #ledgers = new Map<string, Ledger>();

  /** @param carried - what an earlier execution of the run handed on. */
  constructor(carried?: CarriedProgress) {
    for (const [path, value] of carried?.done ?? []) this.#done.set(path, readCarried(value));
    for (const [path, last] of Object.entries(carried?.rounds ?? {})) {
      const { round, draft, review } = last;
      const read = { round, draft: readCarried(draft), review: readCarried(review) };
      this.#rounds.set(path, read);
    }
    for (const [path, since] of Object.entries(carried?.timers ?? {})) {
      this.#timers.set(path, since);
    }
    this.#waits = new Map(Object.entries(carried?.waits ?? {}));
    this.#accounts = new Map(Object.entries(carried?.accounts ?? {}));
  }

  /** Gives the value of what is done; else does it, and remembers the value. */
  once(path: string, act: () => Promise<unknown>): Promise<unknown> {
    return this.#once(path, act, () => this.#close(path));
  }

  /** As {@link once}, of what has steps inside: these are forgotten once it is done, so that little is to be handed on. */
  onceAround(path: string, act: () => Promise<unknown>): Promise<unknown> {
    return this.#once(path, act, () => {
      this.#forgetInside(path);
      this.#close(path);
    });
  }

  #once(path: string, act: () => Promise<unknown>, finish: () => void): Promise<unknown> {
    if (this.#done.has(path)) return Promise.resolve(this.#done.get(path));
    const value = act();
    // Beside what waits for it, which hears of it no later because of this.
    void value.then(
      (given) => {
        this.#done.set(path, given);
        finish();
      },
      () => {},
    );
    return value;
  }

  /** The last round of a refine that is known. */
  roundOf(path: string): FinishedRound | undefined {
    return this.#rounds.get(path);
  }

  /** Remembers a round of a refine, and forgets the calls that were made for it. */
  keepRound(path: string, last: FinishedRound): void {
    this.#forgetInside(path);
    this.#rounds.set(path, last);
  }

  /** Since when a timer runs: it is set now, or was set before. */
  timerOf(path: string, now: number): number {
    const since = this.#timers.get(path) ?? now;
    this.#timers.set(path, since);
    return since;
  }

  /** Since when a step waits for somebody that did so in an earlier execution. */
  waitOf(path: string): number | undefined {
    return this.#waits.get(path);
  }

  /** What the account of a step said in an earlier execution. */
  accountOf(path: string): Account | undefined {
    return this.#accounts.get(path);
  }

  /** Has the account of a step handed on for as long as the step is not done. */
  watchAccount(path: string, ledger: Ledger): void {
    this.#ledgers.set(path, ledger);
  }

  carry(): ProgressToCarry {
    const done: CarriedStep[] = [];
    for (const [path, value] of this.#done) {
      const carried = carryValue(value);
      if (!carried.ok) return { ok: false, unfit: path };
      done.push(value === undefined ? [path] : [path, carried.json]);
    }
    const rounds: Record<string, FinishedRound> = {};
    for (const [path, last] of this.#rounds) {
      const [draft, review] = [carryValue(last.draft), carryValue(last.review)];
      if (!draft.ok || !review.ok) return { ok: false, unfit: path };
      rounds[path] = { round: last.round, draft: draft.json, review: review.json };
    }
    const accounts = [...this.#ledgers].map(([path, ledger]) => [path, ledger.account] as const);
    return {
      ok: true,
      progress: {
        done,
        rounds,
        timers: Object.fromEntries(this.#timers),
        accounts: Object.fromEntries(accounts),
      },
    };
  }

  /** What a step needed while it was going on. */
  #close(path: string): void {
    this.#rounds.delete(path);
    this.#timers.delete(path);
    this.#ledgers.delete(path);
  }

  #forgetInside(path: string): void {
    for (const known of [this.#done, this.#rounds, this.#timers, this.#ledgers]) {
      for (const inner of known.keys()) if (isInside(inner, path)) known.delete(inner);
    }
  }
}

/** Of a flow, a case, an item or a round. */
function isInside(inner: string, path: string): boolean {
  return inner.startsWith(path) && (inner[path.length] === "/" || inner[path.length] === "[");
}
