/** How each kind of step looks: its shape, its one colour, its caption. */

import type { StepJson } from "../graph/graph-json.ts";
import type { Shape } from "./block.ts";
import type { Font } from "./text.ts";

/** The colours of a kind. `ink` on `fill` can be read: a test holds it to a contrast of 4.5 to 1. */
export interface Look {
  readonly shape: Shape;
  /** What a reader who does not know the language would call it. */
  readonly caption: string;
  readonly fill: string;
  readonly stroke: string;
  readonly ink: string;
  readonly isDashed?: boolean;
  /** Drawn as several sheets: it runs several times. */
  readonly hasSheets?: boolean;
}

export const LOOKS: Readonly<Record<StepJson["kind"], Look>> = {
  step: look("rounded", "model call", "#edf3fc", "#5b86c4", "#234f8e"),
  maybe: {
    ...look("rounded", "optional model call", "#f1f8fd", "#4f93b8", "#1b5878"),
    isDashed: true,
  },
  branch: look("rounded", "branch: one case runs", "#f7f4fc", "#9a7cc9", "#5b3a92"),
  map: {
    ...look("rounded", "map: runs for each item", "#f1f8f2", "#6ba577", "#28603a"),
    hasSheets: true,
  },
  refine: look("rounded", "refine: write, review, rewrite", "#fdf3f6", "#c97b93", "#8a2f4b"),
  approval: look("hexagon", "approval by a person", "#fdf4e0", "#cc9a3a", "#775000"),
  wait: look("stadium", "wait", "#f2f1f7", "#8b88a8", "#4b4868"),
  tool: look("snipped", "tool call", "#e8f6f3", "#4aa394", "#125d51"),
  sub: look("doubleSided", "another graph", "#eef0fd", "#7480cf", "#39429a"),
  code: look("square", "code", "#f4f3f1", "#96918a", "#55504a"),
  reward: look("stadium", "reward: how good a reply was", "#f5f7e6", "#97a344", "#535c15"),
};

/** What belongs to the picture and to no step. */
export const COLORS = {
  background: "#ffffff",
  border: "#d5dae1",
  title: "#111827",
  text: "#374151",
  quiet: "#5b6472",
  line: "#64748b",
} as const;

export const FONTS = {
  graph: { size: 18, isBold: true },
  id: { size: 15, isBold: true },
  caption: { size: 11 },
  detail: { size: 12 },
  label: { size: 11.5, isBold: true },
} as const satisfies Record<string, Font>;

/** Nothing is fetched: the first one the reader has. */
export const FONT_FAMILY =
  "'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

/** The colours of a kind where it should stand out. */
export function solid({ ink }: Look): Pick<Look, "fill" | "stroke" | "ink"> {
  return { fill: ink, stroke: ink, ink: COLORS.background };
}

function look(shape: Shape, caption: string, fill: string, stroke: string, ink: string): Look {
  return { shape, caption, fill, stroke, ink };
}
