import {
  readDuration,
  readReset,
  readRetryAfter,
  readRetryDelay,
} from "../../plugins/http/retry-delay.ts";

describe("readRetryAfter", () => {
  /** Sun, 06 Nov 1994 08:49:37 GMT, the example of the RFC. */
  const NOW = Date.UTC(1994, 10, 6, 8, 49, 37);

  it.each([
    ["0", 0],
    ["7", 7_000],
    [" 7 ", 7_000],
    ["3600", 3_600_000],
    ["0.5", 500],
    ["1.2345", 1_235],
    ["Sun, 06 Nov 1994 08:50:07 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:50:07 GMT", 30_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
    ["Sun, 06 Nov 1994 08:49:07 GMT", 0],
  ])("reads %j as %i ms", (value, delayMs) => {
    expect(readRetryAfter(value, NOW)).toBe(delayMs);
  });

  it.each([
    undefined,
    "",
    " ",
    "soon",
    "soon 5",
    "-5",
    "0x10",
    "1e3",
    "NaN",
    "Infinity",
    "5 seconds",
    "9".repeat(400),
    "Sun, 99 Nov 1994 08:50:07 GMT",
  ])("makes nothing of %j", (value) => {
    expect(readRetryAfter(value, NOW)).toBeUndefined();
  });
});

/** 2026-11-22T12:00:00Z */
const NOW = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 86_400_000;

describe("readDuration", () => {
  it.each([
    ["6m0s", 360_000],
    ["1s", 1_000],
    ["20ms", 20],
    ["7.66s", 7_660],
    ["1h2m3s", 3_723_000],
    ["999999999d", DAY_MS],
  ])("reads %s as %i ms", (text, delayMs) => {
    expect(readDuration(text)).toBe(delayMs);
  });

  it.each(["", "s", "-1s", "1 s", "1s later", "NaNs", "6m0"])("makes nothing of %j", (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});

describe("readReset", () => {
  it.each([
    ["0", 0],
    ["12.5", 12_500],
    [`${NOW / 1_000 + 30}`, 30_000],
    [`${NOW + 30_000}`, 30_000],
    [`${NOW / 1_000 - 30}`, 0],
    ["2026-11-22T12:00:30Z", 30_000],
    ["2026-11-22T12:00:30.250Z", 30_250],
    ["2036-11-22T12:00:30Z", DAY_MS],
    ["999999999", DAY_MS],
    ["1s", 1_000],
  ])("reads %s as %i ms", (value, delayMs) => {
    expect(readReset(value, NOW)).toBe(delayMs);
  });

  it.each([
    undefined,
    "",
    "-5",
    "NaN",
    "Infinity",
    "soon",
    "2026-99-99T99:00:00Z",
    "9".repeat(400),
  ])("makes nothing of %j", (value) => {
    expect(readReset(value, NOW)).toBeUndefined();
  });
});

function read(headers: Readonly<Record<string, string>>, isRateLimited = true): number | undefined {
  return readRetryDelay(headers, { isRateLimited, now: NOW });
}

describe("readRetryDelay", () => {
  it("prefers the finest of what is said", () => {
    const headers = {
      "retry-after-ms": "1200",
      "retry-after": "5",
      "x-ratelimit-reset": "60",
    };

    expect(read(headers)).toBe(1_200);
    expect(read({ ...headers, "retry-after-ms": "NaN" })).toBe(5_000);
    expect(read({ "x-ratelimit-reset": "60" })).toBe(60_000);
  });

  it("waits for the limits that are used up, and for no other", () => {
    expect(
      read({
        "x-ratelimit-remaining-requests": "58",
        "x-ratelimit-reset-requests": "6m0s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "20ms",
      }),
    ).toBe(20);
    expect(
      read({
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:10Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": "2026-11-22T12:00:40Z",
        "anthropic-ratelimit-output-tokens-remaining": "8000",
        "anthropic-ratelimit-output-tokens-reset": "2026-11-22T12:09:00Z",
      }),
    ).toBe(40_000);
  });

  it("makes nothing of limits that are not used up, or do not say so among several", () => {
    expect(read({ "x-ratelimit-remaining": "3", "x-ratelimit-reset": "60" })).toBeUndefined();
    expect(read({ "x-ratelimit-reset-tokens": "60s" })).toBeUndefined();
  });

  it("reads the reset of limits only where a limit was the reason", () => {
    expect(read({ "x-ratelimit-reset": "60" }, false)).toBeUndefined();
    expect(read({ "retry-after": "5" }, false)).toBe(5_000);
  });
});
