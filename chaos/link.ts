/** The network between two processes: a TCP proxy that can be cut, stalled, slowed and reset while both of them live. */

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Link {
  readonly port: number;
  /** Ends all connections and takes no new ones, until `mend`. */
  cut(): void;
  /** Holds back all that is sent, until `mend`; connections stay. */
  stall(): void;
  /** Each piece takes so much longer, until `mend`. */
  slow(delayMs: number): void;
  /** Resets the connections that are open now. New ones get through. */
  reset(): void;
  /** As good as new. */
  mend(): void;
  close(): Promise<void>;
}

/** What goes through: everything, nothing new, or nothing at all. */
interface Weather {
  isCut: boolean;
  delayMs: number;
  /** Resolves when what is held back may go on. */
  gate: Promise<void>;
}

/** @param target - a port of this machine. */
export async function openLink(target: number): Promise<Link> {
  const weather: Weather = { isCut: false, delayMs: 0, gate: Promise.resolve() };
  const open = new Set<Socket>();
  let openGate = nothing;
  const server = createServer((near) => {
    if (weather.isCut) {
      near.on("error", () => {}).resetAndDestroy();
      return;
    }
    join(near, connect(target, "127.0.0.1"), weather, open);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  const { port } = server.address() as AddressInfo;
  const reset = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port,
    cut() {
      weather.isCut = true;
      reset();
    },
    stall() {
      openGate();
      weather.gate = new Promise((resolve) => (openGate = resolve));
    },
    slow: (delayMs) => void (weather.delayMs = delayMs),
    reset,
    mend() {
      Object.assign(weather, { isCut: false, delayMs: 0 });
      openGate();
    },
    async close() {
      openGate();
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** There is no gate to open. */
function nothing(): void {}

function join(near: Socket, far: Socket, weather: Weather, open: Set<Socket>): void {
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(socket);
    // One after the other: what is slow must not be overtaken.
    let tail = Promise.resolve();
    const later = (act: () => void): void => {
      tail = tail.then(async () => {
        if (weather.delayMs > 0) await sleep(weather.delayMs);
        await weather.gate;
        act();
      });
    };
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => later(() => void (other.destroyed || other.write(chunk))));
    socket.on("end", () => later(() => void other.end()));
    socket.on("close", () => {
      open.delete(socket);
      later(() => void other.destroy());
    });
  }
}
