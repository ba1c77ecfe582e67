import { createLiveSignals } from "../../../activities/signals/create-live-signals.ts";

const models = ["up/a", "up/b", "up/c", "down/a", "down/b"].map((model) => ({
  model,
  provider: model.split("/")[0] ?? "",
  position: 0,
  facts: {},
  inputTokens: 1,
  outputTokens: 1,
}));
const place = { graph: "g", step: "s" };

describe("signals of each model of a list", () => {
  it("are those of one after the other, whatever happens in between", () => {
    let now = 1_000_000;
    const live = createLiveSignals({ now: () => now });

    for (let turn = 0; turn < 2_000; turn += 1) {
      const { model } = models[(turn * 7 + (turn >> 3)) % models.length] ?? { model: "up/a" };
      const call = { ...place, model, durationMs: 100 + (turn % 13) };
      live.observe(
        model.startsWith("down") && turn % 400 < 200
          ? { ...call, ok: false, kind: "unavailable" }
          : { ...call, ok: true, outputTokens: 10 },
      );
      if (turn % 3 === 0) live.reward({ ...place, model, value: (turn % 5) / 4 });
      now += turn % 100 === 0 ? 4_000 : turn % 9;
      const list = turn % 4 === 0 ? models.slice(1) : models;

      const moment = live.ofThisMoment();
      const rewards = moment.rewardOfEach?.(list, place);

      expect(moment.ofEach?.(list)).toEqual(list.map((one) => moment.of(one.model)));
      expect([...(rewards?.counts ?? [])]).toEqual(
        list.map((one) => moment.rewardOf(one.model, place)?.count ?? 0),
      );
    }
  });
});
