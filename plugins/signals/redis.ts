/** Workers share what they learn, and keep limits together, through Redis. */

import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import {
  PluginError,
  type SharedObservation,
  type SignalExchange,
  type TakenShare,
  type WantedShare,
} from "../contract.ts";
import { Leases } from "../sharing/leases.ts";
import { Limiter, sharesOf } from "../sharing/limiter.ts";
import { readObservation } from "../sharing/observation.ts";
import { guarded } from "../sharing/outage.ts";
import { RedisLink, type Send } from "../sharing/redis-link.ts";
import { checkRedisOptions, DEFAULT_PREFIX } from "../sharing/redis-options.ts";
import type { RedisPackage } from "../sharing/redis-types.ts";
import { takeArguments, takeScript } from "../sharing/take-script.ts";
import { optionalPackage } from "../vendors/optional-package.ts";

export interface RedisSignalsOptions {
  /** `redis://` or, with TLS, `rediss://[user:password@]host[:port][/database]`. Never shown. */
  readonly url: string;
  /** What all keys begin with: workers share with those that have the same. Default: `"signalbox"`. */
  readonly prefix?: string;
  /** Certificates to trust with `rediss://`, in PEM. Default: those that Node trusts. */
  readonly ca?: string;
  /** After so long a worker goes on without Redis. Default: 200. */
  readonly timeoutMs?: number;
  /** Told once when Redis does not answer, not with every call. Default: a warning of the process. */
  readonly onProblem?: (message: string) => void;
  /** Told when it answers again. Default: nobody is. */
  readonly onRecovery?: () => void;
}

const DEFAULT_TIMEOUT_MS = 200;
/** What was learned is of no use after a day. */
const SNAPSHOT_LASTS_MS = 24 * 60 * 60 * 1_000;
const LONGEST_MESSAGE = 16 * 1024;

const envelope = z.object({ from: z.string(), observation: z.unknown() });
const taken = z.tuple([z.number(), z.number()]);

/**
 * Connects when it is first used. While Redis is away, every worker goes on with what it has seen itself; a call waits
 * `timeoutMs` at most.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, PLUGIN_MISSING_PACKAGE
 */
export function redisSignals(options: RedisSignalsOptions): SignalExchange {
  checkOptions(options);
  const load = optionalPackage<RedisPackage>("redisSignals", "@redis/client");
  return new RedisExchange(options, load);
}

class RedisExchange implements SignalExchange {
  readonly #id = randomUUID();
  readonly #prefix: string;
  readonly #link: RedisLink;
  readonly #leases = new Leases();
  readonly #limiter = new Limiter();
  readonly #listeners = new Set<(observation: SharedObservation) => void>();
  #isListening = false;
  #saved: unknown;

  constructor(options: RedisSignalsOptions, load: () => Promise<RedisPackage>) {
    this.#prefix = options.prefix ?? DEFAULT_PREFIX;
    this.#link = new RedisLink({
      load,
      url: options.url,
      ca: options.ca,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      onProblem: (reason) => guarded(() => (options.onProblem ?? warn)(inWords(reason))),
      onRecovery: () => guarded(() => options.onRecovery?.()),
    });
  }

  publish(observation: SharedObservation): void {
    // Read as what arrives is: nothing but its known members leaves this worker.
    const known = readObservation(observation);
    if (known === undefined) return;
    const message = JSON.stringify({ from: this.#id, observation: known });
    void this.#link.ask((send) => send(["PUBLISH", this.#key("observations"), message]));
  }

  subscribe(listener: (observation: SharedObservation) => void): () => void {
    // A function of its own, so that the same one may be given twice.
    const own = (observation: SharedObservation): void => listener(observation);
    this.#listeners.add(own);
    if (!this.#isListening) {
      this.#isListening = true;
      this.#link.listen(this.#key("observations"), (message) => this.#hear(message));
    }
    return () => void this.#listeners.delete(own);
  }

  async lease(name: string, durationMs: number): Promise<boolean> {
    // First here: should Redis go away, what this worker holds stays held.
    if (!this.#leases.take(name, durationMs, performance.now())) return false;
    const lasts = String(Math.max(1, Math.ceil(durationMs)));
    const reply = await this.#link.ask((send) =>
      send(["SET", this.#key(`lease:${name}`), this.#id, "NX", "PX", lasts]),
    );
    // Redis says "OK" or, to those who come too late, null; `undefined`: it said nothing.
    if (reply === null) this.#leases.giveBack(name);
    return reply !== null;
  }

  async take(wanted: WantedShare): Promise<TakenShare> {
    const shares = sharesOf(wanted);
    if (shares.length === 0) return { ok: true };
    // In braces, so that a cluster keeps all of them on one server.
    const keys = shares.map(({ unit, limit }) => this.#key(`{limits}:${unit}:${limit}`));
    const reply = await this.#link.ask(async (send) =>
      taken.parse(await runScript(send, keys, takeArguments(shares))),
    );
    if (reply === undefined) return this.#limiter.take(wanted, performance.now());
    const [refused, retryAfterMs] = reply;
    const share = shares[refused - 1];
    if (share !== undefined) return { ok: false, limit: share.limit, retryAfterMs };
    // Should Redis go away, this worker does not begin with a whole minute that it has used.
    this.#limiter.charge(wanted, performance.now());
    return { ok: true };
  }

  async load(): Promise<unknown> {
    const text = await this.#link.ask((send) => send(["GET", this.#key("snapshot")]));
    return typeof text === "string" ? parse(text) : this.#saved;
  }

  async save(snapshot: unknown): Promise<void> {
    const text = stringify(snapshot);
    if (text === undefined) return;
    this.#saved = snapshot;
    const lasts = String(SNAPSHOT_LASTS_MS);
    await this.#link.ask((send) => send(["SET", this.#key("snapshot"), text, "PX", lasts]));
  }

  close(): Promise<void> {
    this.#listeners.clear();
    this.#link.close();
    return Promise.resolve();
  }

  #hear(message: string): void {
    if (message.length > LONGEST_MESSAGE) return;
    const { data } = envelope.safeParse(parse(message));
    if (data === undefined || data.from === this.#id) return;
    const observation = readObservation(data.observation);
    if (observation === undefined) return;
    for (const listener of this.#listeners) guarded(() => listener(observation));
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`;
  }
}

const SCRIPT = takeScript();
const SCRIPT_HASH = createHash("sha1").update(SCRIPT).digest("hex");

/** By its hash; with its text where Redis has forgotten it. */
async function runScript(send: Send, keys: string[], given: string[]): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...given];
  try {
    return await send(["EVALSHA", SCRIPT_HASH, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return await send(["EVAL", SCRIPT, ...rest]);
  }
}

function checkOptions({ url, prefix, timeoutMs = DEFAULT_TIMEOUT_MS }: RedisSignalsOptions): void {
  checkRedisOptions({ url, prefix });
  if (!(timeoutMs > 0 && timeoutMs <= 10_000)) {
    throw invalid('The option "timeoutMs" is a number of milliseconds from 1 to 10000.');
  }
}

function invalid(message: string): PluginError {
  return new PluginError("PLUGIN_INVALID_OPTIONS", message);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function inWords(reason: string): string {
  return (
    `Signals and limits are not shared: Redis ${reason}. Until it is back, this worker learns alone and has every ` +
    `limit for itself.`
  );
}

function warn(message: string): void {
  process.emitWarning(message, { code: "SIGNALBOX_SIGNALS_NOT_SHARED" });
}
