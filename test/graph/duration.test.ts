import { parseDuration } from "../../graph/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["1 millisecond", 1],
    ["200 milliseconds", 200],
    ["1 second", 1_000],
    ["30 seconds", 30_000],
    ["1 minute", 60_000],
    ["2 minutes", 120_000],
    ["1 hour", 3_600_000],
    ["2 days", 172_800_000],
    ["1.5 hours", 5_400_000],
    ["0.5 seconds", 500],
    ["007 seconds", 7_000],
  ])("reads %j as %d ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it("rounds to whole milliseconds", () => {
    expect(parseDuration("1.5 milliseconds")).toBe(2);
    expect(parseDuration("0.0001 minutes")).toBe(6);
  });

  it.each([
    "",
    "30",
    "seconds",
    "30seconds",
    "30  seconds",
    " 30 seconds",
    "30 seconds\n",
    "30 s",
    "30 Seconds",
    "30 secondss",
    "2 weeks",
    "-1 seconds",
    "+1 seconds",
    "1e3 seconds",
    "1, seconds",
    ".5 seconds",
    "5. seconds",
    "Infinity seconds",
    "NaN seconds",
    "1 __proto__",
    "1 constructor",
  ])("takes %j for no duration", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each(["0 seconds", "0.0 days", "0.4 milliseconds"])(
    "refuses %j: not longer than zero",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it("refuses what a number cannot count exactly", () => {
    expect(parseDuration("104249991 days")).toBe(9_007_199_222_400_000);
    expect(parseDuration("104249992 days")).toBeUndefined();
    expect(parseDuration(`${"9".repeat(400)} days`)).toBeUndefined();
  });
});
