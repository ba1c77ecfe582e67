/** The right model for each step: a cascade, a vote, and rewards that routers learn from. No server, no key. */

import { kit } from "signalbox";
import { simulated } from "signalbox/providers/simulated";
import { cascade } from "signalbox/routers/cascade";
import { consensus } from "signalbox/routers/consensus";
import { runInProcess } from "signalbox/testing";
import { defineConfig } from "signalbox/worker";
import { z } from "zod";

/** The cheap model first. A reply that is not sure of itself is not good enough. */
const climb = cascade({ accept: { confidence: { field: "confidence", atLeast: 0.8 } } });

/** Three models at the same time: what two of them say is it. */
const vote = consensus({ size: 3, field: "isSpam" });

const config = defineConfig({
  providers: [
    simulated({
      replies: ({ step, model }) =>
        step === "sort"
          ? { value: { isSpam: model === "large" } }
          : { value: { text: `By ${model}`, confidence: model === "small" ? 0.4 : 0.9 } },
    }),
  ],
  models: {
    writer: { pool: ["simulated/small", "simulated/large"], router: climb },
    jury: { pool: ["simulated/small", "simulated/medium", "simulated/large"], router: vote },
  },
});

const { graph } = kit<typeof config>();

const letters = graph({
  id: "letters",
  input: z.object({ customer: z.string(), body: z.string() }),
})
  .step("sort", {
    model: "jury",
    output: z.object({ isSpam: z.boolean() }),
    prompt: ({ input }) => `Is this spam?\nText: ${input.body}`,
  })
  .step("draft", {
    model: "writer",
    output: z.object({ text: z.string(), confidence: z.number() }),
    // Sticky routers keep a customer with one model, whatever the run.
    routingKey: ({ input }) => input.customer,
    prompt: ({ input }) => `Answer, and say how sure you are.\nText: ${input.body}`,
  })
  .approval("review", {
    decision: z.object({ stars: z.number().int().min(0).max(5) }),
    show: ({ draft }) => draft.text,
  })
  .reward("feedback", { of: "draft", value: ({ review }) => review.stars / 5 })
  .code("letter", { needs: ["feedback"], run: ({ draft }) => draft.text });

const input = { customer: "ada", body: "Where is my order?" };
const world = { ...config, decisions: { review: { stars: 4 } } };

describe("the letters graph", () => {
  it("climbs to the large model where the small one is not sure", async () => {
    const { result, attempts, cost } = await runInProcess(letters, input, world);

    expect(result).toBe("By large");
    expect(attempts.find(({ step }) => step === "draft")).toMatchObject({
      model: "simulated/small",
      isUsed: false,
      rejected: "confidence 0.4 is below 0.8",
    });
    expect(cost.fallbacks).toBe(0);
  });

  it("sorts by what two of three say", async () => {
    const { attempts } = await runInProcess(letters, input, world);

    const sorted = attempts.filter(({ step }) => step === "sort");
    expect(sorted).toHaveLength(3);
    expect(sorted[0]?.isUsed).toBeUndefined();
  });

  it("reports what people think of the model that wrote", async () => {
    const { rewards } = await runInProcess(letters, input, world);

    expect(rewards).toEqual([
      { graph: "letters", step: "draft", model: "simulated/large", value: 0.8 },
    ]);
  });
});
