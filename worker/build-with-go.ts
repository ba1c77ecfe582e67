/** Builds a command with a Go toolchain: it is there whole, or not at all, and of the build nothing is left. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { isNativeError } from "node:util/types";

const BUILD_FOLDER_PREFIX = "go-build-";
const BUILD_TIMEOUT_MS = 60 * 60 * 1000;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface GoPlace {
  /** The `go` command. */
  readonly go: string;
  /** Where the finished binary goes, under the name that Go gives it. It appears there whole, or not at all. */
  readonly target: string;
  /** Existing folder for the build and its caches, on the file system of `target`. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface GoBuildOptions extends GoPlace {
  /** Of `go install`. */
  readonly args: readonly string[];
  /** The folder of the module that the package is of. Default: of none. */
  readonly module?: string;
}

/**
 * Builds a command and moves it to `target`. Its caches, which may be gigabytes, are in a folder of this build alone and are removed
 * whether it succeeds, fails or is stopped by a signal.
 *
 * @throws {Error} with the last lines that Go printed.
 */
export async function buildWithGo(options: GoBuildOptions): Promise<void> {
  await removeAbandonedBuilds(options.folder);
  const workFolder = await mkdtemp(join(options.folder, BUILD_FOLDER_PREFIX));
  const stop = stopOnSignals();
  try {
    const built = await goInstall(options, workFolder, stop.signal);
    await mkdir(dirname(options.target), { recursive: true });
    await rename(built, options.target);
  } finally {
    // Compilers that outlive a stopped `go` may still write a file or two: hence the retries.
    await rm(workFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    stop.release();
  }
}

async function goInstall(
  { go, target, env, args, module }: GoBuildOptions,
  workFolder: string,
  signal: AbortSignal,
): Promise<string> {
  const binFolder = join(workFolder, "bin");
  const temporaryFolder = join(workFolder, "tmp");
  await mkdir(temporaryFolder);
  try {
    await promisify(execFile)(go, ["install", ...args], {
      cwd: module ?? workFolder,
      env: {
        ...env,
        GOBIN: binFolder,
        GOCACHE: join(workFolder, "cache"),
        GOMODCACHE: join(workFolder, "modules"),
        GOPATH: join(workFolder, "path"),
        GOTMPDIR: temporaryFolder,
        GOFLAGS: "-modcacherw", // Go makes downloaded modules read-only: they could not be removed.
      },
      signal,
      timeout: BUILD_TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    throw new Error(`\`go install\` failed: ${lastLines(error)}`, { cause: error });
  }
  return join(binFolder, basename(target));
}

function lastLines(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const printed = "stderr" in error ? String(error.stderr) : "";
  const lines = printed.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 0 ? error.message : lines.slice(-3).join(" / ");
}

/** Only a killed process leaves its folder behind; no build that still runs can be this old. */
async function removeAbandonedBuilds(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(BUILD_FOLDER_PREFIX)) continue;
    const path = join(folder, name);
    const ageMs = Date.now() - (await stat(path)).mtimeMs;
    if (ageMs > BUILD_TIMEOUT_MS) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Holds back a signal that would end this process until the build's gigabytes are removed:
 * `release` sends it again, unless somebody else listens and has had it.
 */
function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    received = signal;
    controller.abort();
  };
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const name of STOP_SIGNALS) process.off(name, onSignal);
      if (received !== undefined && process.listenerCount(received) === 0) {
        process.kill(process.pid, received);
      }
    },
  };
}
