import { kindOfStatus, readRetryAfter } from "../../plugins/http-failure.ts";

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
    [504, "timeout"],
    [520, "unavailable"],
    [529, "overloaded"],
    [599, "unavailable"],
  ] as const)("takes %i for %s", (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });
});

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
