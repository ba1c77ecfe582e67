import { ProviderError } from "../../plugins/contract.ts";
import { checkProviders } from "../../worker/check-providers.ts";
import { silentProvider } from "../harness/fed-signals.ts";

const CANARY = "sk-canary-7d11";

describe("the check of providers", () => {
  it("tells who is well, who fails and why, and who cannot be asked", async () => {
    const failing = new ProviderError("auth", "The key is not accepted.");
    const providers = [
      silentProvider("well", { health: async () => undefined }),
      silentProvider("failing", { health: () => Promise.reject(failing) }),
      silentProvider("mute"),
    ];

    const health = await checkProviders(providers);

    expect(health).toEqual([
      { provider: "well", status: "well", durationMs: expect.any(Number) },
      {
        provider: "failing",
        status: "failing",
        durationMs: expect.any(Number),
        message: "The key is not accepted.",
      },
      { provider: "mute", status: "unknown" },
    ]);
  });

  it("does not wait for one that never answers, and tells it to stop", async () => {
    let given: AbortSignal | undefined;
    const hanging = silentProvider("hanging", {
      health: (options) => {
        given = options?.signal;
        return new Promise(() => {});
      },
    });

    const health = await checkProviders([hanging], { timeoutMs: 20 });

    expect(health).toMatchObject([{ status: "failing", message: "It did not answer in time." }]);
    expect(given?.aborted).toBe(true);
  });

  it.each([
    ["an error that may hold a key", () => Promise.reject(new TypeError(CANARY)), "TypeError"],
    ["no error at all", () => Promise.reject(CANARY), "string"],
    [
      "before it gives a promise",
      () => {
        throw new RangeError(CANARY);
      },
      "RangeError",
    ],
  ])("names only the class of what a plugin throws: %s", async (_what, health, name) => {
    const answer = await checkProviders([silentProvider("broken", { health })]);

    expect(answer).toMatchObject([{ status: "failing", message: `It failed with "${name}".` }]);
    expect(JSON.stringify(answer)).not.toContain(CANARY);
  });
});
