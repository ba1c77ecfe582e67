/** Turns an SVG of ours into a PNG, with fonts of its own: the same picture on every machine. Loaded only where one is wanted. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { CliError } from "./cli-error.ts";

/** Those by whose widths `drawing/` measures texts: nothing overflows its box. */
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"] as const;
const FONT_FAMILY = "DejaVu Sans";

/** Four bytes each, twice: some 500 MB. WebAssembly has no more than 4 GB. */
const MOST_PIXELS = 64_000_000;

let loading: Promise<readonly Uint8Array[]> | undefined;

/**
 * Draws `svg`, each of its pixels as `scale` by `scale`.
 *
 * @throws {CliError} CLI_PICTURE_TOO_LARGE
 */
export async function renderPng(svg: string, scale: number): Promise<Uint8Array> {
  loading ??= load();
  const fontBuffers = [...(await loading)];
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers, sansSerifFamily: FONT_FAMILY, defaultFontFamily: FONT_FAMILY },
  });
  try {
    checkSize(resvg.width * scale, resvg.height * scale);
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}

/** The module can be initialised once. */
async function load(): Promise<readonly Uint8Array[]> {
  const [wasm, ...fonts] = await Promise.all([
    readOf("@resvg/resvg-wasm/index_bg.wasm"),
    ...FONTS.map((name) => readOf(`dejavu-fonts-ttf/ttf/${name}`)),
  ]);
  await initWasm(wasm);
  return fonts;
}

async function readOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(fileURLToPath(import.meta.resolve(file))));
}

function checkSize(width: number, height: number): void {
  if (width * height <= MOST_PIXELS) return;
  throw new CliError(
    "CLI_PICTURE_TOO_LARGE",
    `The picture would have ${Math.ceil(width)} by ${Math.ceil(height)} pixels. Give a smaller --scale, or take --format svg, which has no pixels.`,
  );
}
