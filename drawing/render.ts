/** Writes blocks as SVG elements. Knows no kinds of steps and decides on no place. */

import type { ArrowPart, Block, Part, Point, Segment, ShapePart, TextPart } from "./block.ts";
import { lineOf, outlineOf } from "./outline.ts";
import { element, round, textElement } from "./xml.ts";

const LINE_WIDTH = 1.5;
const HEAD = { length: 9, width: 8 } as const;

/** A block and all that is in it. Steps bear their path as `data-step`, arrows for needs `data-from` and `data-to`. */
export function renderBlock(block: Block, { x, y }: Point): string {
  const transform = `translate(${round(x)} ${round(y)})`;
  const { step } = block;
  return element("g", { transform, "data-step": step?.path }, [
    ...(step ? [textElement("title", {}, step.summary)] : []),
    ...block.parts.map(renderPart),
  ]);
}

function renderPart(part: Part): string {
  switch (part.type) {
    case "block":
      return renderBlock(part.block, part);
    case "shape":
      return renderShape(part);
    case "text":
      return renderText(part);
    case "arrow":
      return renderArrow(part);
  }
}

function renderShape(part: ShapePart): string {
  return element("path", {
    d: outlineOf(part.shape, part),
    fill: part.fill,
    stroke: part.stroke,
    "stroke-width": LINE_WIDTH,
    "stroke-dasharray": part.isDashed ? "5 4" : undefined,
  });
}

function renderText({ x, y, text, font, color, anchor }: TextPart): string {
  return textElement(
    "text",
    {
      x,
      y,
      fill: color,
      "font-size": font.size,
      "font-weight": font.isBold ? 700 : undefined,
      "text-anchor": anchor === "start" ? undefined : anchor,
    },
    text,
  );
}

function renderArrow({ line, color, joins, hasHead }: ArrowPart): string {
  const tip = line.at(-1);
  const before = line.at(-2);
  const isPointed = hasHead && tip && before;
  const end = isPointed ? goBack(tip, before, HEAD.length - 1) : tip;
  const drawn = end ? [...line.slice(0, -1), end] : line;
  return element("g", { "data-from": joins?.from, "data-to": joins?.to }, [
    element("path", {
      d: lineOf(drawn),
      fill: "none",
      stroke: color,
      "stroke-width": LINE_WIDTH,
    }),
    ...(isPointed ? [element("path", { d: headOf(tip, before), fill: color })] : []),
  ]);
}

/** A triangle that points from `before` to `tip`. */
function headOf(tip: Point, before: Point): string {
  const back = goBack(tip, before, HEAD.length);
  const [x, y] = [(tip.y - back.y) / HEAD.length, (back.x - tip.x) / HEAD.length];
  const side = HEAD.width / 2;
  const corners: readonly Segment[] = [
    tip,
    { x: back.x + x * side, y: back.y + y * side },
    { x: back.x - x * side, y: back.y - y * side },
  ];
  return `${lineOf(corners)} Z`;
}

function goBack(tip: Point, before: Point, distance: number): Point {
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const share = distance / length;
  return { x: tip.x + (before.x - tip.x) * share, y: tip.y + (before.y - tip.y) * share };
}
