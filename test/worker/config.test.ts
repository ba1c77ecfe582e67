import { CONFIG_ERROR_CODES, ConfigError } from "../../worker/config-error.ts";
import { defineConfig, type Config } from "../../worker/config.ts";

function provider(id: string): Config["providers"][number] {
  return { id, generate: () => Promise.reject(new Error("not called")) };
}

function errorOf(config: Config): ConfigError {
  try {
    defineConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("Expected a ConfigError, got none");
}

const providers = [provider("openai"), provider("openrouter")];

describe("defineConfig", () => {
  it("gives back the object it was given", () => {
    const config = { providers, models: { small: ["openai/gpt-5-mini"] } };

    expect(defineConfig(config)).toBe(config);
  });

  it.each([
    ["models of gateways, which have slashes of their own", "openrouter/openai/gpt-5"],
    ["a tag", "openrouter/llama3.2:3b"],
    ["a name of slashes and dots", "openai/a//b/./c"],
  ])("accepts %s", (_what, model) => {
    expect(() => defineConfig({ providers, models: { small: [model] } })).not.toThrow();
  });

  it("accepts a configuration without models: a worker says which it misses", () => {
    expect(() => defineConfig({ providers: [], models: {} })).not.toThrow();
  });

  it("refuses two providers of one id, and names it", () => {
    const error = errorOf({ providers: [...providers, provider("openai")], models: {} });

    expect(error.code).toBe("CONFIG_DUPLICATE_PROVIDER");
    expect(error.message).toContain('"openai"');
  });

  it("refuses an alias without models, and names it", () => {
    const error = errorOf({ providers, models: { small: ["openai/gpt-5-mini"], writer: [] } });

    expect(error.code).toBe("CONFIG_EMPTY_ALIAS");
    expect(error.message).toContain('"writer"');
  });

  it.each([
    ["of a provider that is not there", "anthropic/claude"],
    ["of a provider in another case", "OpenAI/gpt-5"],
    ["without a provider", "gpt-5"],
    ["with an empty provider", "/gpt-5"],
    ["with an empty name", "openai/"],
    ["that is empty", ""],
  ])("refuses a model %s, and names alias, model and providers", (_what, model) => {
    const error = errorOf({ providers, models: { writer: ["openai/gpt-5", model] } });

    expect(error.code).toBe("CONFIG_UNKNOWN_PROVIDER");
    expect(error.message).toContain(`Alias "writer" lists "${model}"`);
    expect(error.message).toContain('(there are: "openai", "openrouter")');
  });

  it("accepts an alias with rules of its own for another try", () => {
    const small = {
      models: ["openai/gpt-5-mini"],
      retryOn: ["rate_limited"],
      fallbackOn: ["timeout", "overloaded"],
    } as const;

    expect(() => defineConfig({ providers, models: { small } })).not.toThrow();
  });

  it.each([
    ["with an empty list", { models: [] }, "CONFIG_EMPTY_ALIAS"],
    ["without a list", {}, "CONFIG_EMPTY_ALIAS"],
    ["of a provider that is not there", { models: ["groq/llama"] }, "CONFIG_UNKNOWN_PROVIDER"],
    [
      "that retries what no call cures",
      { models: ["openai/gpt-5"], retryOn: ["timeout", "budget_exceeded"] },
      "CONFIG_INVALID_RECOVERY",
    ],
    [
      "that falls back on what is no failure",
      { models: ["openai/gpt-5"], fallbackOn: ["slow"] },
      "CONFIG_INVALID_RECOVERY",
    ],
  ])("refuses an alias %s, and names it", (_what, writer, code) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As JavaScript may have it.
    const models = { writer } as unknown as Config["models"];

    const error = errorOf({ providers, models });

    expect(error.code).toBe(code);
    expect(error.message).toContain('Alias "writer"');
  });

  it("lists the failures that another call may cure", () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As JavaScript may have it.
    const retryOn = ["slow"] as unknown as ["timeout"];

    const error = errorOf({ providers, models: { small: { models: ["openai/gpt-5"], retryOn } } });

    expect(error.message).toContain('"slow" in "retryOn"');
    expect(error.message).toContain("rate_limited, overloaded,");
    expect(error.message).not.toContain("budget_exceeded");
  });

  const free = { inputUsdPerMTok: 0, outputUsdPerMTok: 0 };

  it.each([
    ["nothing", free],
    ["parts of a cent", { inputUsdPerMTok: 0.0028, outputUsdPerMTok: 1e-6 }],
    [
      "more for more",
      {
        ...free,
        tiers: [{ fromInputTokens: 200_001, inputUsdPerMTok: 6 }, { fromInputTokens: 500_000 }],
      },
    ],
  ])("accepts a price of %s", (_what, price) => {
    expect(() =>
      defineConfig({ providers, models: {}, prices: { "openai/x": price } }),
    ).not.toThrow();
  });

  it.each([
    ["below 0", { inputUsdPerMTok: -0.01, outputUsdPerMTok: 1 }],
    ["that is no number", { inputUsdPerMTok: Number.NaN, outputUsdPerMTok: 1 }],
    ["without end", { inputUsdPerMTok: 1, outputUsdPerMTok: Number.POSITIVE_INFINITY }],
    ["below 0 for cached input", { ...free, cachedInputUsdPerMTok: -1 }],
    ["below 0 in a tier", { ...free, tiers: [{ fromInputTokens: 1, outputUsdPerMTok: -1 }] }],
    ["without output", { inputUsdPerMTok: 1 }],
    ["that is text", { inputUsdPerMTok: "1", outputUsdPerMTok: 2 }],
    ["whose tiers go down", { ...free, tiers: [{ fromInputTokens: 9 }, { fromInputTokens: 8 }] }],
    ["whose tier has no start", { ...free, tiers: [{ inputUsdPerMTok: 2 }] }],
  ])("refuses a price %s, and names the model", (_what, price) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As JavaScript may have it.
    const prices = { "openai/gpt-5": price } as unknown as Config["prices"];

    const error = errorOf({ providers, models: {}, prices });

    expect(error.code).toBe("CONFIG_INVALID_PRICE");
    expect(error.message).toContain('"openai/gpt-5"');
  });

  it("says so when there is no provider at all", () => {
    const error = errorOf({ providers: [], models: { writer: ["openai/gpt-5"] } });

    expect(error.message).toContain("(there are: none)");
  });
});

describe("a ConfigError", () => {
  it.each(CONFIG_ERROR_CODES)("with the code %s is told by its class, name and code", (code) => {
    const cause = new Error("why");

    const error = new ConfigError(code, "what is wrong", { cause });

    expect(error).toMatchObject({ name: "ConfigError", code, message: "what is wrong", cause });
  });
});
