/** Two workers with the configuration of the example meet, and have its limits together. */

import { configure } from "../../examples/shared-limits/signalbox.config.ts";
import type { SharedObservation } from "../../plugins/contract.ts";
import { limitsFor } from "../../worker/user-limits.ts";
import { describeWithRedis, startRedis, type RedisServer } from "../harness/redis-server.ts";

const REWARD: SharedObservation = {
  reward: { graph: "support", step: "draft", model: "openai/gpt-5", value: 1 },
};

describeWithRedis("the example of shared limits", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.stop());

  it("joins its workers", async () => {
    const env = { REDIS_URL: server.url, OPENAI_API_KEY: "sk-test" };
    const [first, second] = [configure(env).signals, configure(env).signals];
    const heard = new Promise((resolve) => second?.subscribe(resolve));

    // Said until it is heard: what is published before both are connected is lost.
    const saying = setInterval(() => first?.publish(REWARD), 10);

    expect(await heard).toEqual(REWARD);
    clearInterval(saying);
    await first?.close?.();
    await second?.close?.();
  });

  it("holds a call of one model to its own limit and to that of all", () => {
    const { limits } = configure({ OPENAI_API_KEY: "sk-test" });

    const names = ["openai/gpt-5", "openai/gpt-5-mini"].map((model) =>
      limitsFor(limits)(model).map(({ name }) => name),
    );

    expect(names).toEqual([["openai/gpt-5", "openai/*"], ["openai/*"]]);
  });
});
