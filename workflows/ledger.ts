/** Keeps account of what a run and its steps use up. Pure: what is held and settled decides, no clock and no chance. */

import {
  amountsOf,
  BUDGET_LIMITS,
  NO_AMOUNTS,
  type Amounts,
  type AtLimit,
  type Budget,
  type BudgetLimit,
} from "../graph/budget.ts";

/** What was held for a call, until its real cost is known. */
export interface Hold {
  /** Gives back what was held and counts what was used. */
  settle(used: Amounts): void;
}

/** Why something could not be held. */
export interface Shortage {
  readonly ledger: Ledger;
  readonly limit: BudgetLimit;
  readonly need: number;
  /** What is neither used nor held. */
  readonly left: number;
  /** Whether it may still fit, once calls in flight have settled for less than is held for them. */
  readonly isTemporary: boolean;
}

export type HoldResult =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly shortage: Shortage };

/** What an account says. */
export interface Account {
  readonly limits: Partial<Amounts>;
  readonly used: Amounts;
  readonly isDeclined: boolean;
}

/** An account as data. */
export interface AccountState extends Account {
  readonly path: string;
  readonly atLimit: AtLimit;
}

export interface LedgerOptions {
  /** `""` for the run's own, else the step's path. */
  readonly path: string;
  readonly limits: Partial<Amounts>;
  readonly atLimit: AtLimit;
  /** What is used here is used there too. */
  readonly outer?: Ledger;
  /** What it said when an earlier execution of the run ended: with that it goes on. */
  readonly carried?: Account | undefined;
}

/** The account of a run, or of a step with a budget of its own. */
export class Ledger {
  readonly path: string;
  readonly atLimit: AtLimit;
  /** Whether its limits are to be raised: somebody is being asked. */
  question: Promise<boolean> | undefined;
  /** Somebody was asked and said no. */
  isDeclined: boolean;
  readonly #outer: Ledger | undefined;
  readonly #waiting: Set<() => void>;
  #limits: Partial<Amounts>;
  #used: Amounts;
  #held: Amounts = NO_AMOUNTS;

  constructor({ path, limits, atLimit, outer, carried }: LedgerOptions) {
    this.path = path;
    this.atLimit = atLimit;
    this.#limits = carried?.limits ?? limits;
    this.#used = carried?.used ?? NO_AMOUNTS;
    this.isDeclined = carried?.isDeclined ?? false;
    this.#outer = outer;
    this.#waiting = outer ? outer.#waiting : new Set();
  }

  /**
   * The account that {@link accounts} gave.
   *
   * @param accounts - at least one, from the outside in.
   * @param carried - what the innermost has become since.
   */
  static restore(accounts: readonly AccountState[], carried?: Account): Ledger {
    const innermost = accounts.at(-1);
    // What was used since was used of all.
    const since = carried && innermost ? subtract(carried.used, innermost.used) : NO_AMOUNTS;
    let ledger: Ledger | undefined;
    for (const state of accounts) {
      const { path, limits, atLimit } = state;
      const own = state === innermost ? { ...state, ...carried } : state;
      const account = { ...own, used: add(state.used, since) };
      ledger = new Ledger({
        path,
        limits,
        atLimit,
        carried: account,
        ...(ledger && { outer: ledger }),
      });
    }
    if (ledger === undefined) throw new RangeError("there is no account to restore");
    return ledger;
  }

  /** This account and those further out, from the outside in. What is held is left out. */
  accounts(): readonly AccountState[] {
    const chain = this.#chain().toReversed();
    return chain.map(({ path, atLimit, account }) => ({ path, atLimit, ...account }));
  }

  /**
   * Takes over what somebody has said of the budgets elsewhere, where copies of these accounts were in use.
   *
   * @param before - what {@link accounts} gave when the copies were made.
   * @param after - what the copies have become.
   */
  learn(before: readonly AccountState[], after: readonly AccountState[]): void {
    for (const [index, ledger] of this.#chain().toReversed().entries()) {
      const { limits: old = {} } = before[index] ?? {};
      const { limits = {}, isDeclined = false } = after[index] ?? {};
      const raised = BUDGET_LIMITS.map((limit) => [
        limit,
        (limits[limit] ?? 0) - (old[limit] ?? 0),
      ]);
      if (raised.some(([, by]) => by !== 0)) ledger.raise(Object.fromEntries(raised));
      if (isDeclined) ledger.isDeclined = true;
    }
  }

  /** The account of a step inside this one. */
  open(path: string, budget: Budget | undefined, carried?: Account): Ledger {
    if (budget === undefined) return this;
    const { atLimit = "fail" } = budget;
    return new Ledger({ path, limits: amountsOf(budget), atLimit, outer: this, carried });
  }

  get account(): Account {
    return { limits: this.#limits, used: this.#used, isDeclined: this.isDeclined };
  }

  get limits(): Partial<Amounts> {
    return this.#limits;
  }

  get held(): Amounts {
    return this.#held;
  }

  get used(): Amounts {
    return this.#used;
  }

  /** Whether a limit applies, here or further out. */
  isLimited(limit: BudgetLimit): boolean {
    return this.#chain().some((ledger) => ledger.#limits[limit] !== undefined);
  }

  /** Whether anything is held of a limit that applies. */
  isHeld(): boolean {
    return this.#chain().some((ledger) =>
      BUDGET_LIMITS.some((limit) => ledger.#limits[limit] !== undefined && ledger.#held[limit] > 0),
    );
  }

  /** What is neither used nor held, of the limits that apply. */
  left(): Partial<Amounts> {
    return this.#least((ledger, limit) => ledger.#leftOf(limit));
  }

  /** What is not used, although some of it may be held, of the limits that apply. */
  unused(): Partial<Amounts> {
    return this.#least((ledger, limit) => {
      const left = ledger.#leftOf(limit);
      return left === undefined ? undefined : left + ledger.#held[limit];
    });
  }

  /** Holds `need`, in this account and in all further out, or in none. */
  hold(need: Amounts): HoldResult {
    const shortages = this.#chain().flatMap((ledger) => ledger.#shortages(need));
    const shortage = shortages.find(({ isTemporary }) => !isTemporary) ?? shortages[0];
    if (shortage) return { ok: false, shortage };
    return { ok: true, hold: this.holdRest(need) };
  }

  /** Holds what {@link left} gave, which always fits. */
  holdRest(rest: Amounts): Hold {
    for (const ledger of this.#chain()) ledger.#held = add(ledger.#held, rest);
    let isSettled = false;
    return {
      settle: (used) => {
        if (isSettled) return;
        isSettled = true;
        this.#settle(rest, used);
      },
    };
  }

  /** Raises limits, of those that apply. */
  raise(by: Partial<Amounts>): void {
    const raised = BUDGET_LIMITS.flatMap((limit) => {
      const amount = this.#limits[limit];
      return amount === undefined ? [] : [[limit, amount + (by[limit] ?? 0)]];
    });
    this.#limits = Object.fromEntries(raised);
    this.#wake();
  }

  /** Resolves when anything has been settled or raised since. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #settle(held: Amounts, used: Amounts): void {
    for (const ledger of this.#chain()) {
      ledger.#held = subtract(ledger.#held, held);
      ledger.#used = add(ledger.#used, used);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #chain(): readonly Ledger[] {
    return this.#outer ? [this, ...this.#outer.#chain()] : [this];
  }

  #least(read: (ledger: Ledger, limit: BudgetLimit) => number | undefined): Partial<Amounts> {
    const least: Partial<Record<BudgetLimit, number>> = {};
    for (const limit of BUDGET_LIMITS) {
      const amounts = this.#chain().flatMap((ledger) => read(ledger, limit) ?? []);
      if (amounts.length > 0) least[limit] = Math.max(0, Math.min(...amounts));
    }
    return least;
  }

  #leftOf(limit: BudgetLimit): number | undefined {
    const amount = this.#limits[limit];
    return amount === undefined ? undefined : amount - this.#used[limit] - this.#held[limit];
  }

  #shortages(needs: Amounts): readonly Shortage[] {
    return BUDGET_LIMITS.flatMap((limit) => {
      const left = this.#leftOf(limit);
      const need = needs[limit];
      if (left === undefined || need <= left) return [];
      const isTemporary = need <= left + this.#held[limit];
      return [{ ledger: this, limit, need, left: Math.max(0, left), isTemporary }];
    });
  }
}

function add(one: Amounts, other: Amounts): Amounts {
  return combine(one, other, (first, second) => first + second);
}

function subtract(one: Amounts, other: Amounts): Amounts {
  return combine(one, other, (first, second) => first - second);
}

function combine(
  one: Amounts,
  other: Amounts,
  by: (first: number, second: number) => number,
): Amounts {
  return {
    usd: by(one.usd, other.usd),
    tokens: by(one.tokens, other.tokens),
    calls: by(one.calls, other.calls),
    seconds: by(one.seconds, other.seconds),
  };
}
