import { drawCharts } from "../../bench/line-charts.ts";

/** Of each circle, where it is. */
function dotsOf(svg: string): readonly { x: number; y: number }[] {
  const dots = svg.matchAll(/<circle class="dot" cx="([\d.]+)" cy="([\d.]+)"/g);
  return Array.from(dots, ([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

describe("drawCharts", () => {
  it("places equal factors at equal distances", () => {
    const points = [1, 10, 100].map((size) => ({ x: size, y: size }));

    const [first, second, third] = dotsOf(drawCharts([{ title: "time", points }]));

    expect(second?.x).toBeCloseTo(((first?.x ?? 0) + (third?.x ?? 0)) / 2, 1);
    expect(second?.y).toBeCloseTo(((first?.y ?? 0) + (third?.y ?? 0)) / 2, 1);
  });

  it("puts what is larger further up and further right", () => {
    const points = [
      { x: 3, y: 0.4 },
      { x: 300, y: 70 },
    ];

    const [first, second] = dotsOf(drawCharts([{ title: "time", points }]));

    expect(second?.x).toBeGreaterThan(first?.x ?? NaN);
    expect(second?.y).toBeLessThan(first?.y ?? NaN);
  });

  it("puts nothing at all on the lower edge", () => {
    const points = [
      { x: 1, y: 0 },
      { x: 10, y: 5 },
    ];

    const [nothing, some] = dotsOf(drawCharts([{ title: "memory", points }]));

    expect(nothing?.y).toBeGreaterThan(some?.y ?? NaN);
    expect(Number.isFinite(nothing?.y)).toBe(true);
  });

  it("draws where there is nothing but zeros", () => {
    const svg = drawCharts([{ title: "memory", points: [{ x: 1, y: 0 }] }]);

    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("leaves out a size that would be written over the one before", () => {
    const points = [1, 1_024, 2_048, 5_120].map((size) => ({ x: size, y: 1 }));

    const svg = drawCharts([{ title: "time", points }]);

    expect(svg).toContain(">1,024<");
    expect(svg).not.toContain(">2,048<");
    expect(svg).toContain(">5,120<");
    expect(dotsOf(svg)).toHaveLength(points.length);
  });

  it("has a row for every two charts", () => {
    const points = [{ x: 1, y: 1 }];
    const heightOf = (count: number): number => {
      const charts = Array.from({ length: count }, () => ({ title: "time", points }));
      return Number(/height="(\d+)"/.exec(drawCharts(charts))?.[1]);
    };

    expect(heightOf(2)).toBe(heightOf(1));
    expect(heightOf(3)).toBe(2 * heightOf(1));
  });

  it("escapes titles", () => {
    expect(drawCharts([{ title: "a < b", points: [] }])).not.toContain("a < b");
  });
});
