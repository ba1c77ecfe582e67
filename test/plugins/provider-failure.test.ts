import type { FailureKind } from "../../graph/failure-kinds.ts";
import { kindOfStatus, kindOfVendorError } from "../../plugins/http/provider-failure.ts";
import { readVendorError } from "../../plugins/http/vendor-error.ts";

describe("kindOfStatus", () => {
  it.each([
    [302, "bad_request"],
    [400, "bad_request"],
    [401, "auth"],
    [402, "insufficient_credit"],
    [403, "auth"],
    [404, "not_found"],
    [405, "bad_request"],
    [408, "timeout"],
    [409, "bad_request"],
    [410, "not_found"],
    [413, "context_length"],
    [418, "bad_request"],
    [422, "bad_request"],
    [429, "rate_limited"],
    [500, "unavailable"],
    [501, "unavailable"],
    [502, "unavailable"],
    [503, "overloaded"],
    [498, "overloaded"],
    [504, "timeout"],
    [524, "timeout"],
    [520, "unavailable"],
    [529, "overloaded"],
    [599, "unavailable"],
  ] as const)("takes %i for %s", (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });
});

/** Bodies as the vendors document them, or as their APIs answered. */
const bodies: readonly (readonly [string, number, unknown, FailureKind])[] = [
  // OpenAI
  [
    "OpenAI's",
    400,
    openai("context_length_exceeded", "This model's maximum context length is 8192 tokens."),
    "context_length",
  ],
  [
    "OpenAI's",
    429,
    openai("insufficient_quota", "You exceeded your current quota.", "insufficient_quota"),
    "insufficient_credit",
  ],
  [
    "OpenAI's",
    429,
    openai("rate_limit_exceeded", "Rate limit reached for gpt-5 on tokens per min.", "tokens"),
    "rate_limited",
  ],
  ["OpenAI's", 404, openai("model_not_found", "The model `gpt-9` does not exist."), "not_found"],
  ["OpenAI's", 404, openai(null, "Invalid URL"), "not_found"],
  [
    "OpenAI's",
    400,
    openai("content_policy_violation", "Your request was rejected by our safety system."),
    "content_filtered",
  ],
  ["OpenAI's", 400, openai("content_filter", "The response was filtered."), "content_filtered"],
  ["OpenAI's", 401, openai("invalid_api_key", "Incorrect API key provided."), "auth"],
  [
    "OpenAI's",
    400,
    openai("billing_hard_limit_reached", "Billing hard limit has been reached."),
    "insufficient_credit",
  ],
  [
    "OpenAI's",
    400,
    openai("unsupported_parameter", "Unsupported parameter: 'max_tokens'."),
    "bad_request",
  ],
  ["OpenAI's", 400, openai(null, "Missing required parameter: 'purpose'."), "bad_request"],
  ["OpenAI's", 500, openai(null, "The server had an error.", "server_error"), "unavailable"],
  ["OpenAI's", 503, openai(null, "The engine is currently overloaded."), "overloaded"],
  [
    "Azure's",
    404,
    { error: { code: "DeploymentNotFound", message: "The API deployment does not exist." } },
    "not_found",
  ],
  [
    "Azure's",
    400,
    { error: { code: null, innererror: { code: "ResponsibleAIPolicyViolation" } } },
    "content_filtered",
  ],
  // Anthropic
  ["Anthropic's", 529, anthropic("overloaded_error", "Overloaded"), "overloaded"],
  [
    "Anthropic's",
    429,
    anthropic("rate_limit_error", "Number of request tokens has exceeded your limit."),
    "rate_limited",
  ],
  ["Anthropic's", 401, anthropic("authentication_error", "invalid x-api-key"), "auth"],
  ["Anthropic's", 403, anthropic("permission_error", "Your key may not use this."), "auth"],
  ["Anthropic's", 404, anthropic("not_found_error", "model: claude-9"), "not_found"],
  [
    "Anthropic's",
    400,
    anthropic("invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    "context_length",
  ],
  [
    "Anthropic's",
    413,
    anthropic("request_too_large", "Request exceeds the maximum size"),
    "context_length",
  ],
  [
    "Anthropic's",
    400,
    anthropic("invalid_request_error", "Your credit balance is too low to access the API."),
    "insufficient_credit",
  ],
  [
    "Anthropic's",
    400,
    anthropic("invalid_request_error", "max_tokens: Field required"),
    "bad_request",
  ],
  ["Anthropic's", 500, anthropic("api_error", "Internal server error"), "unavailable"],
  // Google
  [
    "Google's",
    429,
    google(
      "RESOURCE_EXHAUSTED",
      "You exceeded your current quota, please check your plan and billing details.",
    ),
    "rate_limited",
  ],
  ["Google's", 503, google("UNAVAILABLE", "The model is overloaded."), "overloaded"],
  [
    "Google's",
    400,
    google("INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "auth",
  ],
  [
    "Google's",
    400,
    google("INVALID_ARGUMENT", 'Unknown name "foo": Cannot find field.'),
    "bad_request",
  ],
  [
    "Google's",
    400,
    google(
      "INVALID_ARGUMENT",
      "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    ),
    "context_length",
  ],
  [
    "Google's",
    403,
    google("PERMISSION_DENIED", "Generative Language API has not been used."),
    "auth",
  ],
  ["Google's", 504, google("DEADLINE_EXCEEDED", "Deadline expired."), "timeout"],
  [
    "Google's",
    404,
    google("NOT_FOUND", "models/gemini-9 is not found for API version v1beta."),
    "not_found",
  ],
  ["Google's list of one", 429, [google("RESOURCE_EXHAUSTED", "Quota")], "rate_limited"],
  // OpenRouter
  [
    "OpenRouter's",
    402,
    openrouter(402, "This request requires more credits."),
    "insufficient_credit",
  ],
  [
    "OpenRouter's",
    403,
    openrouter(403, "openai/gpt-5 requires moderation. Your input was flagged.", {
      reasons: ["hate"],
    }),
    "content_filtered",
  ],
  ["OpenRouter's", 403, openrouter(403, "Forbidden"), "auth"],
  ["OpenRouter's", 400, openrouter(400, "openai/gpt-9 is not a valid model ID"), "not_found"],
  ["OpenRouter's in a success", 200, openrouter(429, "Provider returned error"), "rate_limited"],
  [
    "OpenRouter's in a success",
    200,
    openrouter(502, "Provider returned error", { error_type: "provider_overloaded" }),
    "overloaded",
  ],
  [
    "OpenRouter's in a success",
    200,
    openrouter(502, "Provider returned error", { error_type: "context_length_exceeded" }),
    "context_length",
  ],
  ["OpenRouter's in a success", 200, openrouter(400, "Provider returned error"), "bad_request"],
  ["nobody's in a success", 200, { error: { message: "Something went wrong" } }, "unavailable"],
  // Bedrock
  [
    "Bedrock's",
    429,
    {
      __type: "com.amazon.coral.service#ThrottlingException",
      message: "Too many tokens, please wait.",
    },
    "rate_limited",
  ],
  [
    "Bedrock's",
    400,
    { __type: "ValidationException", message: "Input is too long for requested model." },
    "context_length",
  ],
  [
    "Bedrock's",
    400,
    { __type: "ValidationException", message: "The provided model identifier is invalid." },
    "not_found",
  ],
  [
    "Bedrock's",
    400,
    { __type: "ValidationException", message: "Malformed input request." },
    "bad_request",
  ],
  [
    "Bedrock's",
    403,
    { __type: "AccessDeniedException", message: "You don't have access to the model." },
    "auth",
  ],
  ["Bedrock's", 408, { __type: "ModelTimeoutException", message: "Timed out." }, "timeout"],
  ["Bedrock's", 424, { __type: "ModelErrorException", message: "Failed." }, "unavailable"],
  [
    "Bedrock's",
    400,
    { __type: "ServiceQuotaExceededException", message: "Quota." },
    "rate_limited",
  ],
  // Mistral, Ollama, vLLM, llama.cpp, Groq, xAI
  [
    "Mistral's",
    400,
    { object: "error", message: "Invalid model: mistral-x", type: "invalid_model", code: "1500" },
    "not_found",
  ],
  ["Mistral's", 401, { message: "Unauthorized" }, "auth"],
  [
    "Mistral's",
    400,
    {
      object: "error",
      message:
        "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
      type: "invalid_request_error",
    },
    "context_length",
  ],
  [
    "Mistral's",
    422,
    { detail: [{ loc: ["body", "messages"], msg: "Field required" }] },
    "bad_request",
  ],
  ["Ollama's", 404, { error: 'model "llama9" not found, try pulling it first' }, "not_found"],
  ["Ollama's", 400, { error: "model 'llama9' not found" }, "not_found"],
  [
    "vLLM's",
    400,
    {
      object: "error",
      message: "This model's maximum context length is 4096 tokens.",
      type: "BadRequestError",
      code: 400,
    },
    "context_length",
  ],
  [
    "llama.cpp's",
    500,
    {
      error: {
        code: 500,
        message: "the request exceeds the available context size",
        type: "exceed_context_size_error",
      },
    },
    "context_length",
  ],
  [
    "llama.cpp's",
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    "overloaded",
  ],
  [
    "Groq's",
    400,
    {
      error: {
        message: "The model has been decommissioned.",
        type: "invalid_request_error",
        code: "model_decommissioned",
      },
    },
    "not_found",
  ],
  [
    "xAI's",
    400,
    { code: "Client specified an invalid argument", error: "Incorrect API key provided: xa***" },
    "auth",
  ],
  // What nobody has seen yet
  ["an unknown vendor's", 400, { fault: { reason_phrase: "new shape" } }, "bad_request"],
  ["an unknown vendor's", 503, ["a", "list"], "overloaded"],
  ["an unknown vendor's", 500, null, "unavailable"],
];

function openai(code: string | null, message: string, type = "invalid_request_error"): unknown {
  return { error: { message, type, param: null, code } };
}

function anthropic(type: string, message: string): unknown {
  return { type: "error", error: { type, message }, request_id: "req_1" };
}

function google(status: string, message: string): unknown {
  return { error: { code: 400, message, status } };
}

function openrouter(code: number, message: string, metadata?: object): unknown {
  return { error: { code, message, metadata }, user_id: "user_1" };
}

describe("kindOfVendorError", () => {
  it.each(bodies)("reads %s error with status %i: %j is %s", (_vendor, status, body, kind) => {
    const error = readVendorError(body) ?? { codes: [], message: "", headers: {} };

    expect(kindOfVendorError(error, status)).toBe(kind);
  });
});
