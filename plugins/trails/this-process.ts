/** Names a process so that others can tell whether it still runs. */

import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";

export interface ProcessName {
  /** Of the machine since it was started, and of the container: where process ids are the same processes. */
  readonly place: string;
  readonly pid: number;
  readonly thread: number;
  /** When it began, in the kernel's own unit: ids are used again. `""`: not known here. */
  readonly began: string;
}

let name: Promise<ProcessName> | undefined;

export function thisProcess(): Promise<ProcessName> {
  return (name ??= nameThis());
}

async function nameThis(): Promise<ProcessName> {
  const [boot, space] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    readlink("/proc/self/ns/pid").catch(() => ""),
  ]);
  const place = `${hostname()} ${boot.trim()} ${space}`;
  return { place, pid: process.pid, thread: threadId, began: await beganAt(process.pid) };
}

/** `"unknown"`: it is, or was, on another machine or in another container, and cannot be looked for from here. */
export async function isRunning(other: ProcessName): Promise<boolean | "unknown"> {
  const own = await thisProcess();
  if (other.place !== own.place) return "unknown";
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if (Reflect.get(Object(error), "code") === "ESRCH") return false;
  }
  return (await beganAt(other.pid)) === other.began;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (field 22; the second may hold spaces and brackets) */
async function beganAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
