/** Makes a `ProviderError` of whatever a call failed with: its kind, a message fit to be shown, what is known besides. */

import { ProviderError, type ProviderErrorDetails } from "../contract.ts";
import { kindOfVendorError, type Classify, type ErrorAnswer } from "./provider-failure.ts";
import { readCharge, type Charge } from "../ai-sdk/raw-usage.ts";
import { readLimits } from "./limit-headers.ts";
import { excerptOf, type Confidential } from "./redact.ts";
import { readDuration, readRetryDelay } from "./retry-delay.ts";
import { isRecord, parseJson, readVendorError, type VendorError } from "./vendor-error.ts";

/** How errors of one call are read. */
export interface ErrorReading {
  readonly confidential: Confidential;
  readonly classify?: Classify;
}

const NO_ERROR: VendorError = { codes: [], message: "", headers: {} };

/** The failure that an answer with an error is: one of a status that is no success, or a success that holds an error. */
export function failureOfAnswer(
  answer: ErrorAnswer,
  { confidential, classify }: ErrorReading,
  known: ProviderErrorDetails = {},
): ProviderError {
  const body = parseJson(answer.body);
  // What is no JSON comes from a gateway on the way; its words may still say what is wrong.
  const error = readVendorError(body ?? answer.body) ?? NO_ERROR;
  const kind = classify?.(answer) ?? kindOfVendorError(error, answer.status);
  const headers = { ...error.headers, ...answer.headers };
  const now = Date.now();
  const retryAfterMs =
    readRetryDelay(headers, { isRateLimited: kind === "rate_limited", now }) ??
    (error.retryDelay === undefined ? undefined : readDuration(error.retryDelay));
  return new ProviderError(kind, describeAnswer(answer, confidential), {
    httpStatus: answer.status,
    requestId: readRequestId(answer.headers) ?? requestIdIn(body),
    retryAfterMs,
    limits: readLimits(headers, now),
    ...readCharge(body),
    ...known,
  });
}

/** A success whose body is not what the API promises. An excerpt is shown only where it cannot be of a reply. */
export function failureOfForm(
  answer: ErrorAnswer,
  problem: string,
  { confidential }: Pick<ErrorReading, "confidential">,
): ProviderError {
  const isPage = /^\s*<|^\uFEFF?\s*<!/.test(answer.body);
  const message = isPage ? describeAnswer(answer, confidential) : `the answer ${problem}`;
  return malformed(message, answer, readCharge(parseJson(answer.body)));
}

/** An answer that cannot be taken for a reply, with what it cost all the same. */
export function malformed(
  message: string,
  { status, headers }: Pick<ErrorAnswer, "status" | "headers">,
  charge: Charge & { readonly requestId?: string } = {},
): ProviderError {
  const requestId = readRequestId(headers);
  const limits = readLimits(headers, Date.now());
  return new ProviderError("malformed", message, {
    httpStatus: status,
    ...charge,
    ...(requestId === undefined ? {} : { requestId }),
    ...(limits === undefined ? {} : { limits }),
  });
}

/** Headers in which vendors name a call. */
const REQUEST_ID_HEADERS = [
  "x-request-id",
  "request-id",
  "x-amzn-requestid",
  "apim-request-id",
  "x-goog-request-id",
  "mistral-correlation-id",
  "x-generation-id",
];

/** The vendor's id of a call, from the headers of the answer. */
export function readRequestId(headers: Readonly<Record<string, string>>): string | undefined {
  const id = REQUEST_ID_HEADERS.map((name) => headers[name]).find((value) => value !== undefined);
  return id?.slice(0, 200);
}

function requestIdIn(body: unknown): string | undefined {
  const id = isRecord(body) ? body["request_id"] : undefined;
  return typeof id === "string" ? id.slice(0, 200) : undefined;
}

function describeAnswer(
  { status, headers, body }: ErrorAnswer,
  confidential: Confidential,
): string {
  const redirect = status >= 300 && status < 400 ? describeRedirect(headers["location"]) : "";
  const excerpt = redirect === "" ? excerptOf(body, confidential) : redirect;
  return excerpt === "" ? `the API answered ${status}` : `the API answered ${status}: ${excerpt}`;
}

/** A key would go along to wherever an answer points: nothing is followed. The query may hold a token. */
function describeRedirect(location: string | undefined): string {
  const target = location?.split(/[?#]/)[0]?.slice(0, 200);
  const where = target === undefined ? "elsewhere" : `to ${target}`;
  return `it redirects ${where}; redirects are not followed, set the base URL to the right address`;
}
