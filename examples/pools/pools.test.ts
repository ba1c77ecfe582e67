import { kit } from "signalbox";
import { runInProcess } from "signalbox/testing";
import { z } from "zod";
import config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

const answer = graph({ id: "answer", input: z.object({ body: z.string() }) }).step("draft", {
  model: "private",
  output: z.string(),
  prompt: ({ input }) => `Answer: ${input.body}`,
});

describe("a pool", () => {
  it("takes the cheapest model of those that may be used", async () => {
    const { attempts, result } = await runInProcess(answer, { body: "My card is gone" }, config);

    expect(attempts).toMatchObject([{ model: "simulated/small-eu", status: "completed" }]);
    expect(result).toBe("answered by small-eu");
  });
});
