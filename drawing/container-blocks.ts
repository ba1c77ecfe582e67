/** The blocks that hold others: the frames of containers, the cases of a branch, the loop of a refine. */

import type { ArrowPart, Block, BlockPart, Box, Point, Segment, ShapePart } from "./block.ts";
import { heightOf, setLines, stackLines, widthOf, type BoxText } from "./box-blocks.ts";
import { COLORS, FONTS, type Look } from "./looks.ts";

const MARGIN = 18;
const HEADER_TOP = 12;
const HEADER_BOTTOM = 8;
const SHEET = 5;
const LOOP = { reach: 34, radius: 12, gap: 8, label: 128 } as const;

/** A frame with a header around `body`. What runs several times looks like several sheets. */
export function containerBlock(text: BoxText, body: Block, step: Block["step"]): Block {
  const { id, look, details } = text;
  const header = [
    ...setLines([look.caption], FONTS.caption, look.ink),
    ...setLines([id], FONTS.id, COLORS.title),
    ...setLines(details, FONTS.detail, COLORS.text),
  ];
  const width = Math.max(body.width, widthOf(header)) + 2 * MARGIN;
  const top = HEADER_TOP + heightOf(header) + HEADER_BOTTOM;
  const height = top + body.height + MARGIN;
  const sheets = look.hasSheets ? [2 * SHEET, SHEET, 0] : [0];
  return {
    width: width + (sheets[0] ?? 0),
    height: height + (sheets[0] ?? 0),
    axisX: width / 2,
    step,
    parts: [
      ...sheets.map((offset) => frame(look, { x: offset, y: offset, width, height })),
      ...stackLines(header, { x: MARGIN, y: HEADER_TOP, anchor: "start" }),
      { type: "block", x: (width - body.width) / 2, y: top, block: body },
    ],
  };
}

/** Where a branch decides. */
export function diamondBlock({ ink }: Look): Block {
  const size = { width: 20, height: 20 };
  const shape = { type: "shape", shape: "diamond", x: 0, y: 0, fill: ink, stroke: ink } as const;
  return { ...size, parts: [{ ...shape, ...size }] };
}

/** A panel behind a flow. The pill that the flow begins with sits on the panel's edge, like a tab. */
export function panelBlock(flow: Block, pill: Block, { stroke }: Look): Block {
  const [width, height] = [flow.width + 2 * MARGIN, flow.height + MARGIN];
  const top = pill.height / 2;
  return {
    width,
    height,
    axisX: MARGIN + (flow.axisX ?? flow.width / 2),
    parts: [
      frame({ fill: COLORS.background, stroke }, { x: 0, y: top, width, height: height - top }),
      { type: "block", x: MARGIN, y: 0, block: flow },
    ],
  };
}

/** An arrow from the lowest block of `body` back to the highest, and a text beside it. */
export function loopBlock(
  body: Block,
  { ink }: Look,
  { label, stands }: { readonly label: readonly string[]; readonly stands: ArrowPart["joins"] },
): Block {
  const ends = body.parts.filter((part) => part.type === "block").map(rightOf);
  const from = ends.reduce((lowest, end) => (end.y > lowest.y ? end : lowest));
  const to = ends.reduce((highest, end) => (end.y < highest.y ? end : highest));
  const turn = body.width + LOOP.reach;
  const lines = setLines(label, FONTS.label, ink, LOOP.label);
  const x = turn + LOOP.gap;
  const y = (from.y + to.y - heightOf(lines)) / 2;
  return {
    width: x + widthOf(lines),
    height: body.height,
    parts: [
      { type: "arrow", joins: stands, line: loopLine(from, to, turn), color: ink, hasHead: true },
      ...body.parts,
      ...stackLines(lines, { x, y, anchor: "start" }),
    ],
  };
}

/** Out to the right, up, and back, with round corners. */
function loopLine(from: Point, to: Point, turn: number): readonly Segment[] {
  const before = turn - LOOP.radius;
  return [
    from,
    { x: before, y: from.y },
    {
      x: turn,
      y: from.y - LOOP.radius,
      curve: [
        { x: turn, y: from.y },
        { x: turn, y: from.y },
      ],
    },
    { x: turn, y: to.y + LOOP.radius },
    {
      x: before,
      y: to.y,
      curve: [
        { x: turn, y: to.y },
        { x: turn, y: to.y },
      ],
    },
    to,
  ];
}

/** The middle of a block's right side. */
function rightOf({ x, y, block }: BlockPart): Point {
  return { x: x + block.width, y: y + block.height / 2 };
}

function frame(colors: Pick<Look, "fill" | "stroke">, box: Box): ShapePart {
  return { type: "shape", shape: "rounded", ...box, fill: colors.fill, stroke: colors.stroke };
}
