/** Prometheus's own tool, where it is installed: `apt-get install prometheus`. */

import { spawnSync } from "node:child_process";
import { describeWhere } from "./describe-where.ts";

const isInstalled = spawnSync("promtool", ["--version"]).status === 0;

/** `describe`, or a note that the tests are left out. */
export const describeWithPromtool = describeWhere(isInstalled, "promtool");

export interface Said {
  readonly status: number | null;
  /** Standard output and error. */
  readonly text: string;
}

export function promtool(...args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
  return { status, text: stdout + stderr };
}
