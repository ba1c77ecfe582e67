/** Makes the planned faults happen, and puts them right again. */

import { setTimeout as sleep } from "node:timers/promises";
import { nameFault, type Fault, type LinkFault } from "./faults.ts";
import type { Link } from "./link.ts";
import type { World } from "./world.ts";

/** A fault that happened. */
export interface Injected {
  readonly name: string;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** When it was put right: of a worker, when its successor took work. */
  readonly until: number;
  /** From when recovery counts: a worker's death is over when it is dead, all else when it is put right. */
  readonly countsFrom: number;
}

const SLOWED_MS = 80;

export interface InjectOptions {
  readonly signal: AbortSignal;
  /** No more than so many faults. */
  readonly most: number;
  readonly onFault: (fault: Fault) => void;
}

/** Goes through the plan until `signal` is aborted, and puts right what is left. */
export async function injectFaults(
  world: World,
  plan: Iterable<Fault>,
  { signal, most, onFault }: InjectOptions,
): Promise<readonly Injected[]> {
  const done: Promise<Injected>[] = [];
  const busy = new Set<string>();
  for (const fault of plan) {
    if (done.length >= most) break;
    if (!fault.isAlongside) await done.at(-1);
    await sleep(fault.afterMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const target = targetOf(fault);
    // Two faults at one place would undo each other.
    if (busy.has(target) || !isThere(fault, world)) continue;
    busy.add(target);
    onFault(fault);
    done.push(inject(fault, world, signal).finally(() => busy.delete(target)));
  }
  return Promise.all(done);
}

/** Of the two services one is there at any time: without either no graph can go on. */
function targetOf(fault: Fault): string {
  if ("worker" in fault) return `worker ${fault.worker}`;
  if (!("link" in fault)) return fault.kind;
  return /keyed|plain/.test(fault.link) ? "services" : fault.link;
}

function isThere(fault: Fault, { redis, links }: World): boolean {
  if (fault.kind === "Redis stopped") return redis !== undefined;
  return !("link" in fault) || links.has(fault.link);
}

async function inject(fault: Fault, world: World, signal: AbortSignal): Promise<Injected> {
  const at = Date.now();
  const lasting = (): Promise<unknown> =>
    sleep(fault.lastsMs, undefined, { signal }).catch(() => {});
  const name = nameFault(fault);
  switch (fault.kind) {
    case "worker killed": {
      await world.workers[fault.worker]?.kill();
      await lasting();
      await world.workers[fault.worker]?.start();
      return { name, at, until: Date.now(), countsFrom: at };
    }
    case "Temporal killed": {
      await world.temporal.kill();
      await lasting();
      await world.temporal.start();
      break;
    }
    case "Redis stopped": {
      await world.redis?.stop();
      await lasting();
      await world.redis?.start();
      break;
    }
    case "network cut":
    case "network stalled":
    case "network slowed":
    case "network reset": {
      const link = world.links.get(fault.link);
      if (link) disturb(link, fault);
      await lasting();
      link?.mend();
    }
  }
  const until = Date.now();
  return { name, at, until, countsFrom: until };
}

function disturb(link: Link, { kind }: LinkFault): void {
  switch (kind) {
    case "network cut":
      return link.cut();
    case "network stalled":
      return link.stall();
    case "network slowed":
      return link.slow(SLOWED_MS);
    case "network reset":
      return link.reset();
  }
}
