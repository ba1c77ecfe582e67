/** The outlines of the shapes, as SVG path data. */

import type { Box, Segment, Shape } from "./block.ts";
import { round } from "./xml.ts";

const RADIUS = 9;
const SNIP = 14;
const BAR = 7;

/** How much of a shape's width, on each side, is no room for text. */
export const INSETS: Readonly<Record<Shape, number>> = {
  rounded: 0,
  square: 0,
  stadium: 10,
  hexagon: 12,
  snipped: 4,
  doubleSided: BAR,
  diamond: 0,
};

/** The outline of a shape that fills `box`. */
export function outlineOf(shape: Shape, box: Box): string {
  const { x, y, width, height } = box;
  const [right, bottom, middle] = [x + width, y + height, y + height / 2];
  switch (shape) {
    case "rounded":
      return roundedOutline(box, RADIUS);
    case "square":
      return roundedOutline(box, 1.5);
    case "stadium":
      return roundedOutline(box, Math.min(height / 2, 24));
    case "hexagon":
      return path`M ${x + SNIP} ${y} H ${right - SNIP} L ${right} ${middle} L ${right - SNIP} ${bottom} H ${x + SNIP} L ${x} ${middle} Z`;
    case "snipped":
      return path`M ${x} ${y} H ${right - SNIP} L ${right} ${y + SNIP} V ${bottom} H ${x + SNIP} L ${x} ${bottom - SNIP} Z`;
    case "doubleSided":
      return `${roundedOutline(box, 1.5)} ${path`M ${x + BAR} ${y} V ${bottom} M ${right - BAR} ${y} V ${bottom}`}`;
    case "diamond":
      return path`M ${x + width / 2} ${y} L ${right} ${middle} L ${x + width / 2} ${bottom} L ${x} ${middle} Z`;
  }
}

/** A line through `segments`. */
export function lineOf([first, ...rest]: readonly Segment[]): string {
  if (!first) return "";
  const steps = rest.map(({ x, y, curve }) =>
    curve
      ? path`C ${curve[0].x} ${curve[0].y} ${curve[1].x} ${curve[1].y} ${x} ${y}`
      : path`L ${x} ${y}`,
  );
  return [path`M ${first.x} ${first.y}`, ...steps].join(" ");
}

function roundedOutline({ x, y, width, height }: Box, radius: number): string {
  const [right, bottom] = [x + width, y + height];
  return [
    path`M ${x + radius} ${y} H ${right - radius} Q ${right} ${y} ${right} ${y + radius}`,
    path`V ${bottom - radius} Q ${right} ${bottom} ${right - radius} ${bottom}`,
    path`H ${x + radius} Q ${x} ${bottom} ${x} ${bottom - radius}`,
    path`V ${y + radius} Q ${x} ${y} ${x + radius} ${y} Z`,
  ].join(" ");
}

/** Path data with its numbers rounded. */
function path(texts: TemplateStringsArray, ...numbers: readonly number[]): string {
  return String.raw({ raw: texts.raw }, ...numbers.map(round));
}
