/** Where pictures are drawn and where they are not. */

import { readFileSync } from "node:fs";
import { drawSvg } from "../../drawing/svg-in-sandbox.ts";
import { nasty } from "../fixtures/drawn-graphs.ts";

/** The fixtures as Temporal bundles them: see test/harness/global-setup.ts. */
function readBundle(): string {
  return readFileSync(process.env["SIGNALBOX_TEST_BUNDLE"] ?? "", "utf8");
}

describe("the bundle for the workflow sandbox", () => {
  it("has no layout library in it", () => {
    expect(readBundle()).not.toMatch(/dagre|network-simplex/);
  });

  it("has what stands in for the drawing", () => {
    expect(readBundle()).toContain("DRAWING_IN_WORKFLOW");
  });
});

describe("toSvg inside a workflow", () => {
  it("throws an error with a code", () => {
    expect(() => drawSvg(nasty)).toThrow(
      expect.objectContaining({ name: "DrawingError", code: "DRAWING_IN_WORKFLOW" }),
    );
  });

  it("says what to do", () => {
    expect(() => drawSvg(nasty)).toThrow(
      /^Graph "nasty" cannot be drawn .* Call "toSvg\(\)" outside/,
    );
  });
});
