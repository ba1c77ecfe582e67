/** Draws a text over itself on a terminal, as often as it changes. */

import { clearScreenDown, moveCursor } from "node:readline";
import type { Screen } from "./terminal.ts";

/** More often than this is no use to anybody's eyes, and each time is a question to Temporal. */
const REDRAW_MS = 250;

export class LivePicture {
  readonly #screen: Screen;
  readonly #draw: () => Promise<string>;
  #height = 0;
  #timer: NodeJS.Timeout | undefined;
  #drawing: Promise<void> = Promise.resolve();
  #hasEnded = false;

  /** @param draw - gives the text as it is now, no line wider than the screen. */
  constructor(screen: Screen, draw: () => Promise<string>) {
    this.#screen = screen;
    this.#draw = draw;
  }

  /** Draws soon, unless that is to happen already. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#drawing = this.#redraw();
    }, REDRAW_MS);
  }

  /** Takes the picture away, once nothing of it is under way any more. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    await this.#drawing;
    this.#clear();
  }

  async #redraw(): Promise<void> {
    // A picture that cannot be had now is drawn at the next event; the end will tell what is wrong.
    const text = await this.#draw().catch(() => undefined);
    if (text === undefined || this.#hasEnded) return;
    this.#clear();
    const lines = text.split("\n");
    // What has left the screen above cannot be drawn over: the last lines are where things happen.
    const shown = lines.slice(-Math.max(1, (this.#screen.rows ?? 24) - 1));
    this.#screen.stream?.write(`${shown.join("\n")}\n`);
    this.#height = shown.length;
  }

  #clear(): void {
    const { stream } = this.#screen;
    if (stream === undefined || this.#height === 0) return;
    moveCursor(stream, -(this.#screen.columns ?? 80), -this.#height);
    clearScreenDown(stream);
    this.#height = 0;
  }
}
