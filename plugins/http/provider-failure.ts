/** Decides which kind of failure an error of a provider is: the one place for all vendors. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import { normalizeCode, type VendorError } from "./vendor-error.ts";

/** An answer that is not a success, or that holds an error all the same. */
export interface ErrorAnswer {
  /** 200 when the error came in the body of a success. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, at most 64 KiB of it. */
  readonly body: string;
}

/** A provider's own reading of an error. Undefined: as for every provider. */
export type Classify = (answer: ErrorAnswer) => FailureKind | undefined;

/** The kind of failure behind an HTTP status that is not a success. */
export function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
    case 403:
      return "auth";
    case 402:
      return "insufficient_credit";
    case 404:
    case 410:
      return "not_found";
    case 408:
    case 504:
    case 524:
      return "timeout";
    case 413:
      return "context_length";
    case 429:
      return "rate_limited";
    case 498:
    case 503:
    case 529:
      return "overloaded";
    default:
      return status >= 500 ? "unavailable" : "bad_request";
  }
}

/**
 * The kind of failure that an error of a vendor is. Its code says more than the status, which several vendors share
 * between causes: OpenAI answers 429 to an account without credit. Where the code is a general one, the words decide.
 */
export function kindOfVendorError(error: VendorError, status: number): FailureKind {
  const isSuccess = status >= 200 && status < 300;
  const effective = isSuccess ? error.status : status;
  const words = wordsToTrust(effective);
  const specific = find(error.codes, SPECIFIC_CODES);
  // Groq and Ollama say only by the status that they are overloaded: in the body it is a server error like any.
  if (specific === "unavailable" && kindOfStatus(status) === "overloaded") return "overloaded";
  return (
    specific ??
    WORDS.find(([kind, pattern]) => words.includes(kind) && pattern.test(error.message))?.[0] ??
    (effective === undefined ? find(error.codes, GENERAL_CODES) : kindOfStatus(effective)) ??
    // What went wrong in a success is not the request: that was taken.
    "unavailable"
  );
}

/** By the kinds they stand for, as vendors write them. */
const SPECIFIC_CODES = byCode({
  rate_limited:
    "rate_limit_exceeded rate_limit_error RateLimitError RESOURCE_EXHAUSTED ThrottlingException TooManyRequestsException " +
    "ServiceQuotaExceededException too_many_requests rate_limited rate_limit_reached requests tokens",
  overloaded:
    "overloaded_error overloaded UNAVAILABLE ServiceUnavailableException ServiceUnavailable service_unavailable " +
    "service_unavailable_error ModelNotReadyException provider_overloaded engine_overloaded server_overloaded",
  unavailable:
    "api_error InternalServerError internal_server_error server_error internal_error INTERNAL InternalServerException " +
    "ModelErrorException ModelStreamErrorException provider_unavailable bad_gateway server APIConnectionError",
  timeout: "DEADLINE_EXCEEDED ModelTimeoutException timeout_error timeout request_timeout",
  context_length:
    "context_length_exceeded request_too_large string_above_max_length string_too_long payload_too_large " +
    "ContextWindowExceededError exceed_context_size_error token_limit_exceeded input_too_long",
  content_filtered:
    "content_filter content_policy_violation ContentPolicyViolationError ResponsibleAIPolicyViolation moderation_blocked " +
    "content_filtered PROHIBITED_CONTENT SAFETY BLOCKLIST SPII",
  refused: "refusal",
  auth:
    "invalid_api_key authentication_error AuthenticationError authentication UNAUTHENTICATED API_KEY_INVALID " +
    "PERMISSION_DENIED permission_error PermissionDeniedError AccessDeniedException UnrecognizedClientException " +
    "InvalidSignatureException ExpiredTokenException MissingAuthenticationTokenException IncompleteSignatureException " +
    "account_deactivated unauthorized invalid_organization API_KEY_SERVICE_BLOCKED",
  insufficient_credit:
    "insufficient_quota billing_hard_limit_reached billing_not_active billing_error payment_required insufficient_credits " +
    "insufficient_balance insufficient_funds BudgetExceededError",
  not_found:
    "model_not_found not_found_error NotFoundError NOT_FOUND ResourceNotFoundException DeploymentNotFound invalid_model " +
    "model_decommissioned model_deprecated unknown_model",
});

/** Said of many causes: where nothing more is said, not even a status, this. */
const GENERAL_CODES = byCode({
  bad_request:
    "invalid_request_error INVALID_ARGUMENT ValidationException BadRequestError invalid_request FAILED_PRECONDITION " +
    "unprocessable invalid_prompt invalid_value unsupported_parameter unknown_parameter unsupported_value " +
    "UnprocessableEntityError missing_required_parameter precondition_failed max_tokens_exceeded",
});

/** In the order in which they are tried. */
const WORDS: readonly (readonly [FailureKind, RegExp])[] = [
  [
    "insufficient_credit",
    /credit balance is too low|insufficient (credits?|balance|funds|quota)|(requires|need) more credits|billing hard limit|check your plan and billing|payment required/i,
  ],
  [
    "context_length",
    /maximum context length|context (window|length|size|limit)|(prompt|input) is too long|input length.{0,40}exceeds|input token count.{0,60}exceeds|reduce the length of|maximum prompt length|number of input tokens exceeds/i,
  ],
  [
    "auth",
    /api.?key (is )?(not valid|invalid|missing|expired)|(invalid|incorrect|missing|expired) (api.?key|credentials|token)/i,
  ],
  [
    "not_found",
    /model.{0,120}(not found|not exist|no longer|not (a )?valid|invalid|decommissioned|deprecated|retired)|not a valid model|(no such|unknown|invalid) model|no endpoints found/is,
  ],
  [
    "content_filtered",
    /content (management )?policy|content.?filter|safety (system|policy|filter)|was flagged|requires moderation|blocked by.{0,40}(safety|guardrail|filter)|usage polic/i,
  ],
  [
    "overloaded",
    /overloaded|over capacity|loading model|model is (currently )?loading|no capacity/i,
  ],
  ["rate_limited", /rate.?limit|too many requests/i],
];

/** For statuses that say enough by themselves, only those words count that make another kind of them. */
function wordsToTrust(status: number | undefined): readonly FailureKind[] {
  if (status === undefined) return WORDS.map(([kind]) => kind);
  if (status === 401 || status === 402 || status === 404) return [];
  if (status === 429) return ["insufficient_credit"];
  if (status === 403) return ["insufficient_credit", "content_filtered"];
  if (status >= 500) return ["context_length", "overloaded"];
  return WORDS.map(([kind]) => kind);
}

/** The word that a normalized code stands for, the first that is known. */
function find(
  codes: readonly string[],
  table: ReadonlyMap<string, FailureKind>,
): FailureKind | undefined {
  return codes.map((code) => table.get(code)).find((kind) => kind !== undefined);
}

function byCode(table: Partial<Record<FailureKind, string>>): ReadonlyMap<string, FailureKind> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of that very type.
  const entries = Object.entries(table) as [FailureKind, string][];
  return new Map(
    entries.flatMap(([kind, codes]) =>
      codes.split(" ").map((code) => [normalizeCode(code), kind] as const),
    ),
  );
}
