/** Draws amounts as lying bars, one below the other. A part of each may stand out. */

import { COLORS, FONT_FAMILY } from "./looks.ts";
import { textWidth } from "./text.ts";
import { element, textElement } from "./xml.ts";

export interface Bar {
  readonly label: string;
  /** From 0. */
  readonly amount: number;
  /** Of the amount: drawn apart, at its end. */
  readonly part: number;
  /** What is written beside it. */
  readonly text: string;
}

export interface BarChart {
  readonly title: string;
  /** For those who do not see it: all that it shows. */
  readonly description: string;
  readonly bars: readonly Bar[];
  /** What the amounts and their parts are called. */
  readonly legend: readonly [amount: string, part: string];
}

const WIDTH = 860;
const MARGIN = 28;
const ROW = { height: 28, bar: 16 };
const TOP = 92;
const GAP = 10;
const LABELS_AT_MOST = 300;
const FONT = { size: 12 };
const FILL = { amount: "#5b86c4", part: "#c97b93" };

/** An SVG document. The same chart gives the same text. */
export function drawBarChart(chart: BarChart): string {
  const { title, description, bars, legend } = chart;
  const height = TOP + bars.length * ROW.height + MARGIN;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-labelledby": "title description",
    "font-family": FONT_FAMILY,
    "font-size": FONT.size,
  };
  const edge = { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1, rx: 12 };
  return `${element("svg", attributes, [
    textElement("title", { id: "title" }, title),
    textElement("desc", { id: "description" }, description),
    element("rect", { ...edge, fill: COLORS.background, stroke: COLORS.border }),
    textElement(
      "text",
      { x: MARGIN, y: 38, "font-size": 16, "font-weight": 600, fill: COLORS.title },
      title,
    ),
    ...drawLegend(legend),
    ...drawBars(bars),
  ])}\n`;
}

function drawLegend([amount, part]: BarChart["legend"]): readonly string[] {
  const second = MARGIN + 20 + textWidth(amount, FONT) + 24;
  return [
    { x: MARGIN, text: amount, fill: FILL.amount },
    { x: second, text: part, fill: FILL.part },
  ].flatMap(({ x, text, fill }) => [
    element("rect", { x, y: 56, width: 12, height: 12, rx: 2, fill }),
    textElement("text", { x: x + 20, y: 66, fill: COLORS.quiet }, text),
  ]);
}

function drawBars(bars: readonly Bar[]): readonly string[] {
  const labels = Math.min(
    LABELS_AT_MOST,
    Math.max(0, ...bars.map(({ label }) => textWidth(label, FONT))),
  );
  const texts = Math.max(0, ...bars.map(({ text }) => textWidth(text, FONT)));
  const from = MARGIN + labels + GAP;
  const room = WIDTH - MARGIN - texts - GAP - from;
  const most = Math.max(...bars.map(({ amount }) => amount), 0);
  const widthOf = (amount: number): number => (most > 0 ? (amount / most) * room : 0);
  return bars.flatMap(({ label, amount, part, text }, index) => {
    const y = TOP + index * ROW.height;
    const [whole, end] = [widthOf(amount), widthOf(part)];
    const box = { y, height: ROW.bar };
    const line = y + ROW.bar - 4;
    return [
      textElement(
        "text",
        { x: from - GAP, y: line, "text-anchor": "end", fill: COLORS.text },
        cut(label),
      ),
      element("rect", { x: from, ...box, width: whole - end, fill: FILL.amount }),
      ...(end > 0
        ? [element("rect", { x: from + whole - end, ...box, width: end, fill: FILL.part })]
        : []),
      textElement("text", { x: from + whole + GAP, y: line, fill: COLORS.quiet }, text),
    ];
  });
}

/** The end of a model's name tells more than its middle. */
function cut(label: string): string {
  let short = label;
  while (textWidth(short, FONT) > LABELS_AT_MOST) short = `…${short.replace(/^…/u, "").slice(1)}`;
  return short;
}
