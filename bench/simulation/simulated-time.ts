/** Time that jumps from one event to the next: hours of requests pass in seconds, in the same order each time. */

interface Event {
  readonly at: number;
  /** Tells events of one moment apart: the first that was wanted is the first that comes. */
  readonly order: number;
  ring(): void;
}

/** Some moment: clocks of breakers and signals tell the milliseconds since 1970. */
const START = Date.UTC(2026, 0, 1);

export class SimulatedTime {
  #now = START;
  #wanted = 0;
  /** A binary heap, the next event on top. */
  readonly #events: Event[] = [];

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now;
  }

  /** Milliseconds since the simulation began. */
  elapsedMs(): number {
    return this.#now - START;
  }

  sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted += 1;
      this.#push({ at: this.#now + durationMs, order: this.#wanted, ring: resolve });
    });
  }

  /** Lets all events happen. What follows from one of them is over before the next one comes. */
  async run(): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#pop();
      if (next === undefined) return;
      this.#now = Math.max(this.#now, next.at);
      next.ring();
    }
  }

  #push(event: Event): void {
    const events = this.#events;
    let place = events.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = events[above];
      if (other === undefined || isBefore(other, event)) break;
      events[place] = other;
      place = above;
    }
    events[place] = event;
  }

  #pop(): Event | undefined {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (last === undefined || events.length === 0) return first;
    let place = 0;
    for (;;) {
      const [left, right] = [events[2 * place + 1], events[2 * place + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const next = isRight ? right : left;
      if (isBefore(last, next)) break;
      events[place] = next;
      place = 2 * place + (isRight ? 2 : 1);
    }
    events[place] = last;
    return first;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Whatever is only waiting for promises has gone on by then. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
