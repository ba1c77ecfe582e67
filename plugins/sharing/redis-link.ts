/**
 * One connection to Redis that nobody has to wait for: what is asked is answered soon, or not at all. Says once that it
 * does not answer. Never shows the address or what Redis said: both may hold a password.
 */

import { Outage, type OutageListeners } from "./outage.ts";
import type { RedisClient, RedisPackage } from "./redis-types.ts";

export interface RedisLinkOptions extends OutageListeners {
  readonly load: () => Promise<RedisPackage>;
  readonly url: string;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

/** Sends one command and gives its reply. */
export type Send = (command: readonly string[]) => Promise<unknown>;

/** Once an answer did not come in time, nobody waits for another one so soon. */
const PAUSE_MS = 1_000;
/** A connection on which nothing comes for so long is dead, even if the network does not say so. */
const DEAD_AFTER_MS = 3_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_BACK_OFF_MS = 2_000;
const LONGEST_QUEUE = 10_000;

export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #outage: Outage;
  #client: RedisClient | undefined;
  #opening: Promise<RedisClient> | undefined;
  #listening: { readonly channel: string; readonly hear: (message: string) => void } | undefined;
  #isClosed = false;
  #heardAt = 0;
  #pausedUntil = 0;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#outage = new Outage(options);
  }

  /**
   * What `talk` gives, or `undefined` if it has not by the time limit. Never rejects.
   *
   * @param timeoutMs - Default: that of the options.
   */
  async ask<T>(
    talk: (send: Send) => Promise<T>,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<T | undefined> {
    if (this.#isClosed || performance.now() < this.#pausedUntil) return undefined;
    return await new Promise((resolve) => {
      let isOver = false;
      const end = (answer: T | undefined): void => {
        isOver = true;
        clearTimeout(timer);
        resolve(answer);
      };
      // One more turn: a worker that was busy itself finds timer and answer at the same time, the timer first.
      const timer = setTimeout(() => setImmediate(expire), timeoutMs);
      const expire = (): void => {
        if (isOver) return;
        this.#missAnswer(timeoutMs);
        end(undefined);
      };
      this.#talk(talk).then(
        (answer) => {
          if (isOver) return;
          this.#recover();
          end(answer);
        },
        (error: unknown) => {
          if (isOver) return;
          this.#report(reasonOf(error));
          end(undefined);
        },
      );
    });
  }

  /** Hears a channel, now and after every connection that is made anew. Call it once. */
  listen(channel: string, hear: (message: string) => void): void {
    this.#listening = { channel, hear };
    this.#open().then(
      (client) => this.#subscribe(client),
      (error: unknown) => this.#report(reasonOf(error)),
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #talk<T>(talk: (send: Send) => Promise<T>): Promise<T> {
    const client = await this.#open();
    return await talk(async (command) => {
      const reply = await client.sendCommand(command);
      this.#heardAt = performance.now();
      return reply;
    });
  }

  /** Resolves once the first connection is there, or has failed. */
  #open(): Promise<RedisClient> {
    if (this.#opening === undefined) {
      this.#heardAt = performance.now();
      this.#opening = this.#options.load().then((redis) => this.#connect(redis));
    }
    return this.#opening;
  }

  #connect(redis: RedisPackage): Promise<RedisClient> {
    const { url, ca } = this.#options;
    const client = redis.createClient({
      url,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: backOff,
        ...(ca === undefined ? {} : { ca }),
      },
      disableOfflineQueue: true,
      commandsQueueMaxLength: LONGEST_QUEUE,
      maintNotifications: "disabled",
    });
    this.#client = client;
    if (this.#isClosed) return Promise.resolve(client);
    return new Promise((resolve) => {
      client.on("ready", () => {
        this.#heardAt = performance.now();
        this.#recover();
        this.#subscribe(client);
        resolve(client);
      });
      client.on("error", (error) => {
        if (client === this.#client) this.#report(reasonOf(error));
        resolve(client);
      });
      // It goes on until it succeeds or is closed; what goes wrong meanwhile is told as an event.
      client.connect().catch(() => {});
    });
  }

  #subscribe(client: RedisClient): void {
    if (this.#listening === undefined || !client.isReady || client.isPubSubActive) return;
    const { channel, hear } = this.#listening;
    // Where the connection breaks before it is done, the next one does it.
    client.subscribe(channel, hear).catch(() => {});
  }

  #missAnswer(timeoutMs: number): void {
    const now = performance.now();
    const silentMs = now - this.#heardAt;
    this.#pausedUntil = now + PAUSE_MS;
    // The first connection may take longer than a call may wait: that is no problem yet.
    if (this.#client?.isReady === true || silentMs > CONNECT_TIMEOUT_MS) {
      this.#report(`gave no answer within ${Math.round(timeoutMs)} ms`);
    }
    if (silentMs > DEAD_AFTER_MS) this.#drop();
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#opening = undefined;
    client?.destroy();
    if (this.#listening !== undefined && !this.#isClosed) this.#open().catch(() => {});
  }

  #report(reason: string): void {
    if (!this.#isClosed) this.#outage.report(reason);
  }

  #recover(): void {
    this.#pausedUntil = 0;
    this.#outage.recover();
  }
}

/** With chance, so that the workers do not all come back at once. */
function backOff(retries: number): number {
  return Math.min(50 * 2 ** retries, LONGEST_BACK_OFF_MS) * (0.5 + Math.random() / 2);
}

/** A code of the network, or the word that Redis' own errors begin with; no more of the message. */
function reasonOf(error: unknown): string {
  const code: unknown = Reflect.get(Object(error), "code");
  if (typeof code === "string" && /^[A-Z0-9_]+$/.test(code)) return `cannot be reached (${code})`;
  const [, word] = (error instanceof Error ? /^([A-Z]{2,})\b/.exec(error.message) : null) ?? [];
  if (word !== undefined) return `refuses (${word})`;
  return `cannot be reached (${error instanceof Error ? error.constructor.name : typeof error})`;
}
