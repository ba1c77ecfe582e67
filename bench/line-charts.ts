/** Draws small line charts, both axes logarithmic, as one SVG that can be read on light and on dark. */

import { element, round, textElement } from "../drawing/xml.ts";

export interface Chart {
  readonly title: string;
  /** In ascending order. What is 0 or less lies on the lower edge. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const COLUMNS = 2;
const CELL = { width: 430, height: 250 };
const PLOT = { left: 58, top: 44, right: 22, bottom: 40 };
/** Of small text, about. */
const DIGIT_WIDTH = 7;
const FONT = "system-ui, sans-serif";

/** Greys of middle lightness stand out from white and from black. */
const STYLE = [
  "text{fill:#57606a;font-size:11px}",
  ".title{fill:#24292f;font-size:13px;font-weight:600}",
  ".grid{stroke:#d0d7de;stroke-width:1}",
  ".line{fill:none;stroke:#0969da;stroke-width:2}",
  ".dot{fill:#0969da}",
  ".back{fill:#ffffff}",
  "@media (prefers-color-scheme: dark){",
  "text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}",
  ".line{stroke:#4493f8}.dot{fill:#4493f8}.back{fill:#0d1117}}",
].join("");

/** The same charts give the same text. */
export function drawCharts(charts: readonly Chart[]): string {
  const width = COLUMNS * CELL.width;
  const height = Math.ceil(charts.length / COLUMNS) * CELL.height;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "font-family": FONT,
  };
  const cells = charts.map((chart, index) => {
    const x = (index % COLUMNS) * CELL.width;
    const y = Math.floor(index / COLUMNS) * CELL.height;
    return element("g", { transform: `translate(${x} ${y})` }, drawChart(chart));
  });
  return `${element("svg", attributes, [
    textElement("title", {}, charts.map(({ title }) => title).join("; ")),
    textElement("style", {}, STYLE),
    element("rect", { class: "back", width, height }),
    ...cells,
  ])}\n`;
}

function drawChart({ title, points }: Chart): readonly string[] {
  const across = scaleOf(
    points.map(({ x }) => x),
    PLOT.left,
    CELL.width - PLOT.right,
  );
  const up = scaleOf(
    points.map(({ y }) => y),
    CELL.height - PLOT.bottom,
    PLOT.top,
  );
  const places = points.map(({ x, y }) => `${round(across.place(x))},${round(up.place(y))}`);
  return [
    textElement("text", { class: "title", x: PLOT.left, y: 24 }, title),
    ...up.ticks.flatMap((tick) => drawRow(tick, up.place(tick))),
    ...labelsWithRoom(
      points.map(({ x }) => ({ text: x.toLocaleString("en"), x: across.place(x) })),
    ).map(drawColumn),
    element("polyline", { class: "line", points: places.join(" ") }),
    ...points.map(({ x, y }) => drawDot(across.place(x), up.place(y), `${x}: ${short(y)}`)),
  ];
}

function drawRow(tick: number, y: number): readonly string[] {
  const [from, to] = [PLOT.left, CELL.width - PLOT.right];
  return [
    element("line", { class: "grid", x1: from, x2: to, y1: y, y2: y }),
    textElement("text", { x: from - 8, y: y + 4, "text-anchor": "end" }, short(tick)),
  ];
}

interface Label {
  readonly text: string;
  /** Of its middle. */
  readonly x: number;
}

/** From left to right, without those that would be drawn over the one before. */
function labelsWithRoom(labels: readonly Label[]): readonly Label[] {
  const drawn: Label[] = [];
  for (const label of labels) {
    const before = drawn.at(-1);
    const halves = ((label.text.length + (before?.text.length ?? 0)) / 2) * DIGIT_WIDTH;
    if (before === undefined || label.x - before.x > halves + DIGIT_WIDTH) drawn.push(label);
  }
  return drawn;
}

function drawColumn({ text, x }: Label): string {
  const place = { x, y: CELL.height - PLOT.bottom + 18, "text-anchor": "middle" };
  return textElement("text", place, text);
}

/** Whoever points at it is told the figure. */
function drawDot(x: number, y: number, label: string): string {
  const dot = { class: "dot", cx: x, cy: y, r: 3.5 };
  return element("circle", dot, [textElement("title", {}, label)]);
}

interface Scale {
  /** Powers of ten, from below the least to above the most. */
  readonly ticks: readonly number[];
  place(value: number): number;
}

function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const positive = values.filter((value) => value > 0);
  const lowest = Math.floor(Math.log10(Math.min(...positive, Infinity)));
  const [low, high] = Number.isFinite(lowest)
    ? [lowest, Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...positive))))]
    : [0, 1];
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    place(value) {
      const share = value > 0 ? (Math.log10(value) - low) / (high - low) : 0;
      return from + share * (to - from);
    },
  };
}

/** Three digits tell enough. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en");
}
