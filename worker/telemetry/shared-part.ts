/** Something of which a process has one, however many ask for it: opened for the first, closed after the last. */

export interface Closable {
  close(): Promise<void>;
}

/** A share in it. */
export interface Share<Part> {
  readonly part: Part;
  /** Can be called again. */
  release(): Promise<void>;
}

export class SharedPart<Part extends Closable, Options> {
  readonly #open: (options: Options) => Promise<Part>;
  #opened: Promise<Part> | undefined;
  #users = 0;

  /** @param open - is given the options of whoever is the first. */
  constructor(open: (options: Options) => Promise<Part>) {
    this.#open = open;
  }

  /** What is open now. */
  async current(): Promise<Part | undefined> {
    return this.#opened;
  }

  async share(options: Options): Promise<Share<Part>> {
    this.#users += 1;
    this.#opened ??= this.#open(options);
    let isReleased = false;
    const release = async (): Promise<void> => {
      if (isReleased) return;
      isReleased = true;
      await this.#release();
    };
    try {
      return { part: await this.#opened, release };
    } catch (error) {
      this.#users -= 1;
      if (this.#users === 0) this.#opened = undefined;
      throw error;
    }
  }

  async #release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    const opened = await this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }
}
