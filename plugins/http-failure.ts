/** Reads what kind of failure an HTTP answer is. Shared by the providers that speak HTTP. */

import type { FailureKind } from "../graph/failure-kinds.ts";

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
      return "timeout";
    case 413:
      return "context_length";
    case 429:
      return "rate_limited";
    case 503:
    case 529:
      return "overloaded";
    default:
      return status >= 500 ? "unavailable" : "bad_request";
  }
}

/**
 * How long the provider asked to wait, in milliseconds, from either form of Retry-After.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  // Date.parse makes a date of almost anything, even of "-5": every form of HTTP's date has a time of day.
  const date = /\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
