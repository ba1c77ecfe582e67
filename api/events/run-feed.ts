/**
 * The one reader of a run's events, however many want them. It keeps the latest as text that all of them share; whoever is further
 * behind reads the history.
 */

import type { FollowedEvents, FollowOptions } from "../../client/follow-run.ts";
import { toFrame } from "./sse.ts";

/** What a feed reads from: `SignalboxClient`. */
export interface EventSource {
  follow(id: string, options: FollowOptions): AsyncIterable<FollowedEvents>;
}

interface Frame {
  readonly id: string;
  readonly text: string;
}

/** Of the latest events of a run, in UTF-16 units: about a thousand events. The newest stays in any case. */
const MOST_KEPT = 512 * 1_024;

/** What is read at once, and a little more. */
export const MOST_WRITTEN = 64 * 1_024;

/** Some text, and the id of the last event in it. */
export interface FeedPart {
  readonly text: string;
  readonly last: string | undefined;
}

export class RunFeed {
  /** Resolves once the run is known to be there; rejects with what stands against it. */
  readonly opened: Promise<void>;
  readonly #reading = new AbortController();
  readonly #frames: Frame[] = [];
  /** The place behind each event that is kept, by id. Places count the events that the feed has read. */
  readonly #places = new Map<string, number>();
  /** The event before the first that is kept; `undefined`: none was. */
  #before: string | undefined;
  /** The place of the first that is kept. */
  #first = 0;
  #size = 0;
  #isOver = false;
  #hasFailed = false;
  readonly #waiting = new Set<() => void>();

  /** @param after - the event that it begins behind. */
  constructor(source: EventSource, run: string, after: string | undefined) {
    this.#before = after;
    this.opened = new Promise((resolve, reject) => {
      this.#read(source.follow(run, { after, signal: this.#reading.signal }), resolve)
        .catch((error: unknown) => {
          this.#hasFailed = true;
          reject(error);
        })
        .finally(() => this.close());
    });
  }

  /** It has ended before its run has. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Nothing more will come: the run has ended, the feed was closed, or it has failed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many wait for what comes next. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether it can go on behind an event, or from the start. */
  has(event: string | undefined): boolean {
    return this.#placeBehind(event) !== undefined;
  }

  /** What stands behind an event; empty text where nothing does yet. `undefined`: it goes no further back than that. */
  readBehind(event: string | undefined): FeedPart | undefined {
    const place = this.#placeBehind(event);
    if (place === undefined) return undefined;
    let text = "";
    let last = event;
    for (let index = place - this.#first; text.length < MOST_WRITTEN; index++) {
      const frame = this.#frames[index];
      if (frame === undefined) break;
      text += frame.text;
      last = frame.id;
    }
    return { text, last };
  }

  #placeBehind(event: string | undefined): number | undefined {
    if (event === this.#before) return this.#first;
    return event === undefined ? undefined : this.#places.get(event);
  }

  /** Resolves when something has come, when nothing more will, or when it is not waited for any more. */
  change(signal: AbortSignal): Promise<void> {
    if (this.#isOver || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  /** Stops reading. */
  close(): void {
    this.#isOver = true;
    this.#reading.abort();
    this.#wake();
  }

  async #read(batches: AsyncIterable<FollowedEvents>, opened: () => void): Promise<void> {
    for await (const { events, hasEnded } of batches) {
      for (const event of events) this.#add({ id: event.id, text: toFrame(event) });
      this.#isOver ||= hasEnded;
      opened();
      this.#wake();
    }
  }

  #add(frame: Frame): void {
    this.#frames.push(frame);
    this.#places.set(frame.id, this.#first + this.#frames.length);
    this.#size += frame.text.length;
    while (this.#size > MOST_KEPT && this.#frames.length > 1) this.#dropFirst();
  }

  #dropFirst(): void {
    const dropped = this.#frames.shift();
    if (dropped === undefined) return;
    if (this.#before !== undefined) this.#places.delete(this.#before);
    this.#before = dropped.id;
    this.#first += 1;
    this.#size -= dropped.text.length;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
