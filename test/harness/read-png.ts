/** Reads a PNG of 8 bits a channel with transparency, as the renderer writes it. */

import { inflateSync } from "node:zlib";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** How dark the pixel is, 0 for white or nothing, 255 for black. */
  darkness(x: number, y: number): number;
}

const SIGNATURE = "89504e470d0a1a0a";
const CHANNELS = 4;

/** @see https://www.w3.org/TR/png-3/ */
export function readPng(file: Buffer): Picture {
  if (file.toString("hex", 0, 8) !== SIGNATURE) throw new Error("this is no PNG");
  const header = file.subarray(16, 29);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header[9] !== 6) throw new Error("this PNG has another form");
  const pixels = unfilter(inflateSync(Buffer.concat(dataOf(file))), width * CHANNELS, height);
  return {
    width,
    height,
    darkness(x, y) {
      const at = (y * width + x) * CHANNELS;
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + CHANNELS);
      return ((255 - (red + green + blue) / 3) * alpha) / 255;
    },
  };
}

function dataOf(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") {
      parts.push(file.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  return parts;
}

function unfilter(data: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < CHANNELS ? 0 : (pixels[at - CHANNELS] ?? 0);
      const above = y === 0 ? 0 : (pixels[at - stride] ?? 0);
      const corner = x < CHANNELS || y === 0 ? 0 : (pixels[at - stride - CHANNELS] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      pixels[at] = ((data[y * (stride + 1) + 1 + x] ?? 0) + (predicted ?? 0)) & 255;
    }
  }
  return pixels;
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [ofLeft, ofAbove, ofCorner] = [left, above, corner].map((one) => Math.abs(estimate - one));
  if ((ofLeft ?? 0) <= (ofAbove ?? 0) && (ofLeft ?? 0) <= (ofCorner ?? 0)) return left;
  return (ofAbove ?? 0) <= (ofCorner ?? 0) ? above : corner;
}
