/** What a picture is made of: blocks, each with its size and its parts. Numbers only; `render.ts` writes them as SVG. */

import type { Font } from "./text.ts";

/** A place, in pixels from the top left corner of the block it is in. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A piece of the picture. */
export interface Block {
  readonly width: number;
  readonly height: number;
  /** From back to front. */
  readonly parts: readonly Part[];
  /** There when the block is a step. */
  readonly step?: { readonly path: string; readonly summary: string };
  /** Where arrows arrive and leave. Default: the middle. */
  readonly axisX?: number;
  /** Whether it brings the head of the arrows that lead to it. */
  readonly hasArrowHead?: boolean;
}

export type Part = BlockPart | ShapePart | TextPart | ArrowPart;

/** A block inside another. */
export interface BlockPart extends Point {
  readonly type: "block";
  readonly block: Block;
}

export interface ShapePart extends Box {
  readonly type: "shape";
  readonly shape: Shape;
  readonly fill: string;
  readonly stroke: string;
  readonly isDashed?: boolean;
}

export type Shape =
  | "rounded"
  | "square"
  | "stadium"
  | "hexagon"
  | "snipped"
  | "doubleSided"
  | "diamond";

/** One line of text. `y` is its base line. */
export interface TextPart extends Point {
  readonly type: "text";
  readonly text: string;
  readonly font: Font;
  readonly color: string;
  readonly anchor: "start" | "middle";
}

/** A line with or without a head. */
export interface ArrowPart {
  readonly type: "arrow";
  /** Paths of the steps it joins, where it stands for one of `needs`. */
  readonly joins?: { readonly from: string; readonly to: string };
  readonly line: readonly Segment[];
  readonly color: string;
  readonly hasHead: boolean;
}

/** The line moves to its first point, then goes on straight or, with two control points, curved. */
export interface Segment extends Point {
  readonly curve?: readonly [Point, Point];
}
