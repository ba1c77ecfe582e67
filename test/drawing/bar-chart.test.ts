import { drawBarChart, type Bar } from "../../drawing/bar-chart.ts";

function draw(bars: readonly Bar[]): string {
  return drawBarChart({ title: "Cost", description: "All of it.", bars, legend: ["cost", "lost"] });
}

function bar(change: Partial<Bar> = {}): Bar {
  return { label: "a", amount: 1, part: 0, text: "$1", ...change };
}

/** Widths of the bars, without frame and legend. */
function widthsOf(svg: string): readonly number[] {
  return [...svg.matchAll(/height="16" width="([\d.]+)"/g)].map(([, width]) => Number(width));
}

describe("a bar chart", () => {
  it("draws bars in proportion, and the part of each at its end", () => {
    const [most = 0, used, lost, least] = widthsOf(
      draw([bar({ amount: 40 }), bar({ amount: 20, part: 5 }), bar({ amount: 10 })]),
    );

    expect([used, lost, least].map((width = 0) => width / most)).toEqual([
      expect.closeTo(15 / 40, 3),
      expect.closeTo(5 / 40, 3),
      expect.closeTo(10 / 40, 3),
    ]);
  });

  it("stays within its frame whatever the labels are", () => {
    const svg = draw([bar({ label: "x".repeat(500), text: "$10000000.123456789" })]);
    const [, view] = /viewBox="0 0 (\d+)/.exec(svg) ?? [];

    expect(svg).toContain("…");
    expect(widthsOf(svg)[0]).toBeGreaterThan(100);
    expect(widthsOf(svg)[0]).toBeLessThan(Number(view) / 2);
  });

  it("draws nothing of nothing", () => {
    expect(widthsOf(draw([bar({ amount: 0 })]))).toEqual([0]);
    expect(draw([])).not.toMatch(/NaN|Infinity/);
  });

  it("has a title and a description for those who do not see it", () => {
    const svg = draw([bar()]);

    expect(svg).toContain('role="img" aria-labelledby="title description"');
    expect(svg).toContain('<title id="title">Cost</title><desc id="description">All of it.</desc>');
  });
});
