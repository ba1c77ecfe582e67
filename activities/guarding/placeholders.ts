/** Puts placeholders in the place of what was found, and the originals back. The same original has the same placeholder. */

/** What a placeholder looks like, such as `[EMAIL_1]`. */
const PLACEHOLDER = /\[[A-Z][A-Z0-9_]{0,60}_[0-9]{1,9}\]/g;

export class Placeholders {
  readonly #byOriginal = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #taken = new Set<string>();

  /** @param text - all that is sent: what looks like a placeholder in it stands for nothing. */
  constructor(text: string) {
    for (const [placeholder] of text.matchAll(PLACEHOLDER)) this.#taken.add(placeholder);
  }

  /**
   * The placeholder of `original`.
   *
   * @param isRestored - whether {@link restore} gives the original back.
   */
  put(kind: string, original: string, isRestored: boolean): string {
    const name = kind.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
    const key = `${name}\n${original}`;
    const known = this.#byOriginal.get(key) ?? this.#make(name);
    this.#byOriginal.set(key, known);
    if (isRestored) this.#originals.set(known, original);
    return known;
  }

  /** `text` with the originals in the place of their placeholders. */
  restore(text: string): string {
    if (this.#originals.size === 0) return text;
    return text.replaceAll(PLACEHOLDER, (found) => this.#originals.get(found) ?? found);
  }

  #make(name: string): string {
    for (;;) {
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      const placeholder = `[${name}_${count}]`;
      if (!this.#taken.has(placeholder)) return placeholder;
    }
  }
}
