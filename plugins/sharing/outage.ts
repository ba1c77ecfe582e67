/** Tells that something does not answer once, and not with every call; and that it answers again. */

export interface OutageListeners {
  /** @param reason - what it does, such as `"cannot be reached (ECONNREFUSED)"`. */
  readonly onProblem: (reason: string) => void;
  readonly onRecovery: () => void;
}

/** What comes and goes is told once a minute at most. */
const QUIET_MS = 60_000;

export class Outage {
  readonly #listeners: OutageListeners;
  #isReported = false;
  #reportedAt = -Infinity;

  constructor(listeners: OutageListeners) {
    this.#listeners = listeners;
  }

  report(reason: string): void {
    const now = performance.now();
    if (this.#isReported || now - this.#reportedAt < QUIET_MS) return;
    this.#isReported = true;
    this.#reportedAt = now;
    this.#listeners.onProblem(reason);
  }

  recover(): void {
    if (!this.#isReported) return;
    this.#isReported = false;
    this.#listeners.onRecovery();
  }
}

/** What others hand in must not fail a call. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch {
    // Theirs to notice.
  }
}
