import { measureHistory } from "../../workflows/history-length.ts";

const MIB = 1_024 * 1_024;

function measure(
  measured: { readonly events: number; readonly bytes?: number; readonly isSuggested?: boolean },
  waits = 0,
  limit?: number,
): string {
  return measureHistory({ bytes: 0, isSuggested: false, ...measured }, waits, limit);
}

describe("a history", () => {
  it.each([
    ["a few events", { events: 30 }, "short"],
    ["as many as Temporal suggests", { events: 4_096, isSuggested: true }, "long"],
    ["many, and Temporal suggests nothing", { events: 8_192 }, "long"],
    ["a few large ones", { events: 600, bytes: 8 * MIB }, "long"],
    ["three times as many", { events: 24_576, isSuggested: true }, "too long"],
    ["three times as large", { events: 600, bytes: 24 * MIB }, "too long"],
    [
      "large from its start: the run has to get somewhere",
      { events: 5, bytes: 30 * MIB, isSuggested: true },
      "short",
    ],
  ] as const)("of %s is %s", (_name, measured, length) => {
    expect(measure(measured)).toBe(length);
  });

  it("is not long because of timers that the next execution would have to set again", () => {
    expect(measure({ events: 4_096, isSuggested: true }, 2_000)).toBe("short");
    expect(measure({ events: 8_000, isSuggested: true }, 2_000)).toBe("long");
  });

  it("is as long as a test says", () => {
    expect(measure({ events: 59, isSuggested: true }, 0, 60)).toBe("short");
    expect(measure({ events: 60 }, 0, 60)).toBe("long");
    expect(measure({ events: 180 }, 0, 60)).toBe("too long");
  });
});
