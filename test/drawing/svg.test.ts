import type { ArrowPart, Block, Box, Point, TextPart } from "../../drawing/block.ts";
import { COLORS, LOOKS } from "../../drawing/looks.ts";
import { INSETS } from "../../drawing/outline.ts";
import { drawSvg, layOutGraph } from "../../drawing/svg.ts";
import { textWidth } from "../../drawing/text.ts";
import { support } from "../../examples/support/graphs.ts";
import { drawnGraphs, edgesOf, nasty, pathsOf } from "../fixtures/drawn-graphs.ts";
import { descend, readXml, type XmlElement } from "../fixtures/read-xml.ts";

/** A part of the picture where it is in the whole of it, and the blocks it is in, from the outside in. */
type Found<T> = T & { readonly at: Point; readonly around: readonly FoundBlock[] };
type FoundBlock = Found<{ readonly block: Block }>;

interface Picture {
  readonly blocks: readonly FoundBlock[];
  readonly texts: readonly Found<{ readonly part: TextPart }>[];
  readonly arrows: readonly Found<{ readonly part: ArrowPart }>[];
}

function unfold(
  block: Block,
  at: Point = { x: 0, y: 0 },
  around: readonly FoundBlock[] = [],
): Picture {
  const self: FoundBlock = { block, at, around };
  const inside = [...around, self];
  const inner = block.parts.flatMap((part) =>
    part.type === "block"
      ? [unfold(part.block, { x: at.x + part.x, y: at.y + part.y }, inside)]
      : [],
  );
  const here = { at, around: inside };
  return {
    blocks: [self, ...inner.flatMap(({ blocks }) => blocks)],
    texts: [
      ...block.parts.flatMap((part) => (part.type === "text" ? [{ part, ...here }] : [])),
      ...inner.flatMap(({ texts }) => texts),
    ],
    arrows: [
      ...block.parts.flatMap((part) => (part.type === "arrow" ? [{ part, ...here }] : [])),
      ...inner.flatMap(({ arrows }) => arrows),
    ],
  };
}

function boxOf({ block, at }: FoundBlock): Box {
  return { ...at, width: block.width, height: block.height };
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function isInside(inner: Box, outer: Box): boolean {
  const slack = 0.01;
  return (
    inner.x >= outer.x - slack &&
    inner.y >= outer.y - slack &&
    inner.x + inner.width <= outer.x + outer.width + slack &&
    inner.y + inner.height <= outer.y + outer.height + slack
  );
}

/** Where the estimate says a text is, with what goes above and below its base line. */
function boxOfText({ part, at }: Picture["texts"][number]): Box {
  const { x, y, text, font, anchor } = part;
  const width = textWidth(text, font);
  const left = anchor === "middle" ? x - width / 2 : x;
  return { x: at.x + left, y: at.y + y - font.size * 0.8, width, height: font.size };
}

/** Points along an arrow. */
function pointsOf({ part, at }: Picture["arrows"][number]): readonly Point[] {
  const points = part.line.flatMap((segment, index): readonly Point[] => {
    const from = part.line[index - 1];
    if (!from) return [segment];
    const [first, second] = segment.curve ?? [from, segment];
    return Array.from({ length: 20 }, (_, step) => {
      const [t, u] = [(step + 1) / 20, 1 - (step + 1) / 20];
      const mix = (axis: "x" | "y"): number =>
        u ** 3 * from[axis] +
        3 * u * u * t * first[axis] +
        3 * u * t * t * second[axis] +
        t ** 3 * segment[axis];
      return { x: mix("x"), y: mix("y") };
    });
  });
  return points.map(({ x, y }) => ({ x: at.x + x, y: at.y + y }));
}

function elementsWith(root: XmlElement, attribute: string): readonly string[] {
  return [...descend(root)].flatMap((element) => element.attributes.get(attribute) ?? []);
}

describe.each(drawnGraphs.map((json) => [json.id, json] as const))(
  "the picture of %s",
  (_, json) => {
    const svg = drawSvg(json);
    const root = readXml(svg);
    const { blocks, texts, arrows } = unfold(layOutGraph(json));
    const steps = blocks.filter(({ block }) => block.step);

    it("is one svg element with a name and a description", () => {
      const [title, description] = root.children;

      expect(root.name).toBe("svg");
      expect(root.attributes.get("role")).toBe("img");
      expect(title?.name).toBe("title");
      expect(title?.text).toContain(`Graph ${json.id}`);
      expect(description?.name).toBe("desc");
    });

    it("shows every step once", () => {
      expect(elementsWith(root, "data-step").toSorted()).toEqual(pathsOf(json).toSorted());
    });

    it("shows every edge once", () => {
      const drawn = [...descend(root)].flatMap(({ attributes }) =>
        attributes.has("data-from")
          ? [{ from: attributes.get("data-from"), to: attributes.get("data-to") }]
          : [],
      );

      expect(drawn).toHaveLength(edgesOf(json).length);
      expect(drawn).toEqual(expect.arrayContaining([...edgesOf(json)]));
    });

    it("shows every step's id", () => {
      const words = texts.map(({ part }) => part.text).join("");

      expect(pathsOf(json).filter((path) => !words.includes(path.split("/").at(-1) ?? ""))).toEqual(
        [],
      );
    });

    it("has no two steps one over the other", () => {
      const pairs = steps.flatMap((one, index) =>
        steps
          .slice(index + 1)
          .filter((other) => !other.around.some(({ block }) => block === one.block))
          .map((other) => [one, other] as const),
      );

      const wrong = pairs.filter(([one, other]) => overlap(boxOf(one), boxOf(other)));

      expect(wrong.map((pair) => pair.map(({ block }) => block.step?.path))).toEqual([]);
    });

    it("has everything inside what holds it", () => {
      const wrong = blocks.filter((found) => {
        const holder = found.around.at(-1);
        return holder && !isInside(boxOf(found), boxOf(holder));
      });

      expect(wrong.map(boxOf)).toEqual([]);
    });

    it("has every text inside its box", () => {
      const wrong = texts.filter((found) => {
        const holder = found.around.at(-1);
        if (!holder) return true;
        const [shape] = holder.block.parts.filter((part) => part.type === "shape");
        const inset = shape ? INSETS[shape.shape] : 0;
        const { x, y, width, height } = boxOf(holder);
        return !isInside(boxOfText(found), { x: x + inset, y, width: width - 2 * inset, height });
      });

      expect(wrong.map(({ part }) => part.text)).toEqual([]);
    });

    it("leads no arrow across a step that is not one of its ends", () => {
      const boxes = steps.map((step) => ({ step, box: boxOf(step) }));

      const wrong = arrows.flatMap((arrow) =>
        boxes
          .filter(({ step }) => !arrow.around.some(({ block }) => block === step.block))
          .filter(({ box }) => pointsOf(arrow).some((point) => isWellInside(point, box)))
          .map(({ step }) => ({ joins: arrow.part.joins, across: step.block.step?.path })),
      );

      expect(wrong).toEqual([]);
    });

    it("is as large as it says", () => {
      const { width, height } = layOutGraph(json);
      const [shownWidth, shownHeight] = [Math.ceil(width), Math.ceil(height)];

      expect(root.attributes.get("viewBox")).toBe(`0 0 ${shownWidth} ${shownHeight}`);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    });

    it("is the same when it is drawn again", () => {
      expect(drawSvg(json)).toBe(svg);
    });
  },
);

function isWellInside({ x, y }: Point, box: Box): boolean {
  return x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1;
}

describe("toSvg", () => {
  it("draws the graph it is called on", () => {
    expect(support.toSvg()).toBe(drawSvg(support.toJSON()));
  });

  it("shows markup as it is written", () => {
    const root = readXml(drawSvg(nasty));
    const words = [...descend(root)].map(({ text }) => text).join("\n");

    expect(words).toContain(`a"b, else <b>c</b>, else \`d\``);
    expect(words).toContain(`version 1 <"&'>`);
  });

  it("needs nothing from elsewhere and runs nothing", () => {
    const names = new Set([...descend(readXml(drawSvg(nasty)))].map(({ name }) => name));

    expect([...names].toSorted()).toEqual(["desc", "g", "path", "rect", "svg", "text", "title"]);
    expect(drawSvg(nasty)).not.toMatch(/href|url\(|style=/);
  });

  it("puts the cases of a branch in the order of the graph, from left to right", () => {
    const { blocks } = unfold(layOutGraph(nasty));
    const find = (path: string): number | undefined =>
      blocks.find(({ block }) => block.step?.path === path)?.at.x;

    expect(find("fork//end")).toBeLessThan(find("fork/1. a/b/c") ?? 0);
    expect(find("fork/1. a/b/c")).toBeLessThan(find("fork/1. a/b") ?? 0);
  });
});

describe("the colours", () => {
  const pairs = Object.entries(LOOKS).flatMap(([kind, { ink, fill }]) => [
    [`${kind}: caption`, ink, fill],
    [`${kind}: text`, COLORS.text, fill],
    [`${kind}: pill`, COLORS.background, ink],
  ]);

  it.each([...pairs, ["the picture's version", COLORS.quiet, COLORS.background]])(
    "can be read: %s",
    (_, ink = "", fill = "") => {
      expect(contrast(ink, fill)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

/** As WCAG 2 has it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
