// What `drawing/` uses of dagre 3.1. Its own typings import without file extensions, which TypeScript refuses in an
// ES module and otherwise turns into `any`: https://github.com/dagrejs/graphlib/issues/238. Mapped in tsconfig.json.

export interface Point {
  x: number;
  y: number;
}

export interface GraphLabel {
  rankdir: "TB";
  /** Between blocks, between arrows and between layers, in pixels. */
  nodesep: number;
  edgesep: number;
  ranksep: number;
}

/** `x` and `y` are those of the middle, once it is laid out. */
export interface Size {
  width: number;
  height: number;
}

export interface LaidOutEdge {
  readonly points: readonly Point[];
}

export class Graph<Label extends Size> {
  setGraph(label: GraphLabel): this;
  setNode(name: string, label: Label): this;
  setEdge(from: string, to: string, label: object): this;
  /** What was set, and after `layout` where it is. */
  node(name: string): Readonly<Label & Point>;
  edge(from: string, to: string): LaidOutEdge;
}

export function layout<Label extends Size>(graph: Graph<Label>): void;
