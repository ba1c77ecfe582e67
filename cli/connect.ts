/** Connects a command to the Temporal server that runs already. */

import { openTemporal, type Temporal } from "../worker/temporal.ts";
import type { Terminal } from "./terminal.ts";

/** Where `npm start` and Temporal's own development server listen. */
const DEFAULT_ADDRESS = "127.0.0.1:7233";

/**
 * Runs `body` with a connection to the server of `TEMPORAL_ADDRESS`, or of this machine. Never starts one: it would have
 * no runs.
 *
 * @throws {SetupError} TEMPORAL_UNREACHABLE
 */
export async function withTemporal<T>(
  { env }: Pick<Terminal, "env">,
  body: (temporal: Temporal) => Promise<T>,
): Promise<T> {
  const address = env["TEMPORAL_ADDRESS"] || DEFAULT_ADDRESS;
  const temporal = await openTemporal({ env: { ...env, TEMPORAL_ADDRESS: address } });
  try {
    return await body(temporal);
  } finally {
    await temporal.close();
  }
}
