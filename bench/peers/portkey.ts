/** Portkey's gateway, as its package starts it. */

import { freePort } from "../load/free-port.ts";
import { installFromNpm } from "./install.ts";
import { startPeerServer, type PeerServer } from "./process.ts";

/** The gateway of this version does not start with later ones of the other two. */
const PACKAGES: readonly string[] = [
  "@portkey-ai/gateway@1.15.2",
  "hono@4.9.7",
  "@hono/node-server@1.13.5",
];

/**
 * Starts it. Which upstream it calls, each request says.
 *
 * @throws {PeerUnavailable}
 */
export async function startPortkey(): Promise<PeerServer> {
  const folder = await installFromNpm({ name: "portkey", packages: PACKAGES });
  const port = await freePort();
  const program = "node_modules/@portkey-ai/gateway/build/start-server.js";
  return startPeerServer({
    name: "Portkey's gateway",
    command: process.execPath,
    args: [program, `--port=${port}`, "--headless"],
    cwd: folder,
    env: {},
    url: `http://127.0.0.1:${port}`,
  });
}
