import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";
import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { defineConfig } from "../../worker/config.ts";

const config = defineConfig({
  providers: [
    simulated({
      replies: ({ model }) => (model === "down" ? { fail: "not_found" } : { text: model }),
    }),
  ],
  models: { small: ["simulated/down", "simulated/up"] },
});
const { graph } = kit<typeof config>();
const input = z.object({ score: z.number(), asked: z.boolean().default(true) });

const rewarding = graph({ id: "rewarding", input })
  .maybe("draft", {
    model: "small",
    when: ({ input: { asked } }) => asked,
    output: z.string(),
    prompt: () => "Write.",
  })
  .reward("feedback", { of: "draft", value: ({ input: { score } }) => score });

const mapped: AnyGraph = graph({ id: "mapped", input: z.object({}) }).map("letters", {
  over: () => [0.25, 0.75],
  each: (flow) =>
    flow
      .step("draft", { model: "small", output: z.string(), prompt: () => "Write." })
      .reward("feedback", { of: "draft", value: ({ item }) => item }),
});

describe("a reward", () => {
  it("is about the model whose reply was taken, and is the step's value", async () => {
    const { result, rewards } = await runInProcess(rewarding, { score: 0.5 }, config);

    expect(result).toBe(0.5);
    expect(rewards).toEqual([
      { graph: "rewarding", step: "draft", model: "simulated/up", value: 0.5 },
    ]);
  });

  it("reaches what routers learn from", async () => {
    const signals = createLiveSignals({ now: () => 0 });

    await runInProcess(rewarding, { score: 0.5 }, { ...config, liveSignals: signals });

    const place = { graph: "rewarding", step: "draft" };
    expect(signals.rewardOf("simulated/up", place)).toEqual({ count: 1, sum: 0.5 });
    expect(signals.rewardOf("simulated/down", place)).toBeUndefined();
  });

  it("of a step that was skipped is not reported", async () => {
    const { result, rewards } = await runInProcess(rewarding, { score: 1, asked: false }, config);

    expect(result).toBe(1);
    expect(rewards).toEqual([]);
  });

  it("inside a map is about the item's own step", async () => {
    const { rewards } = await runInProcess(mapped, {}, config);

    expect(rewards.map(({ step, value }) => [step, value])).toEqual([
      ["letters[0]/draft", 0.25],
      ["letters[1]/draft", 0.75],
    ]);
  });

  it.each([-0.1, 1.1, Number.NaN])("of %p ends the run", async (score) => {
    const broken = graph({ id: "broken", input: z.object({}) })
      .step("draft", { model: "small", output: z.string(), prompt: () => "Write." })
      .reward("feedback", { of: "draft", value: () => score });

    const { error, rewards } = await runInProcess(broken, {}, config);

    expect(error).toEqual({
      code: "RUN_CALLBACK_ERROR",
      message:
        'Callback "value" of step "feedback" of graph "broken" failed: it gave a number that is not from 0 to 1. ' +
        "Mend the callback and start the run again.",
    });
    expect(rewards).toEqual([]);
  });
});
