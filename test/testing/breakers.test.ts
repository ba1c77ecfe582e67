import { kit } from "signalbox";
import { createLiveSignals } from "signalbox/testing";
import { z } from "zod";
import type { LiveSignals } from "../../activities/signals/live-signals.ts";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { ProviderError, type Provider } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";

const { graph } = kit<{ readonly models: { readonly one: unknown; readonly two: unknown } }>();
const input = z.object({});
const call = { output: z.string(), prompt: () => "hello", budget: { calls: 1 } } as const;
const asking = graph({ id: "asking", input }).step("ask", { ...call, model: "one" });
const askingTwo = graph({ id: "askingTwo", input }).step("ask", { ...call, model: "two" });
const unlimited = graph({ id: "unlimited", input }).step("ask", {
  model: "two",
  output: z.string(),
  prompt: () => "hello",
});

/** What calls of models at two providers end with; `undefined`: an answer. */
type Ends = Readonly<Record<string, readonly (FailureKind | undefined)[]>>;

interface World {
  readonly providers: readonly Provider[];
  readonly models: { readonly one: readonly string[]; readonly two: readonly string[] };
  readonly liveSignals: LiveSignals;
  readonly calls: string[];
}

/** Signals stand still at 0, the clock of a run goes on: give `seen` what was seen before. */
function world(ends: Ends, seen: (signals: LiveSignals) => void = () => {}): World {
  const calls: string[] = [];
  const liveSignals = createLiveSignals({ now: () => 0 });
  seen(liveSignals);
  const provider = (id: string): Provider => ({
    id,
    async generate({ model }) {
      const name = `${id}/${model}`;
      const before = calls.filter((called) => called === name).length;
      calls.push(name);
      const kind = ends[name]?.[before];
      if (kind !== undefined) throw new ProviderError(kind, "as the test says");
      return { text: `from ${name}`, finishReason: "stop", usage: {} };
    },
  });
  return {
    providers: [provider("up"), provider("backup")],
    models: { one: ["up/large"], two: ["up/large", "backup/large"] },
    liveSignals,
    calls,
  };
}

function failedOften(signals: LiveSignals): void {
  for (let failure = 0; failure < 5; failure++) {
    const ended = { ok: false, kind: "overloaded", durationMs: 0 } as const;
    signals.observe({ graph: "other", step: "ask", model: "up/large", ...ended });
  }
}

describe("a run whose first model has an open breaker", () => {
  it("does not even try it while there is another", async () => {
    const options = world({}, failedOften);

    const run = await runInProcess(askingTwo, {}, options);

    expect(run.attempts).toMatchObject([{ model: "backup/large", status: "completed", tries: 1 }]);
  });

  it("takes the next model at once where it opened after the route, and the refusal counts as no call", async () => {
    const known = world({}, failedOften);
    const nothing = { of: () => undefined, rewardOf: () => undefined };
    const liveSignals = { ...known.liveSignals, ...nothing, ofThisMoment: () => nothing };
    const options = { ...known, liveSignals };

    const run = await runInProcess(askingTwo, {}, options);

    expect(run).toMatchObject({ status: "completed", result: "from backup/large", durationMs: 0 });
    expect(options.calls).toEqual(["backup/large"]);
    expect(run.attempts).toMatchObject([
      {
        model: "up/large",
        status: "failed",
        kind: "unavailable",
        tries: 0,
        notCalled: true,
        message:
          'up/large: not called: its breaker is open after failures, the last of them "overloaded"; one call may try in 5 s',
      },
      { model: "backup/large", status: "completed", tries: 1 },
    ]);
    expect(run.attempts[0]).not.toHaveProperty("inputTokens");
    // The step may make one call.
    expect(run.cost).toMatchObject({ attempts: 1, failures: 0 });
  });
});

/** A provider that is down for its first so many calls, in a run that learns for itself. */
function recovering(kind: FailureKind, failures: number): Omit<World, "liveSignals"> {
  const ends = Array.from({ length: failures }, () => kind);
  const { liveSignals: _liveSignals, ...rest } = world({ "up/large": ends });
  return rest;
}

/** Asks so many times, one after the other, whatever fails. */
const asks = (times: number) =>
  graph({ id: "asks", input }).map("all", {
    over: () => Array.from({ length: times }, (_, index) => index),
    concurrency: 1,
    onItemFailure: "collect",
    each: (flow) => flow.step("ask", { model: "one", output: z.string(), prompt: () => "hello" }),
  });

describe("a run whose only model has an open breaker", () => {
  it("waits for the end of the cool-down rather than fails, and is the probe", async () => {
    const options = recovering("overloaded", 5);

    const run = await runInProcess(asks(4), {}, options);

    // Two items fail with two calls each; the fifth failure opens the breaker, and the third item's second try waits for it.
    expect(run.attempts).toMatchObject([
      { status: "failed", tries: 2 },
      { status: "failed", tries: 2 },
      { status: "completed", tries: 2 },
      { status: "completed", tries: 1 },
    ]);
    // The fifth failure was at 500 ms.
    expect(run.durationMs).toBe(5_500);
    expect(options.calls).toHaveLength(7);
  });

  it("fails when the probe does, with what the model's last call came to", async () => {
    const options = recovering("overloaded", 100);

    const run = await runInProcess(asks(5), {}, options);

    expect(run.attempts.map(({ tries, kind }) => [tries, kind])).toEqual([
      [2, "overloaded"],
      [2, "overloaded"],
      // Five failures; then the cool-down, and the probe.
      [2, "overloaded"],
      // Each waits for one cool-down, which doubles, and fails with its probe.
      [1, "overloaded"],
      [1, "overloaded"],
    ]);
    expect(run.attempts[3]?.message).toMatch(
      /^up\/large: as the test says; then not called: its breaker is open/,
    );
    // Opened at 750 ms; probes at 5, 15 and 35 s: in the end it has waited, but not for ever.
    expect(run.durationMs).toBeLessThan(60_000);
    expect(options.calls).toHaveLength(8);
  });
});

describe("a key that is not good", () => {
  it("keeps all models of its provider from being called, and the next provider's answers", async () => {
    const options = {
      ...recovering("auth", 1),
      models: { one: ["up/large"], two: ["up/large", "up/small", "backup/large"] },
    };

    const run = await runInProcess(unlimited, {}, options);

    expect(run.result).toBe("from backup/large");
    expect(options.calls).toEqual(["up/large", "backup/large"]);
    expect(run.attempts).toMatchObject([
      { model: "up/large", kind: "auth", tries: 1 },
      { model: "up/small", kind: "unavailable", notCalled: true },
      { model: "backup/large", status: "completed" },
    ]);
  });
});

it("tells what runs in process have learned", async () => {
  const options = world({});

  await runInProcess(asking, {}, options);

  expect(options.liveSignals.of("up/large")).toMatchObject({ calls: 1, successRate: 1 });
  expect(options.liveSignals.outputTokensOf({ graph: "asking", step: "ask" })).toBeGreaterThan(0);
});
