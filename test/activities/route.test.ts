import { ApplicationFailure } from "@temporalio/common";
import type { Route } from "../../activities/contract.ts";
import { decideRoute } from "../../activities/route.ts";

const MODELS = {
  small: ["openai/gpt-5-mini", "anthropic/claude-haiku-4.5"],
  writer: ["openai/gpt-5", "anthropic/claude-haiku-4.5", "openrouter/openai/gpt-5"],
};

function route(...aliases: string[]): Route {
  return decideRoute({ step: "draft", aliases }, MODELS);
}

describe("a route", () => {
  it("names the step it was decided for", () => {
    expect(route("small").step).toBe("draft");
  });

  it("keeps the order of the alias", () => {
    expect(route("writer").candidates).toEqual([
      { model: "openai/gpt-5", alias: "writer" },
      { model: "anthropic/claude-haiku-4.5", alias: "writer" },
      { model: "openrouter/openai/gpt-5", alias: "writer" },
    ]);
  });

  it("goes alias by alias and lists a model of two aliases once, under the first", () => {
    expect(route("small", "writer").candidates).toEqual([
      { model: "openai/gpt-5-mini", alias: "small" },
      { model: "anthropic/claude-haiku-4.5", alias: "small" },
      { model: "openai/gpt-5", alias: "writer" },
      { model: "openrouter/openai/gpt-5", alias: "writer" },
    ]);
  });

  it("follows the order in which the step names its aliases", () => {
    const [first] = route("writer", "small").candidates;

    expect(first).toEqual({ model: "openai/gpt-5", alias: "writer" });
  });

  it("is the same for the same request", () => {
    expect(route("small", "writer")).toEqual(route("small", "writer"));
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
