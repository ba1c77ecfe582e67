/** Connects a command to the Temporal server that runs already. */

import type { SignalboxClient } from "../client/signalbox-client.ts";
import { linkToRun, temporalUiOf } from "../client/temporal-ui.ts";
import type { Temporal, TemporalOptions } from "../worker/temporal.ts";
import type { Terminal } from "./terminal.ts";

/** Where `npm start` and Temporal's own development server listen. */
const DEFAULT_ADDRESS = "127.0.0.1:7233";

/**
 * Runs `body` with a connection to the server of `TEMPORAL_ADDRESS`, or of this machine. Never starts one: it would have
 * no runs.
 *
 * @param telemetry - of the configuration, for a worker. Default: none.
 * @throws {SetupError} TEMPORAL_UNREACHABLE
 */
export async function withTemporal<T>(
  { env }: Pick<Terminal, "env">,
  body: (temporal: Temporal) => Promise<T>,
  telemetry: TemporalOptions["telemetry"] = false,
): Promise<T> {
  const address = env["TEMPORAL_ADDRESS"] || DEFAULT_ADDRESS;
  // Loaded late, as it takes most of a second: help, completion and drawings do without.
  const { openTemporal } = await import("../worker/temporal.ts");
  const temporal = await openTemporal({
    env: { ...env, TEMPORAL_ADDRESS: address },
    telemetry,
  });
  try {
    return await body(temporal);
  } finally {
    await temporal.close();
  }
}

/** What a command about runs has. */
export interface Connected {
  readonly client: SignalboxClient;
  readonly temporal: Temporal;
  /** The run in the Temporal UI. `undefined` where the UI is not known. */
  readonly linkTo: (run: string) => string | undefined;
}

/**
 * As {@link withTemporal}, for a command about runs.
 *
 * @param taskQueue - where the runs it starts are taken from.
 */
export function withClient<T>(
  terminal: Pick<Terminal, "env">,
  body: (connected: Connected) => Promise<T>,
  taskQueue?: string,
): Promise<T> {
  return withTemporal(terminal, async (temporal) => {
    const { SignalboxClient } = await import("../client/signalbox-client.ts");
    const ui = temporalUiOf(temporal);
    const client = new SignalboxClient({
      temporal: temporal.client,
      ...(taskQueue !== undefined && { taskQueue }),
    });
    const linkTo = (run: string): string | undefined => ui && linkToRun(ui, run);
    return body({ client, temporal, linkTo });
  });
}
