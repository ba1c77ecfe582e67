// What `cli/render-png.ts` uses of @resvg/resvg-wasm 2.6. Its own typings name types of the DOM, which are not there in
// Node. Mapped in tsconfig.json.

export interface ResvgOptions {
  readonly fitTo?: { readonly mode: "zoom"; readonly value: number };
  readonly font?: {
    readonly fontBuffers: Uint8Array[];
    readonly sansSerifFamily?: string;
    readonly defaultFontFamily?: string;
  };
}

export interface RenderedImage {
  asPng(): Uint8Array;
  free(): void;
}

/** WebAssembly's memory is not collected: `free` what it gives. */
export class Resvg {
  constructor(svg: string, options?: ResvgOptions);
  /** Of the SVG, in its own pixels. */
  readonly width: number;
  readonly height: number;
  render(): RenderedImage;
  free(): void;
}

/** Once a process. */
export function initWasm(module: ArrayBuffer | ArrayBufferView): Promise<void>;
