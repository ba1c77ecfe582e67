/** A graph with budgets, and tests of what happens at their limits: no server, no key, no waiting. */

import { kit } from "signalbox";
import { simulated } from "signalbox/providers/simulated";
import { runInProcess } from "signalbox/testing";
import { defineConfig } from "signalbox/worker";
import { z } from "zod";

const config = defineConfig({
  providers: [simulated({ replies: () => ({ value: "Rain tomorrow." }) })],
  models: { writer: ["simulated/large", "simulated/small"] },
  // Made up, like the models.
  prices: {
    "simulated/large": { inputUsdPerMTok: 5, outputUsdPerMTok: 25 },
    "simulated/small": { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
  },
});

const { graph } = kit<typeof config>();

const digest = graph({
  id: "digest",
  input: z.object({ articles: z.array(z.string()) }),
  defaults: { model: "writer", maxOutputTokens: 200 },
  deadline: "1 hour",
  budget: { usd: 0.02, atLimit: "ask" },
})
  .map("gists", {
    over: ({ input }) => input.articles,
    concurrency: 10,
    each: (flow) =>
      flow.step("gist", {
        output: z.string(),
        budget: { calls: 3 },
        prompt: ({ item }) => `Summarise in one sentence.\nText: ${item}`,
      }),
  })
  .step("digest", {
    output: z.string(),
    budget: { usd: 0.003, atLimit: "degrade" },
    prompt: ({ gists }) => `Make one paragraph of these.\n${gists.join("\n")}`,
  });

const articles = Array.from({ length: 12 }, (_, day) => `The weather of day ${day}.`);

describe("the digest graph", () => {
  it("keeps to its budget", async () => {
    const run = await runInProcess(digest, { articles }, config);

    expect(run.status).toBe("completed");
    expect(run.cost.spentNanoUsd).toBeLessThanOrEqual(20_000_000);
  });

  it("writes with the cheaper model where the dear one might cost too much", async () => {
    const { attempts } = await runInProcess(digest, { articles }, config);

    expect(attempts.at(-1)).toMatchObject({ step: "digest", model: "simulated/small" });
  });

  it("asks once for more than there is, and goes on with it", async () => {
    const many = { articles: Array.from({ length: 150 }, () => "A long day.") };
    const run = await runInProcess(digest, many, {
      ...config,
      decisions: { $budget: { raise: true, usd: 1 } },
    });

    expect(run.status).toBe("completed");
    expect(run.decisions).toHaveLength(1);
  });

  it("ends when somebody says no", async () => {
    const many = { articles: Array.from({ length: 150 }, () => "A long day.") };
    const run = await runInProcess(digest, many, {
      ...config,
      decisions: { $budget: { raise: false } },
    });

    expect(run.error?.code).toBe("RUN_BUDGET_EXCEEDED");
    expect(run.cost.spentNanoUsd).toBeLessThanOrEqual(20_000_000);
  });
});
