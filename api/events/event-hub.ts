/** Shares the readers of runs among those who watch them: a run that several watch is read once, one that nobody watches is not. */

import { isClientError } from "../../client/client-error.ts";
import { MOST_WRITTEN, RunFeed, type EventSource } from "./run-feed.ts";
import { toFrame } from "./sse.ts";

/** Who watches what. */
export interface Watch {
  /** The run's id. */
  readonly run: string;
  /** The id of the last event that the watcher knows. */
  readonly after: string | undefined;
  /** Aborted when the watcher has gone. */
  readonly signal: AbortSignal;
}

/** How far one has come that read the history. */
interface CaughtUp {
  /** Up to where the feed is. */
  readonly isMet: boolean;
  readonly last: string | undefined;
}

interface SharedFeed {
  readonly feed: RunFeed;
  /** What it was begun with. */
  readonly after: string | undefined;
  watchers: number;
}

export class EventHub {
  readonly #source: EventSource;
  readonly #feeds = new Map<string, SharedFeed>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** Runs that are being read. */
  get runs(): number {
    return this.#feeds.size;
  }

  /**
   * The events of a run as text, from where the watcher is. What comes first, maybe empty, says that the run is there; there is
   * nothing at all where it has ended and the watcher knows it. Nothing is kept for a watcher: one that is slow reads the history.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN, CLIENT_INVALID_CURSOR, CLIENT_TEMPORAL_UNAVAILABLE
   */
  async *watch(watch: Watch): AsyncGenerator<string, void, undefined> {
    const shared = await this.#join(watch);
    let isThere = true;
    const leave = (): void => {
      if (isThere) this.#leave(watch.run, shared);
      isThere = false;
    };
    // Also for one that goes while it is not listening: nobody asks this for more then.
    watch.signal.addEventListener("abort", leave, { once: true });
    if (watch.signal.aborted) leave();
    try {
      yield* this.#tell(shared.feed, watch);
    } finally {
      watch.signal.removeEventListener("abort", leave);
      leave();
    }
  }

  async *#tell(feed: RunFeed, watch: Watch): AsyncGenerator<string, void, undefined> {
    let last = watch.after;
    for (let isFirst = true; !watch.signal.aborted; isFirst = false) {
      const part = feed.readBehind(last);
      if (part === undefined) {
        const caughtUp = yield* this.#catchUp(feed, { ...watch, after: last });
        if (!caughtUp.isMet) return;
        // Maybe it has gone too far ahead again by now, while this one was slow to take the text.
        ({ last } = caughtUp);
      } else if (part.text !== "") {
        ({ last } = part);
        yield part.text;
      } else if (feed.isOver) return;
      else if (isFirst) yield "";
      else await feed.change(watch.signal);
    }
  }

  /** From the history, up to where the feed can take over; it has read that far itself, so this never waits for the run. */
  async *#catchUp(
    feed: RunFeed,
    { run, after, signal }: Watch,
  ): AsyncGenerator<string, CaughtUp, undefined> {
    let last = after;
    for await (const { events } of this.#source.follow(run, { after, signal })) {
      let text = "";
      for (const event of events) {
        text += toFrame(event);
        last = event.id;
        const isMet = feed.has(last);
        if (!isMet && text.length < MOST_WRITTEN) continue;
        yield text;
        if (isMet) return { isMet, last };
        text = "";
      }
      yield text;
    }
    return { isMet: false, last };
  }

  /** Gives the feed of a run once the run is known to be there. */
  async #join({ run, after }: Watch): Promise<SharedFeed> {
    for (;;) {
      const known = this.#feeds.get(run);
      const shared = known && !known.feed.hasFailed ? known : this.#open(run, after);
      shared.watchers += 1;
      try {
        await shared.feed.opened;
        return shared;
      } catch (error) {
        this.#leave(run, shared);
        // It is about the event that somebody else wanted to begin behind.
        const isOurs = shared.after === after || !isClientError(error, "CLIENT_INVALID_CURSOR");
        if (isOurs) throw error;
      }
    }
  }

  #open(run: string, after: string | undefined): SharedFeed {
    const shared = { feed: new RunFeed(this.#source, run, after), after, watchers: 0 };
    this.#feeds.set(run, shared);
    return shared;
  }

  #leave(run: string, shared: SharedFeed): void {
    shared.watchers -= 1;
    if (shared.watchers > 0) return;
    shared.feed.close();
    if (this.#feeds.get(run) === shared) this.#feeds.delete(run);
  }
}
