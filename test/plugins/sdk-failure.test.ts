import {
  APICallError,
  EmptyResponseBodyError,
  InvalidPromptError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  LoadSettingError,
  NoContentGeneratedError,
  NoSuchModelError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { ProviderError } from "../../plugins/contract.ts";
import { failureOfErrorPart, failureOfSdkError } from "../../plugins/ai-sdk/sdk-failure.ts";

const READING = { confidential: { secrets: ["sk-canary-key"], texts: ["the canary prompt"] } };
const cause = new Error("sk-canary-key, the canary prompt");
const call = { message: "sk-canary-key", url: "https://api.example.com/v1", requestBodyValues: {} };
const spent = { usage: { input_tokens: 3, output_tokens: 4 } };

const errors: readonly (readonly [string, unknown, string])[] = [
  ["a status", new APICallError({ ...call, statusCode: 503, responseBody: "busy" }), "overloaded"],
  [
    "a vendor's code",
    new APICallError({
      ...call,
      statusCode: 400,
      responseBody: '{"error":{"code":"context_length_exceeded"}}',
    }),
    "context_length",
  ],
  ["a success that cannot be read", new APICallError({ ...call, statusCode: 200 }), "malformed"],
  ["no status", new APICallError({ ...call, cause }), "unavailable"],
  ["an empty body", new EmptyResponseBodyError(), "malformed"],
  ["no JSON", new JSONParseError({ text: "the reply", cause }), "malformed"],
  ["another form", new TypeValidationError({ value: { text: "the reply" }, cause }), "malformed"],
  [
    "an error in a success",
    new TypeValidationError({ value: { error: { type: "overloaded_error" } }, cause }),
    "overloaded",
  ],
  ["no content", new NoContentGeneratedError(), "malformed"],
  ["data that is none", new InvalidResponseDataError({ data: "the reply" }), "malformed"],
  ["no key", new LoadAPIKeyError({ message: "OPENAI_API_KEY is missing" }), "auth"],
  ["a missing setting", new LoadSettingError({ message: "no region" }), "bad_request"],
  [
    "no such model",
    new NoSuchModelError({ modelId: "x", modelType: "languageModel" }),
    "not_found",
  ],
  ["a lack", new UnsupportedFunctionalityError({ functionality: "images" }), "bad_request"],
  [
    "a bad prompt",
    new InvalidPromptError({ prompt: "the canary prompt", message: "no" }),
    "bad_request",
  ],
  [
    "an error below",
    new APICallError({ ...call, statusCode: 200, cause: new EmptyResponseBodyError() }),
    "malformed",
  ],
  [
    "a failure of ours below",
    Object.assign(new Error("x"), { cause: new ProviderError("refused", "no") }),
    "refused",
  ],
  [
    "a gateway's status",
    Object.assign(new Error("sk-canary-key"), { statusCode: 429 }),
    "rate_limited",
  ],
];

describe("failureOfSdkError", () => {
  it.each(errors)("reads %s", (_name, error, kind) => {
    const failure = failureOfSdkError(error, READING);

    expect(failure?.kind).toBe(kind);
    expect(`${failure?.message} ${JSON.stringify(failure)}`).not.toMatch(/canary|the reply/);
    expect(failure?.cause).toBeUndefined();
  });

  it("knows an error of another version by its marker", () => {
    const error = Object.assign(new Error("x"), {
      [Symbol.for("vercel.ai.error.AI_EmptyResponseBodyError")]: true,
    });

    expect(failureOfSdkError(error, READING)?.kind).toBe("malformed");
  });

  it.each([
    ["ECONNREFUSED", "unavailable", false],
    ["ENOTFOUND", "unavailable", false],
    ["ECONNRESET", "unavailable", true],
    ["EPIPE", "unavailable", true],
    ["UND_ERR_SOCKET", "unavailable", true],
    ["CERT_HAS_EXPIRED", "unavailable", false],
    ["HPE_INVALID_CONSTANT", "malformed", undefined],
  ])("reads a connection that ended with %s", (code, kind, mayBeBilled) => {
    const error = new APICallError({ ...call, cause: Object.assign(new Error("x"), { code }) });

    const failure = failureOfSdkError(error, READING);

    expect([failure?.kind, failure?.details.mayBeBilled]).toEqual([kind, mayBeBilled]);
  });

  it("keeps what an answer cost that nobody can use", () => {
    const error = new TypeValidationError({ value: { ...spent, output: 7 }, cause });

    expect(failureOfSdkError(error, READING)?.details.usage).toEqual({
      inputTokens: 3,
      outputTokens: 4,
    });
  });

  it.each([new Error("no"), "text", undefined, null, { type: "error" }])(
    "makes nothing of %p",
    (error) => {
      expect(failureOfSdkError(error, READING)).toBeUndefined();
    },
  );
});

describe("failureOfErrorPart", () => {
  it.each([
    ["words", "The model is overloaded", "overloaded"],
    ["a vendor's error", { type: "overloaded_error", message: "Overloaded" }, "overloaded"],
    ["a vendor's answer", { error: { code: 429, message: "no" } }, "rate_limited"],
    ["an error of the SDK's", new EmptyResponseBodyError(), "malformed"],
    ["anything", { vibe: "bad" }, "unavailable"],
    ["nothing", undefined, "unavailable"],
  ])("reads %s", (_name, error, kind) => {
    expect(failureOfErrorPart(error, READING)).toMatchObject({
      kind,
      details: { mayBeBilled: true },
    });
  });
});
