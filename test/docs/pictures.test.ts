/** The drawings of the docs are what the examples give. After a change: `UPDATE_PICTURES=1 npx jest test/docs/pictures`. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { support } from "../../examples/support/graphs.ts";

const PICTURE = join(__dirname, "../../docs/pictures/support.svg");
const PAGE = join(__dirname, "../../docs/reference/drawing.md");
const CHART = /(?<=^```mermaid\n).*?(?=^```$)/ms;

beforeAll(() => {
  if (!process.env["UPDATE_PICTURES"]) return;
  writeFileSync(PICTURE, support.toSvg());
  writeFileSync(PAGE, readFileSync(PAGE, "utf8").replace(CHART, support.toMermaid()));
});

describe("docs/reference/drawing.md", () => {
  it("shows the support graph as it is", () => {
    expect(readFileSync(PICTURE, "utf8")).toBe(support.toSvg());
  });

  it("shows the support graph's chart as it is", () => {
    const [chart] = CHART.exec(readFileSync(PAGE, "utf8")) ?? [];

    expect(chart).toBe(support.toMermaid());
  });
});
