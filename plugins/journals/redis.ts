/** Keeps replies in Redis, for workers on several machines. */

import { JournalError, type AttemptJournal } from "../contract.ts";
import { hashKey } from "../keeping/hash-key.ts";
import {
  checkRemoteOptions,
  DAY_MS,
  DEFAULT_KEEP_DAYS,
  DEFAULT_READ_TIMEOUT_MS,
  DEFAULT_TIMEOUT_MS,
  warnOfJournal,
  type RemoteJournalOptions,
} from "../keeping/journal-options.ts";
import { readRedisRisks } from "../keeping/redis-risks.ts";
import { tryUntil } from "../keeping/try-until.ts";
import { guarded } from "../sharing/outage.ts";
import { RedisLink } from "../sharing/redis-link.ts";
import { checkRedisOptions, DEFAULT_PREFIX, type RedisOptions } from "../sharing/redis-options.ts";
import type { RedisPackage } from "../sharing/redis-types.ts";
import { optionalPackage } from "../vendors/optional-package.ts";

export interface RedisJournalOptions extends RemoteJournalOptions, RedisOptions {
  /** Certificates to trust with `rediss://`, in PEM. Default: those that Node trusts. */
  readonly ca?: string;
}

/**
 * Connects when it is first used, and anew by itself. Redis has to be set to keep what it acknowledges: `appendonly yes`, and
 * `maxmemory-policy noeviction`; where it is not, and says so, `onProblem` is told once.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function redisJournal(options: RedisJournalOptions): AttemptJournal {
  checkRedisOptions(options);
  checkRemoteOptions(options);
  const load = optionalPackage<RedisPackage>("redisJournal", "@redis/client");
  return new RedisJournal(options, load);
}

/** A value of Redis is there as a whole or not at all, also after it was killed: it needs no checksum of ours. */
class RedisJournal implements AttemptJournal {
  readonly #options: RedisJournalOptions;
  readonly #link: RedisLink;
  readonly #closed = new AbortController();
  #lastReason = "gave no answer";
  #isChecked = false;

  constructor(options: RedisJournalOptions, load: () => Promise<RedisPackage>) {
    this.#options = options;
    this.#link = new RedisLink({
      load,
      url: options.url,
      ca: options.ca,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onProblem: (reason) => {
        this.#lastReason = reason;
        this.#tell(`Replies are not kept: Redis ${reason}. A worker that dies now loses them.`);
      },
      onRecovery: () => guarded(() => options.onRecovery?.()),
    });
  }

  async read(key: string): Promise<string | undefined> {
    const { readTimeoutMs = DEFAULT_READ_TIMEOUT_MS } = this.#options;
    const entry = await this.#ask(["GET", this.#name(key)], readTimeoutMs);
    return typeof entry === "string" ? entry : undefined;
  }

  async write(key: string, entry: string): Promise<void> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, keepDays = DEFAULT_KEEP_DAYS } = this.#options;
    const lasts = String(Math.ceil(keepDays * DAY_MS));
    await this.#ask(["SET", this.#name(key), entry, "PX", lasts], timeoutMs);
  }

  close(): Promise<void> {
    this.#closed.abort();
    this.#link.close();
    return Promise.resolve();
  }

  /** @throws {JournalError} JOURNAL_AWAY */
  async #ask(command: readonly string[], timeoutMs: number): Promise<unknown> {
    const answer = await tryUntil(
      (leftMs) => this.#link.ask(async (send) => ({ reply: await send(command) }), leftMs),
      { timeoutMs, signal: this.#closed.signal },
    );
    if (answer === undefined) {
      throw new JournalError("JOURNAL_AWAY", `The journal is away: Redis ${this.#lastReason}.`);
    }
    this.#check();
    return answer.reply;
  }

  /** Once, and behind the back of the call that has found Redis there. */
  #check(): void {
    if (this.#isChecked) return;
    this.#isChecked = true;
    void this.#link.ask(readRedisRisks).then((risks = []) => {
      if (risks.length > 0)
        this.#tell(`Redis may lose replies that it has taken: ${risks.join("; ")}.`);
    });
  }

  #tell(message: string): void {
    guarded(() => (this.#options.onProblem ?? warnOfJournal)(message));
  }

  #name(key: string): string {
    return `${this.#options.prefix ?? DEFAULT_PREFIX}:journal:${hashKey(key)}`;
  }
}
