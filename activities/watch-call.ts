/** Holds one call to its deadlines: of the whole, and of each stage that its provider reports. */

import { ProviderError, type CallStage } from "../plugins/contract.ts";
import type { AttemptRequest } from "./contract.ts";

/** Where a call is made: in an activity, or in a test whose clock runs faster than time. */
export interface CallHost {
  /** Aborted when the run no longer needs the answer; its reason is thrown as it is. */
  readonly cancellation: AbortSignal;
  /** Milliseconds since some moment. */
  now(): number;
  /** Rejects when `signal` is aborted. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

/** What the call is given to be watched by. */
export interface Watch {
  readonly signal: AbortSignal;
  reportProgress(stage?: CallStage): void;
}

/** What is over needs no error of its own: the one that `abort()` makes takes its time over a stack. */
const OVER = "over";

const DEFAULT_CONNECT_MS = 10_000;
const DEFAULT_IDLE_MS = 30_000;

type Deadlines = Pick<AttemptRequest, "deadlineMs" | "connectMs" | "firstByteMs" | "idleMs">;

/**
 * Makes the call. A plugin that ignores its signal must not hold the run: this ends with the signal either way.
 *
 * @throws {ProviderError} `timeout` when a deadline has passed; whatever the call rejects with.
 */
export async function watchCall<T>(
  deadlines: Deadlines,
  host: CallHost,
  call: (watch: Watch) => Promise<T>,
): Promise<T> {
  const finished = new AbortController();
  const ended = new AbortController();
  const { signal } = ended;
  const expire = (error: ProviderError): void => ended.abort(error);
  // Not `AbortSignal.any`: Node keeps such a signal for as long as somebody listens, and with it all that they know of the call.
  const cancel = (): void => ended.abort(host.cancellation.reason);
  if (host.cancellation.aborted) cancel();
  else host.cancellation.addEventListener("abort", cancel, { once: true });
  startTimer(deadlines.deadlineMs, { host, until: finished.signal }, () =>
    expire(new ProviderError("timeout", `no complete answer within ${deadlines.deadlineMs} ms`)),
  );
  const stages = new StageWatch(stageLimits(deadlines), host, expire);
  const watch: Watch = {
    signal,
    reportProgress: (stage) => stages.report(stage),
  };
  try {
    return await Promise.race([call(watch), rejectOnAbort(signal)]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    host.cancellation.removeEventListener("abort", cancel);
    finished.abort(OVER);
    stages.end();
  }
}

interface Limit {
  readonly milliseconds: number;
  readonly error: () => ProviderError;
}

function stageLimits(deadlines: Deadlines): Readonly<Record<CallStage, Limit>> {
  const { deadlineMs, connectMs = DEFAULT_CONNECT_MS, idleMs = DEFAULT_IDLE_MS } = deadlines;
  const { firstByteMs = deadlineMs } = deadlines;
  return {
    connecting: {
      milliseconds: connectMs,
      // Nothing was sent yet.
      error: () => timeout(`no connection within ${connectMs} ms`, { mayBeBilled: false }),
    },
    waiting: {
      milliseconds: firstByteMs,
      error: () => timeout(`no answer within ${firstByteMs} ms`),
    },
    receiving: {
      milliseconds: idleMs,
      error: () => timeout(`the answer stalled for ${idleMs} ms`),
    },
  };
}

function timeout(message: string, details = {}): ProviderError {
  return new ProviderError("timeout", message, details);
}

interface TimerPlace {
  readonly host: CallHost;
  /** Ends the timer. */
  readonly until: AbortSignal;
}

/** Has one timer going, for the stage that was reported last. */
class StageWatch {
  readonly #limits: Readonly<Record<CallStage, Limit>>;
  readonly #host: CallHost;
  readonly #expire: (error: ProviderError) => void;
  #stage: CallStage | undefined;
  #reportedAt = 0;
  #stageOver = new AbortController();
  #isOver = false;

  constructor(
    limits: Readonly<Record<CallStage, Limit>>,
    host: CallHost,
    expire: (error: ProviderError) => void,
  ) {
    this.#limits = limits;
    this.#host = host;
    this.#expire = expire;
  }

  report(stage = this.#stage): void {
    this.#reportedAt = this.#host.now();
    if (stage === this.#stage || stage === undefined || this.#isOver) return;
    this.#stage = stage;
    this.#stageOver.abort(OVER);
    this.#stageOver = new AbortController();
    this.#wait(this.#limits[stage], this.#limits[stage].milliseconds);
  }

  /** What a plugin reports afterwards starts nothing. */
  end(): void {
    this.#isOver = true;
    this.#stageOver.abort(OVER);
  }

  /** Parts of an answer may come by the thousand: the timer is not set anew for each, it looks when it rings. */
  #wait(limit: Limit, milliseconds: number): void {
    startTimer(milliseconds, { host: this.#host, until: this.#stageOver.signal }, () => {
      const leftMs = this.#reportedAt + limit.milliseconds - this.#host.now();
      if (leftMs > 0) this.#wait(limit, Math.ceil(leftMs));
      else this.#expire(limit.error());
    });
  }
}

/** The timer ends either way: it rings, or what it was for is over. */
function startTimer(milliseconds: number, { host, until }: TimerPlace, ring: () => void): void {
  host.sleep(milliseconds, until).then(ring, () => {});
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
