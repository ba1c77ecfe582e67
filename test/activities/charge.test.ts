import { chargeForFailure, chargeForReply } from "../../activities/charge.ts";
import type { AttemptRequest } from "../../activities/contract.ts";
import { FAILURE_KINDS, FAILURE_POLICIES, type FailureKind } from "../../graph/failure-kinds.ts";
import { boundInputTokens } from "../../graph/token-bound.ts";
import {
  ProviderError,
  type ModelReply,
  type ProviderErrorDetails,
  type Usage,
} from "../../plugins/contract.ts";

const request: AttemptRequest = {
  step: "draft",
  model: "vendor/large",
  messages: [{ role: "user", content: "Hello" }],
  output: { type: "string" },
  deadlineMs: 1_000,
  maxOutputTokens: 100,
  price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2, cachedInputUsdPerMTok: 0.5 },
};

const { price: _price, ...unpriced } = request;

/** The most that the request can cost, as nothing is known of it. */
const BOUND = {
  inputTokens: boundInputTokens(request),
  outputTokens: 100,
  costNanoUsd: boundInputTokens(request) * 1_000 + 200_000,
  isEstimate: true,
  mayBeBilled: true,
};

function reply(usage: Usage, more: Partial<ModelReply> = {}): ModelReply {
  return { text: "12345678", finishReason: "stop", usage, ...more };
}

describe("the charge for a reply", () => {
  it("is what the provider counted, at the price of the route", () => {
    const usage = { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2 };

    expect(chargeForReply(reply(usage), request)).toEqual({ ...usage, costNanoUsd: 18_000 });
  });

  it("is what the provider says it charged, where it says so", () => {
    const charge = chargeForReply(
      reply({ inputTokens: 10, outputTokens: 5 }, { costUsd: 0.1 }),
      request,
    );

    expect(charge).toEqual({ inputTokens: 10, outputTokens: 5, costNanoUsd: 100_000_000 });
  });

  it("of nothing is nothing", () => {
    const free = chargeForReply(
      reply({ inputTokens: 10, outputTokens: 5 }, { costUsd: 0 }),
      request,
    );

    expect(free).toMatchObject({ costNanoUsd: 0 });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
    "is by the tokens where what the provider says it charged makes no sense: %d",
    (costUsd) => {
      const charge = chargeForReply(
        reply({ inputTokens: 10, outputTokens: 5 }, { costUsd }),
        request,
      );

      expect(charge).toMatchObject({ costNanoUsd: 20_000 });
    },
  );

  it("has no cost where the price is not known", () => {
    const charge = chargeForReply(reply({ inputTokens: 10, outputTokens: 5 }), unpriced);

    expect(charge).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(charge.costNanoUsd).toBeUndefined();
  });

  // [{"role":"user","content":"Hello"}] has 35 characters, the reply 8 and `""` for no tool calls.
  it.each<[string, Usage, object]>([
    ["nothing was counted", {}, { inputTokens: 9, outputTokens: 3, costNanoUsd: 15_000 }],
    [
      "the output was not counted",
      { inputTokens: 20 },
      { inputTokens: 20, outputTokens: 3, costNanoUsd: 26_000 },
    ],
    [
      "the input was not counted",
      { outputTokens: 7 },
      { inputTokens: 9, outputTokens: 7, costNanoUsd: 23_000 },
    ],
    [
      "the count makes no sense",
      { inputTokens: -5, outputTokens: Number.NaN },
      { inputTokens: 9, outputTokens: 3, costNanoUsd: 15_000 },
    ],
    [
      "the count is no whole number",
      { inputTokens: 1.5, outputTokens: 7 },
      { inputTokens: 9, outputTokens: 7, costNanoUsd: 23_000 },
    ],
  ])("is estimated, and says so, where %s", (_name, usage, charge) => {
    expect(chargeForReply(reply(usage), request)).toEqual({ ...charge, isEstimate: true });
  });

  it("counts the tool calls that were written, where the provider did not", () => {
    const toolCalls = [{ id: "1", tool: "find", input: { customer: "Ada".repeat(100) } }];

    const { outputTokens } = chargeForReply(reply({}, { text: "", toolCalls }), request);

    expect(outputTokens).toBe(Math.ceil(JSON.stringify(toolCalls).length / 4));
  });

  it("leaves out parts of the count that make no sense", () => {
    const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: -1, reasoningTokens: 0.5 };

    expect(chargeForReply(reply(usage), request)).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      costNanoUsd: 20_000,
    });
  });
});

const billed = FAILURE_KINDS.filter((kind) => FAILURE_POLICIES[kind].mayBeBilled);
const free = FAILURE_KINDS.filter((kind) => !FAILURE_POLICIES[kind].mayBeBilled);

function chargeFor(kind: FailureKind, details: ProviderErrorDetails = {}): object {
  return chargeForFailure(new ProviderError(kind, "as asked", details), request);
}

describe("the charge for a call that failed", () => {
  it.each(billed)("with %s is the most it can be: a bill may come", (kind) => {
    expect(chargeFor(kind)).toEqual(BOUND);
  });

  it.each(free)("with %s is nothing", (kind) => {
    expect(chargeFor(kind)).toEqual({});
  });

  it.each(FAILURE_KINDS)("with %s is what the provider counted, where it did", (kind) => {
    const usage = { inputTokens: 10, outputTokens: 5 };

    expect(chargeFor(kind, { usage })).toEqual({ ...usage, costNanoUsd: 20_000 });
  });

  it.each(FAILURE_KINDS)("with %s is what the provider says it charged, where it does", (kind) => {
    expect(chargeFor(kind, { costUsd: 0.25 })).toMatchObject({ costNanoUsd: 250_000_000 });
  });

  it("is nothing where its plugin knows that no bill comes", () => {
    expect(chargeFor("timeout", { mayBeBilled: false })).toEqual({});
  });

  it("is the most it can be where its plugin knows that a bill comes", () => {
    expect(chargeFor("unavailable", { mayBeBilled: true })).toEqual(BOUND);
  });

  it.each<[string, ProviderErrorDetails]>([
    ["what is said to be charged", { costUsd: Number.NaN }],
    ["what is said to be charged, again", { costUsd: -1 }],
    ["the count", { usage: { inputTokens: -1, outputTokens: Number.NaN } }],
    ["no count", { usage: {} }],
  ])("does not go by %s where that makes no sense", (_name, details) => {
    expect(chargeFor("malformed", details)).toEqual(BOUND);
    expect(chargeFor("auth", details)).toEqual({});
  });

  it.each<Usage>([{ inputTokens: 10 }, { inputTokens: 10, outputTokens: undefined }])(
    "is the most that can have been written, where only the input was counted: %j",
    (usage) => {
      const charge = chargeFor("malformed", { usage });

      expect(charge).toEqual({
        inputTokens: 10,
        outputTokens: 100,
        costNanoUsd: 10_000 + 200_000,
        isEstimate: true,
        mayBeBilled: true,
      });
    },
  );

  it("is the counted input alone where nothing can have been written", () => {
    const charge = chargeFor("context_length", { usage: { inputTokens: 10 } });

    expect(charge).toEqual({ inputTokens: 10, outputTokens: 0, costNanoUsd: 10_000 });
  });
});
