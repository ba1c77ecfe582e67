/** A helper process's own side: it does as its parent says, and ends when its parent is gone, however that came about. */

import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { failedBy, type Message, type Order } from "./message.ts";

export interface Parent {
  readonly tell: (message: Message) => void;
  /** Resolves when the parent gave the order. */
  readonly ordered: (order: Order) => Promise<void>;
}

/** Stops what was started. */
type Stop = () => Promise<void>;

/** Longer than the parent waits: only where the parent is gone has it not ended this process before. */
const STOP_MS = 25_000;
/** For whoever cleans up after a start that was broken off. */
const BREAK_OFF_MS = 5_000;

/** Calls `start`, and what it gives when the parent says so or is gone. Ends the process. */
export async function serveParent(start: (parent: Parent) => Promise<Stop>): Promise<never> {
  // A terminal that was closed is no reason to leave a run in the middle of its attempt.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const ordered = listenToOrders();
  const { tell, told } = speak();
  const toStop = Promise.race([ordered("stop"), once(process, "SIGTERM")]);
  let exitCode = 0;
  const starting = start({ tell, ordered }).catch((error: unknown) => {
    exitCode = 1;
    tell(failedBy(error));
    return noStop;
  });
  let hasStarted = false;
  const giveUp = toStop.then(() => {
    if (!hasStarted) breakOff();
    return wait(BREAK_OFF_MS, noStop);
  });
  const stop = await Promise.race([starting, giveUp]);
  hasStarted = true;
  if (exitCode === 0) await toStop;
  setTimeout(() => process.exit(1), STOP_MS).unref();
  await stop();
  await told();
  process.exit(exitCode);
}

const noStop: Stop = () => Promise.resolve();

/** Told to stop in the middle of its start: who listens cleans up, and processes that it started end. */
function breakOff(): void {
  if (process.platform !== "win32") process.kill(-process.pid, "SIGTERM");
}

/** A parent that is gone is one that says stop. */
function listenToOrders(): Parent["ordered"] {
  const given = new EventTarget();
  const seen = new Set<Order>();
  const give = (order: Order): void => {
    seen.add(order);
    given.dispatchEvent(new Event(order));
  };
  process.on("message", give);
  process.once("disconnect", () => give("stop"));
  return async (order) => {
    if (seen.has(order)) return;
    await new Promise<void>((resolve) => {
      given.addEventListener(order, () => resolve(), { once: true });
    });
  };
}

/** `told` resolves when all that was said is on its way. */
function speak(): { readonly tell: Parent["tell"]; readonly told: () => Promise<void> } {
  let last = Promise.resolve();
  return {
    tell(message) {
      last = new Promise((resolve) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
        else resolve();
      });
    },
    told: () => last,
  };
}
