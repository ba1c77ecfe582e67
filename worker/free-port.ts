/** Makes sure, before anything is started, that a port is to be had. */

import { createServer } from "node:net";
import { isNativeError } from "node:util/types";
import { SetupError } from "./setup-error.ts";

const HOST = "127.0.0.1";

/** Environment variable that moves a port elsewhere. */
export type PortVariable =
  | "SIGNALBOX_TEMPORAL_PORT"
  | "SIGNALBOX_TEMPORAL_UI_PORT"
  | "SIGNALBOX_PORT";

/**
 * Makes sure that a port can be opened on 127.0.0.1. For the Temporal server this is more than courtesy:
 * with another Temporal server on its port, `createLocal` reports success and talks to that one.
 *
 * @param purpose - what the port is for, as in "the API".
 * @throws {SetupError} `PORT_IN_USE`.
 */
export async function assertPortFree(
  port: number,
  purpose: string,
  variable: PortVariable,
): Promise<void> {
  try {
    await openAndClose(port);
  } catch (error) {
    if (!isAddressInUse(error)) throw error;
    const other =
      variable === "SIGNALBOX_TEMPORAL_PORT"
        ? `if a Temporal server is there, set TEMPORAL_ADDRESS=${HOST}:${port} to use it; or `
        : "";
    throw new SetupError(
      "PORT_IN_USE",
      `Port "${port}", wanted for ${purpose}, is in use. Stop what uses it; or ${other}set ${variable} to another port.`,
      { cause: error },
    );
  }
}

function isAddressInUse(error: unknown): boolean {
  return isNativeError(error) && "code" in error && error.code === "EADDRINUSE";
}

function openAndClose(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve()));
  });
}
