/** Runs a program of dist/ as a user would: a process of its own, in a folder of its own. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/load/free-port.ts";

export interface Program {
  /** All it has printed so far, standard output and error together. */
  readonly output: () => string;
  /** The part of it that came on standard output. */
  readonly answer: () => string;
  /** Resolves once it has printed `text`; rejects when it ends without. */
  printed(text: string): Promise<void>;
  /** Resolves once it prints anything more; rejects when it ends without. */
  printedMore(): Promise<void>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code; `null` after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts `node dist/<file>`. `env` is added to PATH, HOME and the like; keys of this machine are left out. */
export function startProgram(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Program {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn(process.execPath, [join(__dirname, "../../dist", file), ...args], {
    cwd: options.cwd,
    // No Ollama of this machine: the test says which models there are.
    env: { PATH, HOME, XDG_CACHE_HOME, OLLAMA_HOST: "127.0.0.1:1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return watch(child);
}

function watch(child: ChildProcess): Program {
  let output = "";
  let answer = "";
  const ended = once(child, "close").then(() => child.exitCode);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (stream === child.stdout) answer += text;
      child.emit("printed");
    });
  }
  return {
    output: () => output,
    answer: () => answer,
    ended,
    async printed(text) {
      while (!output.includes(text)) {
        const gone = ended.then(() => "gone" as const);
        if ((await Promise.race([once(child, "printed"), gone])) !== "gone") continue;
        if (!output.includes(text)) throw new Error(`Ended without printing "${text}":\n${output}`);
      }
    },
    async printedMore() {
      const gone = ended.then(() => "gone" as const);
      if ((await Promise.race([once(child, "printed"), gone])) !== "gone") return;
      throw new Error(`Ended without printing more:\n${output}`);
    },
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** An empty folder for `body`, removed afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-program-"));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Variables that move all ports of `npm start` to free ones. */
export async function freePorts(): Promise<Record<PortVariable, string>> {
  return {
    SIGNALBOX_PORT: String(await freePort()),
    SIGNALBOX_TEMPORAL_PORT: String(await freePort()),
    SIGNALBOX_TEMPORAL_UI_PORT: String(await freePort()),
  };
}

type PortVariable = "SIGNALBOX_PORT" | "SIGNALBOX_TEMPORAL_PORT" | "SIGNALBOX_TEMPORAL_UI_PORT";
