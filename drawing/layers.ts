/** Places blocks in layers, each below all it needs, and leads the arrows between them around all others. */

import type { ArrowPart, Block, BlockPart, Point, Segment } from "./block.ts";
import { COLORS } from "./looks.ts";
import {
  ACROSS,
  findRoutes,
  type Join,
  type Layer,
  type NamedBlock,
  type Route,
} from "./routes.ts";

const DOWN = 36;
/** A long way to the side needs some height, or the arrow would be flat. */
const DOWN_PER_ACROSS = 0.1;
const DOWN_AT_MOST = 76;
/** The end of an arrow is straight for as long as its head. */
const STRAIGHT = 11;

/** All of `blocks`, joined by arrows, as one block. Its axis is that of the first. */
export function layOutLayers(blocks: readonly NamedBlock[], joins: readonly Join[]): Block {
  const { layers, routes } = findRoutes(blocks, joins);
  const tops = stackLayers(layers, routes);
  const parts = new Map(layers.flatMap((layer, index) => hangLayer(layer, tops[index] ?? 0)));
  const arrows = routes.map((route) => drawRoute(route, { layers, tops, parts }));
  return joinParts(blocks[0]?.name, arrows, parts);
}

/** `blocks` side by side below `top`, which has an arrow to each. */
export function layOutFan(top: Block, blocks: readonly Block[]): Block {
  if (blocks.length === 0) return top;
  const width = blocks.reduce((sum, block) => sum + block.width + ACROSS, -ACROSS);
  const start = { x: width / 2, y: top.height };
  const y = start.y + gapFor(width / 2);
  let x = 0;
  const places = blocks.map((block): BlockPart => {
    const place: BlockPart = { type: "block", x, y, block };
    x += block.width + ACROSS;
    return place;
  });
  const parts = places.flatMap((place) => [
    arrow([start, ...curveDown(start, entryOf(place)), entryOf(place)]),
    place,
  ]);
  return {
    width,
    height: y + Math.max(...blocks.map(({ height }) => height)),
    parts: [...parts, { type: "block", x: (width - top.width) / 2, y: 0, block: top }],
  };
}

/** The top of each layer. */
function stackLayers(layers: readonly Layer[], routes: readonly Route[]): readonly number[] {
  const tops: number[] = [];
  let y = 0;
  for (const [index, { height }] of layers.entries()) {
    tops.push(y);
    y += height + gapFor(furthestAcross(index, routes));
  }
  return tops;
}

/** How far arrows go to the side between a layer and the next one. */
function furthestAcross(layer: number, routes: readonly Route[]): number {
  const across = routes.map(({ first, xs }) => {
    const [from, to] = [xs[layer - first], xs[layer - first + 1]];
    return from === undefined || to === undefined ? 0 : Math.abs(to - from);
  });
  return Math.max(...across, 0);
}

function gapFor(across: number): number {
  return Math.min(DOWN + DOWN_PER_ACROSS * across, DOWN_AT_MOST);
}

/** Blocks hang from the top of their layer. */
function hangLayer({ places }: Layer, y: number): readonly (readonly [string, BlockPart])[] {
  return places.map(({ name, block, x }) => [name, { type: "block", x, y, block }]);
}

interface Placed {
  readonly layers: readonly Layer[];
  readonly tops: readonly number[];
  readonly parts: ReadonlyMap<string, BlockPart>;
}

/** Straight down through a layer, curved between layers, so that an arrow never crosses a block. */
function drawRoute({ join, first, xs }: Route, { layers, tops, parts }: Placed): ArrowPart {
  const [from, to] = [parts.get(join.from), parts.get(join.to)];
  const start = { x: xs[0] ?? 0, y: from ? from.y + from.block.height : 0 };
  const end = { x: xs.at(-1) ?? 0, y: to?.y ?? 0 };
  const curves = xs.slice(1).flatMap((x, index): readonly Segment[] => {
    const bottom = (tops[first + index] ?? 0) + (layers[first + index]?.height ?? 0);
    return curveDown({ x: xs[index] ?? x, y: bottom }, { x, y: tops[first + index + 1] ?? 0 });
  });
  return { ...arrow([start, ...curves, end], to?.block.hasArrowHead), joins: join.stands };
}

function arrow(line: readonly Segment[], isHeadThere = false): ArrowPart {
  return { type: "arrow", line, color: COLORS.line, hasHead: !isHeadThere };
}

/** From one height to a lower one, upright at both ends; the rest of the way to `to` is straight. */
function curveDown(from: Point, to: Point): readonly Segment[] {
  const end = { x: to.x, y: to.y - STRAIGHT };
  const middle = (from.y + end.y) / 2;
  return [
    from,
    {
      ...end,
      curve: [
        { x: from.x, y: middle },
        { x: to.x, y: middle },
      ],
    },
  ];
}

/** Where arrows arrive. */
function entryOf({ x, y, block }: BlockPart): Point {
  return { x: x + (block.axisX ?? block.width / 2), y };
}

/** Moves everything to the left edge and takes the size from what is there. */
function joinParts(
  first: string | undefined,
  arrows: readonly ArrowPart[],
  blocks: ReadonlyMap<string, BlockPart>,
): Block {
  const parts = [...arrows, ...blocks.values()];
  const left = Math.min(...parts.flatMap((part) => xsOf(part)));
  const right = Math.max(...parts.flatMap((part) => xsOf(part)));
  const entry = first === undefined ? undefined : blocks.get(first);
  return {
    width: right - left,
    height: Math.max(...[...blocks.values()].map(({ y, block }) => y + block.height)),
    axisX: entry && entryOf(entry).x - left,
    parts: parts.map((part) =>
      part.type === "block"
        ? { ...part, x: part.x - left }
        : { ...part, line: part.line.map((segment) => moveSegment(segment, left)) },
    ),
  };
}

function xsOf(part: ArrowPart | BlockPart): readonly number[] {
  return part.type === "block" ? [part.x, part.x + part.block.width] : part.line.map(({ x }) => x);
}

function moveSegment({ x, y, curve }: Segment, left: number): Segment {
  const move = (point: Point): Point => ({ x: point.x - left, y: point.y });
  return curve ? { ...move({ x, y }), curve: [move(curve[0]), move(curve[1])] } : move({ x, y });
}
