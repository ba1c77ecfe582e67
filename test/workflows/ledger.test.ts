import { array, assert, constantFrom, nat, option, property, record, tuple } from "fast-check";
import { BUDGET_LIMITS, NO_AMOUNTS, type Amounts } from "../../graph/budget.ts";
import { Ledger, type Hold, type Shortage } from "../../workflows/ledger.ts";

function account(limits: Partial<Amounts>, outer?: Ledger): Ledger {
  return new Ledger({
    path: outer ? "inner" : "",
    limits,
    atLimit: "fail",
    ...(outer && { outer }),
  });
}

function amounts(some: Partial<Amounts>): Amounts {
  return { ...NO_AMOUNTS, ...some };
}

function holdFor(ledger: Ledger, need: Partial<Amounts>): Hold {
  const held = ledger.hold(amounts(need));
  if (held.ok) return held.hold;
  throw new Error(`nothing left of ${held.shortage.limit}`);
}

function shortageOf(ledger: Ledger, need: Partial<Amounts>): Shortage | undefined {
  const held = ledger.hold(amounts(need));
  return held.ok ? undefined : held.shortage;
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending");
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe("an account", () => {
  it("gives back what was held and not used", () => {
    const ledger = account({ usd: 100 });

    holdFor(ledger, { usd: 80 }).settle(amounts({ usd: 30 }));

    expect(ledger.left()).toEqual({ usd: 70 });
    expect(ledger.used).toEqual(amounts({ usd: 30 }));
    expect(ledger.held).toEqual(NO_AMOUNTS);
  });

  it("can be held to the last nano-dollar, and not one further", () => {
    const ledger = account({ usd: 100 });

    holdFor(ledger, { usd: 100 });

    expect(shortageOf(ledger, { usd: 1 })).toMatchObject({ limit: "usd", need: 1, left: 0 });
    expect(shortageOf(ledger, { usd: 0 })).toBeUndefined();
  });

  it("settles a hold once", () => {
    const ledger = account({ calls: 10 });
    const hold = holdFor(ledger, { calls: 4 });

    hold.settle(amounts({ calls: 1 }));
    hold.settle(amounts({ calls: 4 }));

    expect(ledger.left()).toEqual({ calls: 9 });
  });

  it("counts what has no limit, and never runs short of it", () => {
    const ledger = account({ calls: 1 });

    holdFor(ledger, { usd: 5_000, tokens: 70 }).settle(amounts({ usd: 4_000, tokens: 70 }));

    expect(ledger.used).toEqual(amounts({ usd: 4_000, tokens: 70 }));
    expect(ledger.left()).toEqual({ calls: 1 });
    expect(ledger.isLimited("usd")).toBe(false);
    expect(ledger.isLimited("calls")).toBe(true);
  });

  it.each(BUDGET_LIMITS)("that may use none refuses the first of %s", (limit) => {
    const ledger = account({ [limit]: 0 });

    expect(shortageOf(ledger, { [limit]: 1 })).toEqual({
      ledger,
      limit,
      need: 1,
      left: 0,
      isTemporary: false,
    });
  });

  it("has nothing left, not less, once more was used than was held", () => {
    const ledger = account({ usd: 100 });

    holdFor(ledger, { usd: 60 }).settle(amounts({ usd: 250 }));

    expect(ledger.left()).toEqual({ usd: 0 });
    expect(shortageOf(ledger, { usd: 1 })).toMatchObject({ left: 0, isTemporary: false });
  });
});

describe("a shortage", () => {
  it("is temporary while what is held for calls in flight could cover it", () => {
    const ledger = account({ usd: 100 });
    holdFor(ledger, { usd: 70 });

    expect(shortageOf(ledger, { usd: 31 })).toMatchObject({ left: 30, isTemporary: true });
    expect(shortageOf(ledger, { usd: 100 })).toMatchObject({ isTemporary: true });
    expect(shortageOf(ledger, { usd: 101 })).toMatchObject({ isTemporary: false });
  });

  it("is final once the calls in flight have used up what they held", () => {
    const ledger = account({ usd: 100 });
    const hold = holdFor(ledger, { usd: 70 });

    hold.settle(amounts({ usd: 70 }));

    expect(shortageOf(ledger, { usd: 31 })).toMatchObject({ isTemporary: false });
  });

  it("of two is the one that will not pass", () => {
    const ledger = account({ usd: 100, tokens: 10 });
    holdFor(ledger, { usd: 100 });

    const shortage = shortageOf(ledger, { usd: 50, tokens: 11 });

    expect(shortage).toMatchObject({ limit: "tokens", isTemporary: false });
  });

  it("leaves everything as it was", () => {
    const run = account({ usd: 100, calls: 1 });
    const step = account({ usd: 10 }, run);

    const shortage = shortageOf(step, { usd: 11, calls: 1 });

    expect(shortage?.ledger).toBe(step);
    expect([run.held, step.held]).toEqual([NO_AMOUNTS, NO_AMOUNTS]);
  });
});

describe("an account inside another", () => {
  it("is held and settled in both", () => {
    const run = account({ usd: 100 });
    const step = account({ usd: 50 }, run);

    const hold = holdFor(step, { usd: 40 });
    const whileHeld = [run.left(), step.left()];
    hold.settle(amounts({ usd: 15 }));

    expect(whileHeld).toEqual([{ usd: 60 }, { usd: 10 }]);
    expect([run.left(), step.left()]).toEqual([{ usd: 85 }, { usd: 35 }]);
  });

  it("has no more left than the outer one", () => {
    const run = account({ usd: 100, calls: 3 });
    const step = account({ usd: 50 }, run);

    holdFor(run, { usd: 80, calls: 2 });

    expect(step.left()).toEqual({ usd: 20, calls: 1 });
    expect(step.unused()).toEqual({ usd: 50, calls: 3 });
  });

  it("names the account that is short", () => {
    const run = account({ usd: 100 });
    const step = account({ usd: 50 }, run);
    holdFor(run, { usd: 80 }).settle(amounts({ usd: 80 }));

    expect(shortageOf(step, { usd: 30 })?.ledger).toBe(run);
    expect(shortageOf(step, { usd: 60 })?.ledger).toBe(step);
  });

  it("is limited by what the outer one limits", () => {
    const step = account({ calls: 1 }, account({ usd: 1 }));

    expect(BUDGET_LIMITS.filter((limit) => step.isLimited(limit))).toEqual(["usd", "calls"]);
  });

  it("is the outer one where a step has no budget of its own", () => {
    const run = account({ usd: 1 });

    expect(run.open("draft", undefined)).toBe(run);
    expect(run.open("draft", { usd: 0.5 })).toMatchObject({ path: "draft", atLimit: "fail" });
    expect(run.open("draft", { usd: 0.5 }).left()).toEqual({ usd: 1 });
    expect(run.open("draft", { calls: 2, atLimit: "ask" }).atLimit).toBe("ask");
  });
});

describe("the rest of an account", () => {
  it("can be held whole, so that nothing is left meanwhile", () => {
    const ledger = account({ usd: 100, calls: 5 });
    holdFor(ledger, { usd: 40, calls: 1 }).settle(amounts({ usd: 40, calls: 1 }));

    const hold = ledger.holdRest(amounts(ledger.left()));
    const whileHeld = ledger.left();
    hold.settle(amounts({ usd: 10, calls: 2 }));

    expect(whileHeld).toEqual({ usd: 0, calls: 0 });
    expect(ledger.left()).toEqual({ usd: 50, calls: 2 });
  });

  it("is told to be held, of what is limited only", () => {
    const ledger = account({ usd: 100 });
    const free = holdFor(ledger, { tokens: 9, calls: 1 });
    const isHeldWithoutLimit = ledger.isHeld();
    free.settle(NO_AMOUNTS);

    holdFor(ledger, { usd: 1 });

    expect(isHeldWithoutLimit).toBe(false);
    expect(ledger.isHeld()).toBe(true);
    expect(account({}, ledger).isHeld()).toBe(true);
  });
});

describe("raising an account", () => {
  it("makes room, where a limit applies", () => {
    const ledger = account({ usd: 10 });

    ledger.raise({ usd: 5, tokens: 1_000 });

    expect(ledger.limits).toEqual({ usd: 15 });
    expect(shortageOf(ledger, { usd: 15, tokens: 9_999 })).toBeUndefined();
  });

  it("leaves the outer one as it is", () => {
    const run = account({ usd: 12 });
    const step = account({ usd: 10 }, run);

    step.raise({ usd: 100 });

    expect(shortageOf(step, { usd: 13 })?.ledger).toBe(run);
  });
});

describe("who waits for a change", () => {
  it.each([
    ["a call is settled", (_run: Ledger, hold: Hold) => hold.settle(NO_AMOUNTS)],
    ["a limit is raised", (run: Ledger) => run.raise({ usd: 1 })],
  ] as const)("is told when %s, once", async (_name, act) => {
    const run = account({ usd: 10 });
    const hold = holdFor(run, { usd: 10 });
    const change = run.change();
    const before = await isSettled(change);

    act(run, hold);

    expect(before).toBe(false);
    await expect(change).resolves.toBeUndefined();
    expect(await isSettled(run.change())).toBe(false);
  });

  it("is told of steps beside it, which share an outer account", async () => {
    const run = account({ usd: 10 });
    const [one, other] = [account({ usd: 5 }, run), account({ usd: 5 }, run)];
    const hold = holdFor(one, { usd: 5 });
    const change = other.change();

    hold.settle(NO_AMOUNTS);

    await expect(change).resolves.toBeUndefined();
  });
});

describe("any calls under any limits", () => {
  const some = record({
    usd: nat({ max: 40 }),
    tokens: nat({ max: 40 }),
    calls: nat({ max: 3 }),
    seconds: nat({ max: 40 }),
  });
  const limits = record({
    usd: option(nat({ max: 200 })),
    tokens: option(nat({ max: 200 })),
    calls: option(nat({ max: 12 })),
    seconds: option(nat({ max: 200 })),
  }).map((given) =>
    Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== null)),
  );
  /** A call of one of the accounts: what it holds, what part of that it uses, and which call is settled first. */
  const calls = array(tuple(constantFrom(0, 1, 2), some, nat({ max: 100 }), nat({ max: 9 })), {
    maxLength: 60,
  });

  it("never use and hold more than a limit, as long as no call uses more than it held", () => {
    const staysWithin = property(limits, limits, limits, calls, (run, one, other, made) => {
      const outer = account(run);
      const ledgers = [outer, account(one, outer), account(other, outer)];
      const open: (() => void)[] = [];

      for (const [which, need, percent, settled] of made) {
        const held = ledgers[which]?.hold(need);
        if (held?.ok) open.push(() => held.hold.settle(partOf(need, percent)));
        if (open.length > 2) open.splice(settled % open.length, 1)[0]?.();

        expect(ledgers.flatMap(passed)).toEqual([]);
      }
      for (const settle of open) settle();

      expect(ledgers.map(({ held }) => held)).toEqual([NO_AMOUNTS, NO_AMOUNTS, NO_AMOUNTS]);
      expect(ledgers.flatMap(passed)).toEqual([]);
    });

    assert(staysWithin, { seed: 20_261_123, numRuns: 500 });
  });

  it("say that a shortage is temporary exactly when it ends with calls that use nothing", () => {
    const tellsTruly = property(limits, limits, calls, some, (run, step, made, need) => {
      const outer = account(run);
      const inner = account(step, outer);
      const holds = made.flatMap(([which, held]) => {
        const result = (which === 0 ? outer : inner).hold(held);
        return result.ok ? [result.hold] : [];
      });
      const before = inner.hold(need);

      for (const hold of holds) hold.settle(NO_AMOUNTS);
      const fits = before.ok || inner.hold(need).ok;

      expect(before.ok || before.shortage.isTemporary).toBe(fits);
    });

    assert(tellsTruly, { seed: 20_261_123, numRuns: 500 });
  });
});

function partOf(need: Amounts, percent: number): Amounts {
  const part = (amount: number): number => Math.floor((amount * percent) / 100);
  return {
    usd: part(need.usd),
    tokens: part(need.tokens),
    calls: part(need.calls),
    seconds: part(need.seconds),
  };
}

/** The limits of an account that are passed by what is used and held. */
function passed({ limits, used, held }: Ledger): readonly string[] {
  return BUDGET_LIMITS.filter(
    (limit) => used[limit] + held[limit] > (limits[limit] ?? Number.POSITIVE_INFINITY),
  );
}
