/** Reads the errors of the Vercel AI SDK, whichever version of its packages threw them. */

import { ProviderError } from "../contract.ts";
import { failureOfForeignNetwork } from "../http/network-failure.ts";
import { failureOfAnswer, failureOfForm, type ErrorReading } from "../http/provider-error.ts";
import { excerptOf } from "../http/redact.ts";
import { findErrorMember, isRecord } from "../http/vendor-error.ts";

/**
 * The failure that an error of the AI SDK is. Undefined: it is none of those.
 *
 * The SDK marks its classes with symbols that all its versions share: several of them are often installed at once, so
 * `instanceof` knows only some.
 */
export function failureOfSdkError(
  error: unknown,
  reading: ErrorReading,
  depth = 0,
): ProviderError | undefined {
  if (error instanceof ProviderError) return error;
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  const nested = failureOfSdkError(Reflect.get(error, "cause"), reading, depth + 1);
  if (nested !== undefined) return nested;
  const last: unknown = Reflect.get(error, "lastError");
  if (hasMarker(error, "AI_RetryError")) return failureOfSdkError(last, reading, depth + 1);
  if (typeof Reflect.get(error, "statusCode") === "number" || hasMarker(error, "AI_APICallError")) {
    return failureOfCall(error, reading);
  }
  return failureOfReply(error, reading) ?? failureOfRequest(error, reading);
}

/** What an AI SDK stream reports in the middle: an error of its own, or whatever the vendor wrote. */
export function failureOfErrorPart(error: unknown, reading: ErrorReading): ProviderError {
  const known = failureOfSdkError(error, reading);
  if (known !== undefined) {
    return new ProviderError(known.kind, known.message, { mayBeBilled: true, ...known.details });
  }
  const body = typeof error === "string" ? error : (JSON.stringify(error) ?? "");
  const answer = { status: 200, headers: {}, body };
  return failureOfAnswer(answer, reading, { mayBeBilled: true });
}

function hasMarker(error: object, name: string): boolean {
  return Symbol.for(`vercel.ai.error.${name}`) in error;
}

function failureOfCall(error: object, reading: ErrorReading): ProviderError {
  const status: unknown = Reflect.get(error, "statusCode");
  const url: unknown = Reflect.get(error, "url");
  if (typeof status !== "number") {
    const origin = URL.canParse(String(url)) ? new URL(String(url)).origin : "the provider";
    const message = "the call failed before an answer came";
    return (
      failureOfForeignNetwork(error, origin) ??
      new ProviderError("unavailable", message, { mayBeBilled: true })
    );
  }
  const headers = readHeaders(Reflect.get(error, "responseHeaders"));
  const body: unknown = Reflect.get(error, "responseBody");
  const answer = { status, headers, body: typeof body === "string" ? body : "" };
  return status >= 200 && status < 300
    ? failureOfForm(answer, "is not what the API promises", reading)
    : failureOfAnswer(answer, reading);
}

/** An answer that came, and that the SDK could not make a reply of. */
function failureOfReply(error: object, reading: ErrorReading): ProviderError | undefined {
  const answer = { status: 200, headers: {} };
  if (hasMarker(error, "AI_EmptyResponseBodyError")) {
    return failureOfForm({ ...answer, body: "" }, "is empty", reading);
  }
  if (hasMarker(error, "AI_JSONParseError")) {
    const text: unknown = Reflect.get(error, "text");
    return failureOfForm(
      { ...answer, body: typeof text === "string" ? text : "" },
      "is not JSON",
      reading,
    );
  }
  if (hasMarker(error, "AI_TypeValidationError")) {
    const value: unknown = Reflect.get(error, "value");
    const body = JSON.stringify(value) ?? "";
    return findErrorMember(value) === undefined
      ? failureOfForm({ ...answer, body }, "is not of the form that the API promises", reading)
      : failureOfAnswer({ ...answer, body }, reading);
  }
  if (
    ["AI_NoContentGeneratedError", "AI_InvalidResponseDataError"].some((name) =>
      hasMarker(error, name),
    )
  ) {
    const body = JSON.stringify(Reflect.get(error, "data")) ?? "";
    return failureOfForm({ ...answer, body }, "holds no reply", reading);
  }
  return undefined;
}

/** Thrown before anything was sent. These messages are about the set-up, not about the call. */
const REQUEST_KINDS = {
  AI_LoadAPIKeyError: "auth",
  AI_LoadSettingError: "bad_request",
  AI_NoSuchModelError: "not_found",
  AI_NoSuchProviderError: "not_found",
  AI_UnsupportedFunctionalityError: "bad_request",
  AI_UnsupportedModelVersionError: "bad_request",
  AI_InvalidPromptError: "bad_request",
  AI_InvalidArgumentError: "bad_request",
} as const;

function failureOfRequest(
  error: object,
  { confidential }: ErrorReading,
): ProviderError | undefined {
  const known = Object.entries(REQUEST_KINDS).find(([name]) => hasMarker(error, name));
  if (known === undefined) return undefined;
  const message = error instanceof Error ? error.message : "";
  return new ProviderError(known[1], `the AI SDK: ${excerptOf(message, confidential)}`, {
    mayBeBilled: false,
  });
}

function readHeaders(headers: unknown): Record<string, string> {
  if (!isRecord(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
