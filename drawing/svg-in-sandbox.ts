/** Stands in for `svg.ts` in the workflow sandbox, so that the layout library is not loaded with every workflow. */

import type { GraphPowers } from "../graph/kit.ts";

export const DRAWING_ERROR_CODES = ["DRAWING_IN_WORKFLOW"] as const;

export type DrawingErrorCode = (typeof DRAWING_ERROR_CODES)[number];

/** A graph cannot be drawn here. Codes are public API: see docs/reference/drawing.md. */
export class DrawingError extends Error {
  override readonly name = "DrawingError";
  readonly code: DrawingErrorCode;

  constructor(code: DrawingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws {DrawingError} DRAWING_IN_WORKFLOW, always. */
export const drawSvg: GraphPowers["drawSvg"] = ({ id }) => {
  throw new DrawingError(
    "DRAWING_IN_WORKFLOW",
    `Graph "${id}" cannot be drawn inside a workflow. Call "toSvg()" outside, or draw it with "toMermaid()".`,
  );
};
