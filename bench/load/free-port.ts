/** Finds a port for what cannot choose one by itself. */

import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** One that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
