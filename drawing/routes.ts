/** Asks dagre which block is in which layer and in which order, and finds the ways of the arrows through the layers. */

import { Graph, layout } from "@dagrejs/dagre";
import type { ArrowPart, Block } from "./block.ts";

/** A block with a name for the arrows. */
export interface NamedBlock {
  readonly name: string;
  readonly block: Block;
}

/** An arrow to draw, by the names of the blocks. */
export interface Join {
  readonly from: string;
  readonly to: string;
  /** The paths of two steps, where the arrow stands for one of `needs`. */
  readonly stands?: ArrowPart["joins"];
}

/** Blocks side by side, from the first layer down. */
export interface Layer {
  readonly height: number;
  readonly places: readonly Place[];
}

/** A block and where its left side is. */
export interface Place extends NamedBlock {
  readonly x: number;
}

/** Where an arrow passes the layers: the one it comes from, those between, the one it goes to. */
export interface Route {
  readonly join: Join;
  /** The layer it comes from. */
  readonly first: number;
  readonly xs: readonly number[];
}

/** The least room between two blocks side by side. */
export const ACROSS = 30;

/** The layers of a flow and the arrows through them. */
export function findRoutes(
  blocks: readonly NamedBlock[],
  joins: readonly Join[],
): { readonly layers: readonly Layer[]; readonly routes: readonly Route[] } {
  const graph = runDagre(blocks, joins);
  const middles = [...new Set(blocks.map(({ name }) => graph.node(name).y))];
  middles.sort((one, other) => one - other);
  const layers = middles.map((middle): Layer => {
    const members = blocks.filter(({ name }) => graph.node(name).y === middle);
    return {
      height: Math.max(...members.map(({ block }) => block.height)),
      places: members.map((member) => ({ ...member, x: leftOf(graph, member) })),
    };
  });
  const routes = joins.map((join) => findRoute(join, layers, passingsOf(graph, join, middles)));
  return { layers, routes: tighten(routes, layers) };
}

type LaidOut = Graph<{ readonly width: number; readonly height: number }>;

/** Heights do not matter here: where a layer begins is decided when it is known how far its arrows go. */
function runDagre(blocks: readonly NamedBlock[], joins: readonly Join[]): LaidOut {
  const graph: LaidOut = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: ACROSS, edgesep: ACROSS / 2, ranksep: ACROSS });
  for (const { name, block } of blocks) {
    graph.setNode(name, { width: block.width, height: block.height });
  }
  for (const { from, to } of joins) graph.setEdge(from, to, {});
  layout(graph);
  return graph;
}

/** Mirrored: where it is free to choose, dagre puts what comes first to the right. */
function leftOf(graph: LaidOut, { name, block }: NamedBlock): number {
  return -graph.node(name).x - block.width / 2;
}

/** Where the arrow passes each layer's middle, as far as it does. */
function passingsOf(
  graph: LaidOut,
  { from, to }: Join,
  middles: readonly number[],
): readonly (number | undefined)[] {
  const { points } = graph.edge(from, to);
  return middles.map((middle) => {
    const point = points.find(({ y }) => Math.abs(y - middle) < 0.5);
    return point && -point.x;
  });
}

function findRoute(
  join: Join,
  layers: readonly Layer[],
  passings: readonly (number | undefined)[],
): Route {
  const first = layers.findIndex(({ places }) => places.some(({ name }) => name === join.from));
  const last = layers.findIndex(({ places }) => places.some(({ name }) => name === join.to));
  const [start, end] = [axisOf(layers[first], join.from), axisOf(layers[last], join.to)];
  const between = passings.slice(first + 1, last).map((x) => x ?? end);
  return { join, first, xs: [start, ...between, end] };
}

function axisOf(layer: Layer | undefined, wanted: string): number {
  const place = layer?.places.find(({ name }) => name === wanted);
  return place ? place.x + (place.block.axisX ?? place.block.width / 2) : 0;
}

/** Brings long arrows closer to the straight way: dagre leaves them in the middle of whatever room there is. */
function tighten(routes: readonly Route[], layers: readonly Layer[]): readonly Route[] {
  const tight = [...routes];
  for (const [index, route] of routes.entries()) {
    const others = tight.filter((other) => other.join !== route.join);
    tight[index] = tightenOne(route, others, layers);
  }
  return tight;
}

function tightenOne(route: Route, others: readonly Route[], layers: readonly Layer[]): Route {
  const { first, xs } = route;
  const [start = 0, end = 0, between] = [xs[0], xs.at(-1), xs.slice(1, -1)];
  const [x] = between;
  // One that changes its way has a reason to.
  if (x === undefined || between.some((other) => Math.abs(other - x) > 0.5)) return route;
  const rooms = between.map((_, index) => roomAround(x, first + 1 + index, others, layers));
  const left = Math.max(...rooms.map((room) => room.left));
  const right = Math.min(...rooms.map((room) => room.right));
  if (left > right) return route;
  // One bend is better than two.
  const straight = [end, start].find((way) => left <= way && way <= right);
  const best = straight ?? Math.min(Math.max((start + end) / 2, left), right);
  return { ...route, xs: [start, ...between.map(() => best), end] };
}

/** How far an arrow at `x` can go to each side of a layer and keep away from all else. */
function roomAround(
  x: number,
  layer: number,
  others: readonly Route[],
  layers: readonly Layer[],
): { readonly left: number; readonly right: number } {
  const blocks = layers[layer]?.places ?? [];
  const arrows = others
    .filter(({ first, xs }) => first < layer && layer < first + xs.length - 1)
    .map((other) => other.xs[layer - other.first] ?? x);
  const onLeft = [...blocks.map((place) => place.x + place.block.width), ...arrows];
  const onRight = [...blocks.map((place) => place.x), ...arrows];
  return {
    left: Math.max(...onLeft.filter((at) => at <= x).map((at) => at + ACROSS / 2)),
    right: Math.min(...onRight.filter((at) => at >= x).map((at) => at - ACROSS / 2)),
  };
}
