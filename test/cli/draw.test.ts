import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withProject } from "../harness/project.ts";
import { readPng, type Picture } from "../harness/read-png.ts";

const GRAPHS = (title: string): string => `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  export const greet = graph({ id: "greet", version: "1", input: z.string() })
    .code("${title}", { run: ({ input }) => input });
`;
const files = {
  "signalbox.config.js": "export default { providers: [], models: {} };",
  "graphs.js": GRAPHS("shout"),
};

/** Where a text of the SVG is, in pixels of the picture: about the first of its letters, or those in its middle. */
function placeOf(svg: string, text: string, scale: number): Box {
  const moves: [number, number][] = [];
  for (const [tag] of svg.matchAll(/<g[^>]*>|<\/g>|<text [^>]*>[^<]*/g)) {
    const of = (name: string): number =>
      Number(new RegExp(`\\b${name}="([\\d.]+)"`).exec(tag)?.[1]);
    if (tag === "</g>") moves.pop();
    else if (tag.startsWith("<g")) {
      const [, x = 0, y = 0] = /translate\(([\d.-]+) ([\d.-]+)\)/.exec(tag) ?? [];
      moves.push([Number(x), Number(y)]);
    } else if (tag.endsWith(`>${text}`)) {
      const [left, top] = moves.reduce(([x, y], move) => [x + move[0], y + move[1]], [0, 0]);
      const [x, y] = [left + of("x"), top + of("y")];
      return {
        left: (x - 10) * scale,
        right: (x + 10) * scale,
        top: (y - of("font-size")) * scale,
        bottom: (y + 2) * scale,
      };
    }
  }
  throw new Error(`"${text}" is not in the SVG`);
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How many pixels in the box are as dark as letters. */
function countInk(picture: Picture, { left, right, top, bottom }: Box): number {
  let ink = 0;
  for (let y = Math.floor(top); y < bottom; y += 1) {
    for (let x = Math.floor(left); x < right; x += 1) if (picture.darkness(x, y) > 150) ink += 1;
  }
  return ink;
}

describe("signalbox draw --format png", () => {
  it("draws as large as it is told, twice the SVG by default", () =>
    withProject(files, async ({ folder, signalbox }) => {
      const svg = await signalbox("draw", "greet", "--format", "svg");
      const drawn = await Promise.all([
        signalbox("draw", "greet", "--format", "png", "-o", "two.png"),
        signalbox("draw", "greet", "--format", "png", "-o", "half.png", "--scale", "0.5"),
      ]);
      const [two, half] = await Promise.all(
        ["two.png", "half.png"].map(async (file) => readPng(await readFile(join(folder, file)))),
      );

      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg.output) ?? [];
      expect(drawn.map(({ exitCode, output }) => [exitCode, output])).toEqual([
        [0, ""],
        [0, ""],
      ]);
      expect([two?.width, two?.height]).toEqual([2 * Number(width), 2 * Number(height)]);
      expect(half?.width).toBe(Math.floor(Number(width) / 2));
    }));

  it("writes the texts where the SVG has them, without fonts of the machine", () =>
    withProject(files, async ({ folder, signalbox }) => {
      const svg = await signalbox("draw", "greet", "--format", "svg");
      await signalbox("draw", "greet", "--format", "png", "-o", "greet.png");
      const picture = readPng(await readFile(join(folder, "greet.png")));

      const ink = ["greet", "shout", "input", "result"].map((text) =>
        countInk(picture, placeOf(svg.output, text, 2)),
      );
      const corner = countInk(picture, { left: 8, right: 40, top: 8, bottom: 40 });
      expect(Math.min(...ink)).toBeGreaterThan(40);
      expect(corner).toBe(0);
    }));

  it.each([
    ["a picture that is to be printed", [], "name a file with --output"],
    ["a scale that is none", ["--scale", "0", "-o", "x.png"], "Give a number from 0.1 to 10."],
  ])("refuses %s", (_what, args, message) =>
    withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("draw", "greet", "--format", "png", ...args);

      expect(output).toContain(message);
      expect(exitCode).toBe(2);
    }),
  );

  it("refuses a picture that no memory holds", () =>
    withProject({ ...files, "graphs.js": MANY_STEPS }, async ({ signalbox }) => {
      const args = ["draw", "greet", "--format", "png", "--scale", "10", "-o", "x.png"];
      const { exitCode, output } = await signalbox(...args);

      expect(output).toContain("error CLI_PICTURE_TOO_LARGE");
      expect(exitCode).toBe(1);
    }));
});

const MANY_STEPS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  let greet = kit().graph({ id: "greet", version: "1", input: z.string() });
  for (let step = 0; step < 40; step += 1) greet = greet.code("step" + step, { run: () => step });
  export { greet };
`;
