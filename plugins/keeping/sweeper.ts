/** Removes what is old behind the back of those who write: now and then, in small steps, never twice at once. */

export interface SweeperOptions {
  /** Removes a little. Gives whether there may be more. */
  readonly step: () => Promise<boolean>;
  readonly everyMs: number;
}

export class Sweeper {
  readonly #options: SweeperOptions;
  #sweeping: Promise<void> | undefined;
  #sweptAt = -Infinity;
  #isStopped = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Begins, if it is time to. Nobody waits for it. */
  poke(): void {
    const now = performance.now();
    if (this.#isStopped || this.#sweeping || now - this.#sweptAt < this.#options.everyMs) return;
    this.#sweptAt = now;
    this.#sweeping = this.#sweep().finally(() => (this.#sweeping = undefined));
  }

  /** Begins with the next {@link poke}. */
  makeDue(): void {
    this.#sweptAt = -Infinity;
  }

  /** Resolves once the step that is under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    try {
      // oxlint-disable-next-line no-await-in-loop -- Small steps are the point of it.
      while (!this.#isStopped && (await this.#options.step()));
    } catch {
      // Somebody else is at it, or it cannot be done now: the next one does it.
    }
  }
}
