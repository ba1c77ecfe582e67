/** How long a provider asks to wait before it is called again, in whichever way it says so. */

/** Headers of an answer, names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Longer than any run waits: what is beyond it is as good as "not today", or a clock that is wrong. */
const LONGEST_DELAY_MS = 24 * 60 * 60 * 1_000;

/**
 * How long the provider asked to wait, in milliseconds, at most a day. `retry-after-ms` wins over Retry-After, which
 * wins over the limits of a provider that says when they start anew.
 *
 * @param isRateLimited - the reset times of limits mean nothing for other failures: they are in every answer.
 * @param now - milliseconds since 1970.
 */
export function readRetryDelay(
  headers: Headers,
  { isRateLimited, now }: { readonly isRateLimited: boolean; readonly now: number },
): number | undefined {
  return (
    readMilliseconds(headers["retry-after-ms"]) ??
    readRetryAfter(headers["retry-after"], now) ??
    (isRateLimited ? readResets(headers, now) : undefined)
  );
}

/**
 * Reads either form of Retry-After, in milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return limit(Number(text) * 1_000);
  // Date.parse makes a date of almost anything, even of "-5": every form of HTTP's date has a time of day.
  const date = /\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : limit(date - now);
}

/**
 * Reads when a limit starts anew: a duration such as `6m0s` or `20ms`, seconds from now, seconds or milliseconds since
 * 1970, or a date.
 */
export function readReset(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,15}(\.\d+)?$/.test(text)) {
    const count = Number(text);
    if (count >= 1e11) return limit(count - now);
    if (count >= 1e9) return limit(count * 1_000 - now);
    return limit(count * 1_000);
  }
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) {
    const date = Date.parse(text);
    return Number.isNaN(date) ? undefined : limit(date - now);
  }
  return readDuration(text);
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads a duration as Go writes it, such as `1h2m3.5s`. */
export function readDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)];
  const total = parts.reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS_MS[unit] ?? 0),
    0,
  );
  return limit(total);
}

/** `x-ratelimit-reset`, `x-ratelimit-reset-tokens`, `ratelimit-reset`, `anthropic-ratelimit-input-tokens-reset`, … */
const RESET_NAME = /^(x-ratelimit-|ratelimit-|anthropic-ratelimit-(?:[a-z-]+-)?)reset(-[a-z-]+)?$/;

/** Only of limits that are used up: the others start anew as well, but nothing waits for them. */
function readResets(headers: Headers, now: number): number | undefined {
  const delays = Object.keys(headers)
    .filter((name) => RESET_NAME.test(name) && isUsedUp(headers, name))
    .map((name) => readReset(headers[name], now))
    .filter((delay) => delay !== undefined);
  return delays.length === 0 ? undefined : Math.max(...delays);
}

/** A vendor that counts several things says for each what is left; one that has a single limit may not. */
function isUsedUp(headers: Headers, resetName: string): boolean {
  const remaining = headers[resetName.replace("reset", "remaining")]?.trim();
  if (remaining === undefined) return /^(x-)?ratelimit-reset$/.test(resetName);
  return Number(remaining) <= 0;
}

function readMilliseconds(value: string | undefined): number | undefined {
  const text = value?.trim() ?? "";
  return /^\d{1,12}(\.\d+)?$/.test(text) ? limit(Number(text)) : undefined;
}

function limit(delayMs: number): number {
  return Math.min(LONGEST_DELAY_MS, Math.max(0, Math.ceil(delayMs)));
}
