/** Follows a run to its end, or until somebody at the terminal has seen enough. */

import type { RunEvent } from "../client/run-event.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import type { Terminal } from "./terminal.ts";

/** How long a run may stand still at its beginning before that is worth a word. */
const QUIET_MS = 5_000;

export interface WatchOptions {
  readonly onEvent: (event: RunEvent) => void;
  /** Told once when nobody has taken the run up. */
  readonly onQuiet?: () => void;
}

/** `"interrupted"`: by a signal; the run goes on. */
export type Watched = "ended" | "interrupted";

/** @throws {ClientError} CLIENT_UNKNOWN_RUN or CLIENT_TEMPORAL_UNAVAILABLE */
export async function watchRun(
  client: Pick<SignalboxClient, "events">,
  id: string,
  terminal: Pick<Terminal, "onSignal">,
  { onEvent, onQuiet }: WatchOptions,
): Promise<Watched> {
  const stop = new AbortController();
  const release = terminal.onSignal(() => stop.abort());
  const quiet = setTimeout(() => onQuiet?.(), QUIET_MS);
  try {
    for await (const event of client.events(id, { signal: stop.signal })) {
      if (event.type !== "run.started") clearTimeout(quiet);
      onEvent(event);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(quiet);
    release();
  }
  return stop.signal.aborted ? "interrupted" : "ended";
}
