/** Names that one of the calls of this worker holds for a while. */

export class Leases {
  readonly #endsAtMs = new Map<string, number>();

  /** Whether the name was free: then it is taken. */
  take(name: string, durationMs: number, nowMs: number): boolean {
    for (const [held, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs <= nowMs) this.#endsAtMs.delete(held);
    }
    if (this.#endsAtMs.has(name)) return false;
    this.#endsAtMs.set(name, nowMs + durationMs);
    return true;
  }

  /** For the case that another worker holds the name. */
  giveBack(name: string): void {
    this.#endsAtMs.delete(name);
  }
}
