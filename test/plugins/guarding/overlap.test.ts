import * as fc from "fast-check";
import { withoutOverlaps } from "../../../plugins/guarding/overlap.ts";

const spans = fc.array(
  fc
    .record({ start: fc.nat(300), length: fc.integer({ min: 1, max: 150 }), rank: fc.nat(2) })
    .map(({ start, length, rank }) => ({ start, end: start + length, rank })),
  { maxLength: 30 },
);

describe("findings that overlap", () => {
  it("leave the longest", () => {
    const found = withoutOverlaps([
      { start: 4, end: 9 },
      { start: 0, end: 20 },
      { start: 19, end: 30 },
    ]);

    expect(found).toEqual([{ start: 0, end: 20 }]);
  });

  it("leave the one that ranks higher, however short", () => {
    const found = withoutOverlaps(
      [
        { start: 0, end: 20, rank: 0 },
        { start: 4, end: 9, rank: 1 },
      ],
      ({ rank }) => rank,
    );

    expect(found).toEqual([{ start: 4, end: 9, rank: 1 }]);
  });

  it("leave both where one begins as the other ends", () => {
    const found = withoutOverlaps([
      { start: 9, end: 12 },
      { start: 0, end: 9 },
    ]);

    expect(found.map(({ start }) => start)).toEqual([0, 9]);
  });

  it("leave some that are apart and in order, and drop none for nothing", () => {
    fc.assert(
      fc.property(spans, (found) => {
        const kept = withoutOverlaps(found, ({ rank }) => rank);

        const apart = kept.every((span, at) => at === 0 || (kept[at - 1]?.end ?? 0) <= span.start);
        const explained = found.every((span) =>
          kept.some(
            (other) => other.start < span.end && span.start < other.end && other.rank >= span.rank,
          ),
        );
        expect({ apart, explained }).toEqual({ apart: true, explained: true });
      }),
    );
  });

  it("are settled in a moment, however many", () => {
    const many = Array.from({ length: 200_000 }, (_, at) => ({ start: at * 5, end: at * 5 + 8 }));

    const kept = withoutOverlaps(many);

    expect(kept.length).toBe(100_000);
  });
});
