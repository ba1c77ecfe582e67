import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import { localExchange, type SignalExchange } from "../../plugins/contract.ts";
import { openSignals } from "../../worker/open-signals.ts";

const call = { graph: "g", step: "s", model: "up/large", durationMs: 1_000, ok: true } as const;
const wanted = { model: "up/large", tokens: 1, deadlineMs: 1_000 } as const;

/** An exchange that keeps one snapshot, as JSON. */
function keeping(parts: Partial<SignalExchange> = {}): SignalExchange & { closed: number } {
  let kept: string | undefined;
  return {
    ...localExchange(),
    closed: 0,
    load: async () => (kept === undefined ? undefined : JSON.parse(kept)),
    save: async (snapshot) => {
      kept = JSON.stringify(snapshot);
    },
    async close() {
      this.closed += 1;
    },
    ...parts,
  };
}

it("a worker begins with what another one knew when it stopped", async () => {
  const exchange = keeping();
  const first = openSignals({ signals: exchange });
  await first.begin();
  first.live.observe(call);
  await first.end();
  const second = openSignals({ signals: exchange });

  await second.begin();

  expect(second.live.models()).toEqual(["up/large"]);
  expect(exchange.closed).toBe(1);
  await second.end();
});

it("a worker works without what cannot be loaded or saved", async () => {
  const broken = keeping({
    load: () => Promise.reject(new Error("down")),
    save: () => Promise.reject(new Error("down")),
  });
  const signals = openSignals({ signals: broken });

  await signals.begin();
  signals.live.observe(call);
  await signals.end();

  expect(signals.live.of("up/large")).toMatchObject({ breaker: "closed" });
});

it("the limits of the configuration are kept by a worker alone", async () => {
  const { live } = openSignals({ limits: { "up/*": { requestsPerMinute: 1 } } });

  const admissions = [await live.admit(wanted), await live.admit(wanted)];

  expect(admissions).toMatchObject([{ ok: true }, { ok: false, kind: "rate_limited" }]);
});

it("signals of somebody else are neither loaded nor closed", async () => {
  const exchange = keeping();
  const given = createLiveSignals({ now: () => 0 });
  const signals = openSignals({ signals: exchange }, { given });

  await signals.begin();
  await signals.end();

  expect(signals.live).toBe(given);
  expect(exchange.closed).toBe(0);
});
