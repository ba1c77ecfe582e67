/** A map that cannot grow without end: what was not written for longest goes first. */

export interface MapBounds {
  readonly mostEntries: number;
  /** An entry that was not written for so long is gone. */
  readonly forgetAfterMs: number;
  /** Told what went. */
  readonly onForget?: (key: string) => void;
}

export class BoundedMap<Value> {
  readonly #bounds: MapBounds;
  /** In the order in which they were written last. */
  readonly #entries = new Map<string, { readonly value: Value; writtenAt: number }>();

  constructor(bounds: MapBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** May give what will be forgotten with the next new entry. */
  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The value of `key`, which this writes: made when it is not there. */
  write(key: string, now: number, make: () => Value): Value {
    const known = this.#entries.get(key);
    const entry = known ?? { value: make(), writtenAt: now };
    entry.writtenAt = now;
    if (known) this.#entries.delete(key);
    this.#entries.set(key, entry);
    // Only a new entry makes it larger; and to find the oldest, a map passes over all that was moved to its end.
    if (!known) this.forget(now);
    return entry.value;
  }

  /** Lets go of what is too old, and of the oldest where there is too much. */
  forget(now: number): void {
    const { mostEntries, forgetAfterMs, onForget } = this.#bounds;
    for (const [key, { writtenAt }] of this.#entries) {
      if (this.#entries.size <= mostEntries && now - writtenAt <= forgetAfterMs) return;
      this.#entries.delete(key);
      onForget?.(key);
    }
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  entries(): readonly (readonly [key: string, value: Value, writtenAt: number])[] {
    return [...this.#entries].map(
      ([key, { value, writtenAt }]) => [key, value, writtenAt] as const,
    );
  }
}
