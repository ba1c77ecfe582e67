/** A process of a measurement, seen from the one that measures. What it uses is its own, and nobody else's load disturbs it. */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Question, Report, Usage } from "./child-side.ts";

export interface ChildOptions {
  readonly args?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node's own. */
  readonly nodeOptions?: readonly string[];
  /** Another Node than this one. */
  readonly node?: string;
}

export interface Child<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  usage(): Promise<Usage>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** Starts `program`, which says what it is ready with; in an empty folder, where it may leave what it likes. */
export async function startChild<Ready>(
  program: URL | string,
  { args = [], env = {}, nodeOptions = [], node }: ChildOptions = {},
): Promise<Child<Ready>> {
  const cwd = await mkdtemp(join(tmpdir(), "signalbox-bench-"));
  const child = fork(program, [...args], {
    cwd,
    env: { ...process.env, ...env },
    // Standard output is for results: what Temporal's core says there comes as what it is, a complaint.
    stdio: ["ignore", 2, "inherit", "ipc"],
    execArgv: ["--enable-source-maps", ...nodeOptions],
    ...(node !== undefined && { execPath: node }),
  });
  const closed = once(child, "close");
  const report = await nextReport<Ready>(child, closed);
  if (!("ready" in report)) throw new Error(`${String(program)} was not ready when it spoke.`);
  return {
    pid: child.pid ?? 0,
    ready: report.ready,
    async usage() {
      const told = nextReport<Ready>(child, closed);
      ask(child, "usage");
      const answer = await told;
      if ("usage" in answer) return answer.usage;
      throw new Error(`${String(program)} did not tell what it uses.`);
    },
    async stop() {
      if (child.connected) ask(child, "stop");
      await closed;
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

async function nextReport<Ready>(
  child: ChildProcess,
  closed: Promise<unknown>,
): Promise<Report<Ready>> {
  const ended = closed.then((): never => {
    throw new Error(`A process of the measurement has ended: ${child.spawnargs.join(" ")}`);
  });
  const reports: Report<Ready>[] = await Promise.race([once(child, "message"), ended]);
  const [report] = reports;
  if (report === undefined) throw new Error("A process of the measurement said nothing.");
  return report;
}

function ask(child: ChildProcess, question: Question): void {
  child.send(question);
}
