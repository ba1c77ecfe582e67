import { ApplicationFailure } from "@temporalio/common";
import type { Route } from "../../activities/contract.ts";
import { decideRoute } from "../../activities/route.ts";
import { routeAccess, WANTED } from "../harness/route-access.ts";

const MODELS = {
  small: ["openai/gpt-5-mini", "anthropic/claude-haiku-4.5"],
  writer: ["openai/gpt-5", "anthropic/claude-haiku-4.5", "openrouter/openai/gpt-5"],
};

function route(...aliases: string[]): Route {
  return decideRoute({ ...WANTED, aliases }, routeAccess({ aliases: MODELS }));
}

describe("a route", () => {
  it("names the step it was decided for", () => {
    expect(route("small").step).toBe("draft");
  });

  it("keeps the order of the alias", () => {
    expect(route("writer").candidates).toMatchObject([
      { model: "openai/gpt-5", alias: "writer" },
      { model: "anthropic/claude-haiku-4.5", alias: "writer" },
      { model: "openrouter/openai/gpt-5", alias: "writer" },
    ]);
  });

  it("goes alias by alias and lists a model of two aliases once, under the first", () => {
    expect(route("small", "writer").candidates).toMatchObject([
      { model: "openai/gpt-5-mini", alias: "small" },
      { model: "anthropic/claude-haiku-4.5", alias: "small" },
      { model: "openai/gpt-5", alias: "writer" },
      { model: "openrouter/openai/gpt-5", alias: "writer" },
    ]);
  });

  it("follows the order in which the step names its aliases", () => {
    const [first] = route("writer", "small").candidates;

    expect(first).toMatchObject({ model: "openai/gpt-5", alias: "writer" });
  });

  it("is the same for the same request", () => {
    expect(route("small", "writer")).toEqual(route("small", "writer"));
  });

  it("gives the candidates of an alias its own rules for another try, and others none", () => {
    const models = {
      careful: { models: ["openai/gpt-5"], retryOn: [], fallbackOn: ["timeout"] },
      plain: { models: ["anthropic/claude-haiku-4.5"] },
      list: ["google/gemini-2.5-pro"],
    } as const;

    const { candidates } = decideRoute(
      { ...WANTED, aliases: Object.keys(models) },
      routeAccess({ aliases: models }),
    );

    expect(candidates).toMatchObject([
      { model: "openai/gpt-5", alias: "careful", retryOn: [], fallbackOn: ["timeout"] },
      { model: "anthropic/claude-haiku-4.5", alias: "plain" },
      { model: "google/gemini-2.5-pro", alias: "list" },
    ]);
  });

  it("says what is known of a model, and leaves out what is not, and what no run needs", () => {
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    const facts = {
      "openai/gpt-5-mini": {
        price,
        capabilities: {
          contextWindow: 400_000,
          maxOutputTokens: 128_000,
          jsonSchema: false,
          region: "eu",
        },
      },
    };

    const { candidates } = decideRoute(
      { ...WANTED, aliases: ["small"] },
      routeAccess({ aliases: MODELS, facts }),
    );

    expect(candidates).toStrictEqual([
      {
        model: "openai/gpt-5-mini",
        alias: "small",
        score: 1,
        reason: "number 1 of the list",
        price,
        contextWindow: 400_000,
        maxOutputTokens: 128_000,
        jsonSchema: false,
      },
      {
        model: "anthropic/claude-haiku-4.5",
        alias: "small",
        score: 1 / 2,
        reason: "number 2 of the list",
      },
    ]);
  });

  it.each(["large", "", "constructor", "__proto__", "toString"])(
    "fails for good when the configuration has no alias %j",
    (alias) => {
      let failure: unknown;
      try {
        route("small", alias);
      } catch (error) {
        failure = error;
      }

      expect(failure).toBeInstanceOf(ApplicationFailure);
      expect(failure).toMatchObject({
        type: "CONFIG_UNKNOWN_ALIAS",
        nonRetryable: true,
        message: expect.stringContaining(`no alias "${alias}"`),
      });
    },
  );
});
