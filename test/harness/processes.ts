/** Which processes of this machine have to do with a folder. */

import { execFile } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The command lines that name `folder`. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const { stdout } = await run("ps", ["-eo", "pid,args"]);
  return stdout.split("\n").filter((line) => line.includes(folder));
}

/** Waits until there are none. Nobody tells of the end of processes that are not one's own: it is looked for. */
export async function allGone(folder: string, withinMs: number): Promise<readonly string[]> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const left = await processesOf(folder);
    if (left.length === 0 || Date.now() > giveUpAt) return left;
    await wait(100);
  }
}
