/** Keeps worker processes: starts them, kills them, and starts those again that end by themselves, as a process manager would. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { READY, SETTINGS_VARIABLE, type WorkerSettings } from "./worker-settings.ts";

export interface WorkerProcess {
  /** Resolves when it takes work; rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

/**
 * @param script - `worker-process.js`, built.
 * @param log - what it prints is added to this file.
 */
export function startWorkerProcess(
  settings: WorkerSettings,
  { script, log }: { readonly script: URL; readonly log: string },
): WorkerProcess {
  const child = spawn(process.execPath, ["--enable-source-maps", fileURLToPath(script)], {
    env: { ...process.env, [SETTINGS_VARIABLE]: JSON.stringify(settings) },
    // It ends when its standard input does: with this process.
    stdio: ["pipe", "pipe", openSync(log, "a")],
  });
  const gone = once(child, "exit").then(() => {});
  const ready = untilReady(child, gone);
  // Whoever does not wait for it need not hear of it.
  ready.catch(() => {});
  return {
    ready,
    gone,
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function untilReady({ stdout }: ChildProcess, gone: Promise<void>): Promise<void> {
  const said = (async (): Promise<boolean> => {
    for await (const text of stdout!.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
      if (String(text).includes(READY)) return true;
    }
    return false;
  })();
  const isReady = await Promise.race([said, gone.then(() => false)]);
  if (!isReady) throw new Error("the worker ended before it took work");
  stdout!.resume();
}

const RESTART_MS = 500;

/** One worker, for as long as the chaos lasts. */
export class KeptWorker {
  /** How often it ended without having been killed. */
  gaveUp = 0;
  readonly #start: () => WorkerProcess;
  #current: WorkerProcess | undefined;
  #isWanted = false;

  constructor(start: () => WorkerProcess) {
    this.#start = start;
  }

  /** Resolves when it takes work. */
  async start(): Promise<void> {
    this.#isWanted = true;
    while (this.#isWanted) {
      const worker = this.#start();
      this.#current = worker;
      void this.#watch(worker);
      try {
        await worker.ready;
        return;
      } catch {
        if (this.#current !== worker) return;
        await sleep(RESTART_MS);
      }
    }
  }

  /** It stays away until it is started. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    const killed = this.#current;
    this.#current = undefined;
    await killed?.kill();
  }

  /** Starts it again when it ends by itself after it has worked. */
  async #watch(worker: WorkerProcess): Promise<void> {
    const hasWorked = await worker.ready.then(
      () => true,
      () => false,
    );
    await worker.gone;
    if (this.#current !== worker) return;
    this.gaveUp += 1;
    if (!hasWorked) return;
    await sleep(RESTART_MS);
    if (this.#current === worker) await this.start();
  }
}

/** The file of what the workers print. */
export function logIn(folder: string, worker: number): string {
  return join(folder, `worker-${worker}.log`);
}
