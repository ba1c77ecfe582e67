/** Keeps a command up until somebody wants it to end, and lets it end well. */

import { EXIT, type Terminal } from "./terminal.ts";

/** What may still be under way gets so long, where nothing else is said. */
const STOP_MS = 10_000;
/** For what comes after: cut attempts are reported, connections closed. */
const CLOSE_MS = 5_000;

export interface Service {
  /** Resolves or rejects when it has ended by itself. Absent: it does not. */
  readonly stopped?: Promise<void>;
  /** Lets finish what is under way, then stops. */
  stop(): Promise<void>;
}

/**
 * Waits for SIGINT or SIGTERM, then stops the service; at once at a second signal.
 *
 * @param graceMs - of the service's own, which cuts what is under way for longer. Absent: it has none, and is left alone
 *   after 10 seconds.
 */
export async function untilSignal(
  service: Service,
  terminal: Pick<Terminal, "onSignal" | "tell" | "quit">,
  graceMs?: number,
): Promise<void> {
  const stopMs = graceMs === undefined ? STOP_MS : graceMs + CLOSE_MS;
  const signals = new EventTarget();
  const release = terminal.onSignal(() => void signals.dispatchEvent(new Event("signal")));
  const signal = (): Promise<"signal"> =>
    new Promise((resolve) => {
      signals.addEventListener("signal", () => resolve("signal"), { once: true });
    });
  try {
    const first = await Promise.race([signal(), ended(service)]);
    if (first === "ended") return;
    const within = graceMs === undefined ? "" : ` within ${graceMs / 1_000} s`;
    terminal.tell(`stopping: what is under way may finish${within}; Ctrl-C again stops at once`);
    const limit = AbortSignal.timeout(stopMs);
    const outcome = await Promise.race([service.stop(), signal(), late(limit)]);
    if (outcome === "signal") return terminal.quit(EXIT.interrupted);
    if (outcome === "late") {
      terminal.tell(`not everything has finished within ${stopMs / 1_000} s: ends without it`);
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
