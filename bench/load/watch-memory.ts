/** Watches the memory of a process while it works, from outside: a process that is asked has to stop working to answer. */

import { readFileSync } from "node:fs";
import type { Child } from "./child.ts";

const EACH_MS = 50;
const KIB = 1_024;

export interface MemoryWatch {
  /** Ends it, and gives the most bytes that were resident. */
  stop(): Promise<number>;
}

/** Reads what Linux tells of a process; where it does not, the process is asked, at the end alone. */
export function watchMemory({ pid, usage }: Pick<Child<unknown>, "pid" | "usage">): MemoryWatch {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, readRss(pid));
  };
  look();
  const timer = setInterval(look, EACH_MS);
  return {
    async stop() {
      clearInterval(timer);
      look();
      return most > 0 ? most : (await usage()).rssBytes;
    },
  };
}

/** 0: not known. */
function readRss(pid: number): number {
  try {
    const [, kib = "0"] =
      /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) * KIB;
  } catch {
    return 0;
  }
}
