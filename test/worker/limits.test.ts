/** Limits of the configuration: which are refused, and for which models they hold. */

import type { UserLimits } from "../../plugins/contract.ts";
import { defineConfig } from "../../worker/config.ts";
import { limitsFor } from "../../worker/user-limits.ts";

const providers = ["openai", "openrouter"].map((id) => ({
  id,
  generate: () => Promise.reject(new Error("nobody calls")),
}));

describe("a limit", () => {
  it.each<UserLimits>([
    { "openai/gpt-5": { requestsPerMinute: 60 } },
    { "openai/gpt-5": { requestsPerMinute: 0.5, tokensPerMinute: 30_000 } },
    { "openai/*": { tokensPerMinute: 1 } },
    { "*/gpt-5": { tokensPerMinute: 1 } },
    { "*": { requestsPerMinute: 1 } },
    { "openrouter/openai/gpt-5": { requestsPerMinute: 1 } },
  ])("is taken: %j", (limits) => {
    expect(defineConfig({ providers, models: {}, limits }).limits).toBe(limits);
  });

  it.each<[UserLimits, string]>([
    [{ "openia/gpt-5": { requestsPerMinute: 60 } }, '"openia/gpt-5"'],
    [{ openai: { requestsPerMinute: 60 } }, '"openai/*"'],
    [{ "openai/": { requestsPerMinute: 60 } }, '"openai/"'],
    [{ "openai/gpt-5": {} }, "says nothing"],
    [{ "openai/gpt-5": { requestsPerMinute: 0 } }, '"requestsPerMinute: 0"'],
    [{ "openai/gpt-5": { tokensPerMinute: -1 } }, '"tokensPerMinute: -1"'],
    [{ "openai/gpt-5": { tokensPerMinute: Number.NaN } }, '"tokensPerMinute: NaN"'],
    [{ "openai/gpt-5": { tokensPerMinute: Infinity } }, '"tokensPerMinute: Infinity"'],
    [{ "openai/gpt-5": JSON.parse('{"requestsPerMinute":"60"}') }, '"requestsPerMinute: 60"'],
    [{ "openai/gpt-5": JSON.parse('{"requestPerMinute":60}') }, '"requestPerMinute: 60"'],
  ])("is refused: %j", (limits, named) => {
    const define = (): unknown => defineConfig({ providers, models: {}, limits });

    expect(define).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID_LIMIT",
        message: expect.stringContaining(named),
      }),
    );
  });

  it.each([
    ["openai/gpt-5", "openai/gpt-5", true],
    ["openai/gpt-5", "openai/gpt-5-mini", false],
    ["openai/*", "openai/gpt-5", true],
    ["openai/*", "openrouter/openai/gpt-5", false],
    ["openrouter/*", "openrouter/openai/gpt-5", true],
    ["*/gpt-5", "openrouter/openai/gpt-5", true],
    ["*/gpt-5", "openai/gpt-5-mini", false],
    ["*/claude-*-4", "anthropic/claude-haiku-4", true],
    ["*/claude-*-4", "anthropic/claude-4", false],
    ["a*a", "a", false],
    ["a**a", "aa", true],
    ["o.enai/*", "openai/gpt-5", false],
    ["*", "openai/gpt-5", true],
  ])("of %s: holds for %s: %s", (name, model, holds) => {
    const limits = limitsFor({ [name]: { requestsPerMinute: 1 } })(model);

    expect(limits).toEqual(holds ? [{ name, requestsPerMinute: 1 }] : []);
  });

  it("holds beside others that fit the model too", () => {
    const limits = limitsFor({
      "openai/gpt-5": { requestsPerMinute: 60 },
      "openai/*": { tokensPerMinute: 30_000 },
      "openrouter/*": { requestsPerMinute: 1 },
    })("openai/gpt-5");

    expect(limits.map(({ name }) => name)).toEqual(["openai/gpt-5", "openai/*"]);
  });
});
