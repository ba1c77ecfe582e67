/** A helper process as `signalbox dev` sees it. It never outlives this one: see `serve-parent.ts` for its side. */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RelayedError, type Message, type MessageOf, type Order } from "./message.ts";

export interface HelperOptions {
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told what is no answer. */
  readonly onNote: (text: string) => void;
}

/** Attempts in flight have ten seconds; then there is the worker to be stopped, and the API. */
const STOP_MS = 20_000;

const running = new Set<Helper>();

/** Those that are left when this process ends by itself end with it. */
process.on("exit", () => killHelpers());

/** Ends all that run, at once: for a process that cannot wait. */
export function killHelpers(): void {
  for (const helper of running) helper.kill();
}

export class Helper {
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #heard = new Map<Message["type"], Message>();
  #hasEnded = false;

  /** @param module - a compiled file beside this one. */
  constructor(module: string, { args = [], cwd, env, onNote }: HelperOptions) {
    this.#child = fork(fileURLToPath(new URL(module, import.meta.url)), args, {
      cwd,
      env,
      execArgv: ["--enable-source-maps"],
      // A session of its own: Ctrl-C and a closed terminal reach this process alone, which then stops all in their order.
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    running.add(this);
    this.#child.on("message", (message: Message) => {
      if (message.type === "note") onNote(message.text);
      this.#heard.set(message.type, message);
      this.#child.emit("heard");
    });
    // Sending to a process that has just ended is no error: it is noticed below.
    this.#child.on("error", () => {});
    this.ended = once(this.#child, "close").then(() => this.#end());
  }

  /**
   * The first message of a type, as soon as it is there.
   *
   * @throws {RelayedError} when the helper fails or ends without.
   */
  async hear<Type extends Message["type"]>(type: Type): Promise<MessageOf<Type>> {
    for (;;) {
      const message = this.#heard.get(type);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Kept by its type.
      if (message !== undefined) return message as MessageOf<Type>;
      const failed = this.#heard.get("failed");
      if (failed?.type === "failed") throw new RelayedError(failed);
      if (this.#hasEnded) throw new RelayedError({ text: this.#describeEnd() });
      await Promise.race([once(this.#child, "heard"), this.ended]);
    }
  }

  tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => {});
  }

  /** Lets it finish what it does; ends it when that takes too long. */
  async stop(): Promise<void> {
    this.tell("stop");
    const timer = setTimeout(() => this.kill(), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it, and the processes that it started, at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  #end(): void {
    this.#hasEnded = true;
    // Whatever it started and could not stop itself.
    this.kill();
    running.delete(this);
  }

  #describeEnd(): string {
    const { exitCode, signalCode } = this.#child;
    return `It ended with ${signalCode ?? `exit code ${exitCode}`}; what it printed is above.`;
  }
}
