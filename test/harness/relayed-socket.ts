/** A TCP relay before a server, whose connections can be cut while new ones get through. */

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface SocketRelay {
  /** `host:port`. */
  readonly address: string;
  /** Cuts all connections that are open now. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target - `host:port`. */
export async function relaySockets(target: string): Promise<SocketRelay> {
  const [host = "", port = ""] = target.split(":");
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  const { port: opened } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    address: `127.0.0.1:${opened}`,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
