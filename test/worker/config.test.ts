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
