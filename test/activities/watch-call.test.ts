import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { watchCall, type CallHost, type Watch } from "../../activities/watch-call.ts";
import { ProviderError, type CallStage } from "../../plugins/contract.ts";
import { VirtualClock } from "../../testing/virtual-clock.ts";

type Deadlines = Parameters<typeof watchCall>[0];

interface Watched {
  /** The answer, or the kind and message of the failure. */
  readonly outcome: unknown;
  readonly atMs: number;
  readonly error: unknown;
}

/** What a call does: it may wait for the clock and report. */
type Call = (watch: Watch, wait: (durationMs: number) => Promise<void>) => Promise<unknown>;

/** Runs a call on a clock that jumps. */
async function watched(
  deadlines: Deadlines,
  call: Call,
  host: Partial<CallHost> = {},
): Promise<Watched> {
  const clock = new VirtualClock();
  const whole: CallHost = {
    cancellation: new AbortController().signal,
    now: () => clock.now(),
    sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
    ...host,
  };
  const running = watchCall(deadlines, whole, (watch) => call(watch, (ms) => clock.sleep(ms)));
  try {
    return { outcome: await clock.drive(running), atMs: clock.now(), error: undefined };
  } catch (error) {
    const outcome = error instanceof ProviderError ? `${error.kind}: ${error.message}` : error;
    return { outcome, atMs: clock.now(), error };
  }
}

/** Reports a stage, then nothing for an hour. */
function stuckIn(...stages: readonly CallStage[]): Call {
  return async (watch, wait) => {
    for (const stage of stages) watch.reportProgress(stage);
    await wait(3_600_000);
  };
}

const deadlines: Deadlines = {
  deadlineMs: 60_000,
  connectMs: 2_000,
  firstByteMs: 20_000,
  idleMs: 5_000,
};

describe("a call that answers", () => {
  it("gives its answer, and no timer is left", async () => {
    const clock = new VirtualClock();
    let timers = 0;
    const host = {
      sleep: async (durationMs: number, signal: AbortSignal) => {
        timers += 1;
        await clock.sleep(durationMs, signal).finally(() => {
          timers -= 1;
        });
      },
    };

    const { outcome } = await watched(
      deadlines,
      async (watch) => {
        watch.reportProgress("connecting");
        watch.reportProgress("receiving");
        return "here";
      },
      host,
    );
    await new Promise(setImmediate);

    expect(outcome).toBe("here");
    expect(timers).toBe(0);
  });

  it("in the last moment is in time", async () => {
    const { outcome, atMs } = await watched({ deadlineMs: 1_000 }, async (_watch, wait) => {
      await wait(999);
      return "here";
    });

    expect({ outcome, atMs }).toEqual({ outcome: "here", atMs: 999 });
  });
});

describe("a call that stalls", () => {
  it.each<[string, readonly CallStage[], number, string]>([
    ["before it reports anything", [], 60_000, "no complete answer within 60000 ms"],
    ["before it is connected", ["connecting"], 2_000, "no connection within 2000 ms"],
    ["before its first byte", ["connecting", "waiting"], 20_000, "no answer within 20000 ms"],
    [
      "in its answer",
      ["connecting", "waiting", "receiving"],
      5_000,
      "the answer stalled for 5000 ms",
    ],
  ])("%s is ended by the deadline of that stage", async (_name, stages, atMs, message) => {
    const ended = await watched(deadlines, stuckIn(...stages));

    expect(ended).toMatchObject({ outcome: `timeout: ${message}`, atMs });
  });

  it.each<[CallStage, number]>([
    ["connecting", 10_000],
    ["waiting", 60_000],
    ["receiving", 30_000],
  ])("while %s has %i ms where the step says nothing", async (stage, atMs) => {
    const ended = await watched({ deadlineMs: 60_000 }, stuckIn(stage));

    expect(ended).toMatchObject({ outcome: expect.stringMatching(/^timeout/), atMs });
  });

  it("is ended by the deadline of the whole where that comes first", async () => {
    const ended = await watched({ ...deadlines, deadlineMs: 1_000 }, stuckIn("receiving"));

    expect(ended).toMatchObject({
      outcome: expect.stringContaining("complete answer"),
      atMs: 1_000,
    });
  });

  it("before it is connected sends nothing, and so is not billed; else it may be", async () => {
    const whole = await watched(deadlines, stuckIn());
    const connecting = await watched(deadlines, stuckIn("connecting"));
    const receiving = await watched(deadlines, stuckIn("receiving"));

    const told = [whole, connecting, receiving].map(({ error }) =>
      error instanceof ProviderError ? error.details.mayBeBilled : "no ProviderError",
    );
    expect(told).toEqual([undefined, false, undefined]);
  });

  it("is ended although it ignores its signal, which is aborted with the reason", async () => {
    let reason: unknown;

    const { error } = await watched({ deadlineMs: 1_000 }, (watch) => {
      watch.signal.addEventListener("abort", () => {
        ({ reason } = watch.signal);
      });
      return new Promise(() => {});
    });

    expect(error).toBeInstanceOf(ProviderError);
    expect(reason).toBe(error);
  });
});

describe("progress", () => {
  it("gives the stage its time anew", async () => {
    const ended = await watched(deadlines, async (watch, wait) => {
      for (let part = 0; part < 10; part++) {
        watch.reportProgress("receiving");
        await wait(4_999);
      }
      await wait(3_600_000);
    });

    // The last part came after 9 × 4,999 ms.
    expect(ended).toMatchObject({
      outcome: "timeout: the answer stalled for 5000 ms",
      atMs: 49_991,
    });
  });

  it("without a stage counts for the one that was reported last", async () => {
    const ended = await watched(deadlines, async (watch, wait) => {
      watch.reportProgress("receiving");
      await wait(3_000);
      watch.reportProgress();
      await wait(3_600_000);
    });

    expect(ended).toMatchObject({ outcome: expect.stringContaining("stalled"), atMs: 8_000 });
  });

  it("without any stage leaves the deadline of the whole as it is", async () => {
    const ended = await watched({ deadlineMs: 60_000 }, async (watch, wait) => {
      for (;;) {
        watch.reportProgress();
        await wait(7_000);
      }
    });

    expect(ended).toMatchObject({
      outcome: expect.stringContaining("complete answer"),
      atMs: 60_000,
    });
  });

  it("does not move the deadline of the whole", async () => {
    const ended = await watched(deadlines, async (watch, wait) => {
      for (;;) {
        watch.reportProgress("receiving");
        await wait(1_000);
      }
    });

    expect(ended).toMatchObject({
      outcome: expect.stringContaining("complete answer"),
      atMs: 60_000,
    });
  });

  it("into the next stage ends the deadline of the one before", async () => {
    const { outcome, atMs } = await watched(deadlines, async (watch, wait) => {
      watch.reportProgress("connecting");
      await wait(1_999);
      watch.reportProgress("waiting");
      await wait(19_999);
      watch.reportProgress("receiving");
      await wait(4_999);
      return "here";
    });

    expect({ outcome, atMs }).toEqual({ outcome: "here", atMs: 26_997 });
  });

  it("back into an earlier stage, as after a lost connection, gives that one its time anew", async () => {
    const ended = await watched(deadlines, async (watch, wait) => {
      watch.reportProgress("connecting");
      watch.reportProgress("waiting");
      await wait(10_000);
      watch.reportProgress("connecting");
      await wait(3_600_000);
    });

    expect(ended).toMatchObject({ outcome: expect.stringContaining("connection"), atMs: 12_000 });
  });

  it("of thousands of parts sets one timer for each deadline that has passed, not one for each part", async () => {
    const clock = new VirtualClock();
    let timers = 0;
    const host: CallHost = {
      cancellation: new AbortController().signal,
      now: () => clock.now(),
      sleep: (durationMs, signal) => {
        timers += 1;
        return clock.sleep(durationMs, signal);
      },
    };
    const call = async (watch: Watch): Promise<void> => {
      for (let part = 0; part < 20_000; part++) {
        watch.reportProgress("receiving");
        if (part % 1_000 === 0) await clock.sleep(1_000);
      }
    };

    await clock.drive(watchCall(deadlines, host, call));

    expect(timers).toBeLessThan(15);
  });
});

describe("a call that fails", () => {
  it("fails with its own error", async () => {
    const own = new ProviderError("overloaded", "busy");

    const { error } = await watched(deadlines, () => Promise.reject(own));

    expect(error).toBe(own);
  });

  it("may do so before there is a promise", async () => {
    const own = new TypeError("a bug");

    const { error } = await watched(deadlines, () => {
      throw own;
    });

    expect(error).toBe(own);
  });

  it("because its signal was aborted fails with the deadline, whatever it makes of it", async () => {
    const { outcome } = await watched({ deadlineMs: 1_000 }, ({ signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new TypeError("socket closed")));
      });
    });

    expect(outcome).toBe("timeout: no complete answer within 1000 ms");
  });
});

describe("a call whose run is over", () => {
  it.each([
    ["before it began", true],
    ["while it is under way", false],
  ])("%s ends with the reason of that, not as a timeout", async (_name, isBefore) => {
    const run = new AbortController();
    const reason = new Error("the run was cancelled");
    if (isBefore) run.abort(reason);

    const { error, atMs } = await watched(
      deadlines,
      async (_watch, wait) => {
        await wait(500);
        run.abort(reason);
        await wait(3_600_000);
      },
      { cancellation: run.signal },
    );

    expect(error).toBe(reason);
    expect(atMs).toBe(isBefore ? 0 : 500);
  });
});

describe("a call that is over", () => {
  it("is forgotten, also where somebody still listens to its signal", async () => {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    const cancellation = new AbortController().signal;
    let signal: WeakRef<AbortSignal> | undefined;

    await watched(
      { deadlineMs: 100 },
      async (watch) => {
        signal = new WeakRef(watch.signal);
        watch.signal.addEventListener("abort", () => {});
        return "answer";
      },
      { cancellation },
    );
    // What a weak reference was asked for is kept until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    if (typeof collect === "function") collect();

    expect(signal?.deref()).toBeUndefined();
  });
});
