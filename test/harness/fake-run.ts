/** A run whose events a test makes, as the client would follow it. */

import { ClientError } from "../../client/client-error.ts";
import type { FollowedEvents, FollowOptions } from "../../client/follow-run.ts";
import type { RunEvent } from "../../client/run-event.ts";

export class FakeRun {
  readonly events: RunEvent[] = [];
  /** How often it is being followed now, and was in all. */
  following = 0;
  followed = 0;
  #hasEnded = false;
  readonly #changes = new EventTarget();

  /** @param padding - of each event. */
  add(count: number, padding = ""): void {
    for (let made = 0; made < count; made++) {
      const id = String(this.events.length + 1);
      const at = "2026-01-01T00:00:00.000Z";
      this.events.push({ id, at, type: "step.started", step: `${id}${padding}`, kind: "tool" });
    }
    this.#changes.dispatchEvent(new Event("change"));
  }

  end(): void {
    this.#hasEnded = true;
    this.add(1);
  }

  async *follow(
    _id: string,
    { after, signal = new AbortController().signal }: FollowOptions,
  ): AsyncGenerator<FollowedEvents> {
    this.followed += 1;
    this.following += 1;
    try {
      let place = after === undefined ? 0 : Number(after);
      if (!(place <= this.events.length))
        throw new ClientError("CLIENT_INVALID_CURSOR", "no such event");
      // In pages, as Temporal gives a history.
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        const events = this.events.slice(place, place + 100);
        place += events.length;
        const hasEnded = this.#hasEnded && place === this.events.length;
        if (isFirst || events.length > 0) yield { events, hasEnded };
        if (hasEnded) return;
        if (place === this.events.length) await this.#change(signal);
      }
    } finally {
      this.following -= 1;
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#changes.removeEventListener("change", end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#changes.addEventListener("change", end);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  }
}
