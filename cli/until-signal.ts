/** Keeps a command up until somebody wants it to end, and lets it end well. */

import { EXIT, type Terminal } from "./terminal.ts";

/** What may still be under way gets so long, as orchestrators give it before they kill. */
const STOP_MS = 10_000;

export interface Service {
  /** Resolves or rejects when it has ended by itself. Absent: it does not. */
  readonly stopped?: Promise<void>;
  /** Lets finish what is under way, then stops. */
  stop(): Promise<void>;
}

/** Waits for SIGINT or SIGTERM, then stops the service: within 10 seconds, or at once at a second signal. */
export async function untilSignal(
  service: Service,
  terminal: Pick<Terminal, "onSignal" | "tell" | "quit">,
): Promise<void> {
  const signals = new EventTarget();
  const release = terminal.onSignal(() => void signals.dispatchEvent(new Event("signal")));
  const signal = (): Promise<"signal"> =>
    new Promise((resolve) => {
      signals.addEventListener("signal", () => resolve("signal"), { once: true });
    });
  try {
    const first = await Promise.race([signal(), ended(service)]);
    if (first === "ended") return;
    terminal.tell("stopping: what is under way may finish; Ctrl-C again stops at once");
    const limit = AbortSignal.timeout(STOP_MS);
    const outcome = await Promise.race([service.stop(), signal(), late(limit)]);
    if (outcome === "signal") return terminal.quit(EXIT.interrupted);
    if (outcome === "late") {
      terminal.tell(`not everything has finished within ${STOP_MS / 1_000} s: ends without it`);
      terminal.quit(EXIT.failed);
    }
  } finally {
    release();
  }
}

/** Never, where a service does not end by itself. */
function ended({ stopped }: Service): Promise<"ended"> {
  return stopped === undefined ? new Promise(() => {}) : stopped.then(() => "ended");
}

function late(limit: AbortSignal): Promise<"late"> {
  return new Promise((resolve) => {
    limit.addEventListener("abort", () => resolve("late"), { once: true });
  });
}
