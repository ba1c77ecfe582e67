/** What the Temporal server of a measurement uses, as Linux counts it. */

import { readdirSync, readFileSync } from "node:fs";

/** Of Linux on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time of the server that this process has started, in milliseconds. `undefined`: there is none, or this is not Linux. */
export function readServerCpuMs(): number | undefined {
  try {
    const stats = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(readStat)
      .filter((stat) => stat?.name === "temporal" && stat.parent === process.pid);
    return stats.length === 0
      ? undefined
      : stats.reduce((sum, stat) => sum + (stat?.cpuMs ?? 0), 0);
  } catch {
    return undefined;
  }
}

interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly cpuMs: number;
}

function readStat(pid: string): Stat | undefined {
  try {
    const [, name = "", rest = ""] =
      /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    // From the third field on: state, parent; and the 14th and 15th, time in the program and for it in the kernel.
    const fields = rest.split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { name, parent: Number(fields[1]), cpuMs: (ticks * 1_000) / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}
