/** Draws a graph as a picture. Node only: inside a workflow `svg-in-sandbox.ts` stands here. */

import type { GraphJson } from "../graph/graph-json.ts";
import type { Block, Part } from "./block.ts";
import { heightOf, pillBlock, setLines, stackLines, widthOf } from "./box-blocks.ts";
import { COLORS, FONT_FAMILY, FONTS } from "./looks.ts";
import { listSteps } from "./list-steps.ts";
import { renderBlock } from "./render.ts";
import { flowBlock } from "./step-blocks.ts";
import { element, textElement } from "./xml.ts";

const MARGIN = 28;
const HEADER_BOTTOM = 18;
const END = { fill: COLORS.background, stroke: COLORS.line, ink: COLORS.quiet };

/** The picture of a graph, as an SVG document. The same graph gives the same text. */
export function drawSvg(json: GraphJson): string {
  const picture = layOutGraph(json);
  const [width, height] = [Math.ceil(picture.width), Math.ceil(picture.height)];
  const edge = { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 12 };
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "font-family": FONT_FAMILY,
  };
  return `${element("svg", attributes, [
    textElement("title", {}, `Graph ${json.id}, version ${json.version}`),
    textElement("desc", {}, listSteps(json)),
    element("rect", { ...edge, fill: COLORS.background, stroke: COLORS.border }),
    renderBlock(picture, { x: 0, y: 0 }),
  ])}\n`;
}

/** Everything that is in the picture, and where. */
export function layOutGraph(json: GraphJson): Block {
  const body = flowBlock(json, "", {
    entry: pillBlock("input", END),
    exit: pillBlock("result", END),
  });
  const header = [
    ...setLines([json.id], FONTS.graph, COLORS.title),
    ...setLines([`graph, version ${json.version}`], FONTS.detail, COLORS.quiet),
  ];
  const width = Math.max(body.width, widthOf(header)) + 2 * MARGIN;
  const top = MARGIN + heightOf(header) + HEADER_BOTTOM;
  const parts: readonly Part[] = [
    ...stackLines(header, { x: MARGIN, y: MARGIN, anchor: "start" }),
    { type: "block", x: (width - body.width) / 2, y: top, block: body },
  ];
  return { width, height: top + body.height + MARGIN, parts };
}
