/** Has things of one name done one after the other, on one connection: Temporal takes a single worker there for a task queue. */

import { once } from "node:events";

const ends = new WeakMap<object, Map<string, Promise<void>>>();

/** A place in the line of those who want the same. */
export interface Turn {
  /** Resolves when all before it are over. */
  readonly isDue: Promise<void>;
  /** To be called once it is over, also where it never came. */
  end(): void;
}

export function takeTurn(connection: object, name: string): Turn {
  const names = ends.get(connection) ?? new Map<string, Promise<void>>();
  ends.set(connection, names);
  const isDue = names.get(name) ?? Promise.resolve();
  const own = new EventTarget();
  const ended = once(own, "end").then(() => {});
  // Whoever comes next waits for those before this one too: it may end before its turn has come.
  names.set(
    name,
    isDue.then(() => ended),
  );
  return { isDue, end: () => void own.dispatchEvent(new Event("end")) };
}
