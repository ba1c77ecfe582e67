/** Finds the `temporal` command on this machine, or fetches it. */

import type { EphemeralServerExecutable } from "@temporalio/testing";
import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { isNativeError } from "node:util/types";
import { buildTemporal, TEMPORAL_CLI_VERSION } from "./build-temporal.ts";
import { SetupError } from "./setup-error.ts";

export interface TemporalBinaryOptions {
  /**
   * Read for `PATH`, `SIGNALBOX_CACHE_DIR` and `XDG_CACHE_HOME`, and handed on to Go.
   * Default: `process.env`.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Told in one line, every few seconds, how a download or build is getting on. */
  readonly onProgress?: (line: string) => void;
  /** Default: 5 seconds. */
  readonly progressIntervalMs?: number;
}

/** One way to get an executable. */
interface Way {
  readonly name: string;
  /** Rejects with why this way is closed. */
  find(): Promise<EphemeralServerExecutable>;
  /** What to say while the SDK takes its time; it downloads and starts in one call. */
  readonly waiting?: string;
}

interface Failure {
  readonly way: string;
  readonly error: unknown;
}

/**
 * Calls `start` with the first executable there is: `temporal` on the PATH, the binary in our cache,
 * the official download, a build with Go. Only an executable that cannot be had leads to the next way:
 * a server that does not start is an error at once.
 *
 * @throws {SetupError} `TEMPORAL_NOT_FOUND` when all ways are closed, `TEMPORAL_START_FAILED` when `start` rejects.
 */
export async function startWithTemporalBinary<Server>(
  start: (executable: EphemeralServerExecutable) => Promise<Server>,
  options: TemporalBinaryOptions = {},
): Promise<Server> {
  const failures: Failure[] = [];
  for (const way of waysToTemporal(options)) {
    let executable;
    try {
      executable = await way.find();
    } catch (error) {
      failures.push({ way: way.name, error });
      continue;
    }
    try {
      return await reportWhile(start(executable), way.waiting, options);
    } catch (error) {
      if (!isDownloadFailure(executable, error)) throw startFailed(way.name, error);
      failures.push({ way: way.name, error });
    }
  }
  throw notFound(failures);
}

/** The folder that Signalbox may fill with what it fetches or builds. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return (
    env.SIGNALBOX_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "signalbox")
  );
}

function waysToTemporal(options: TemporalBinaryOptions): readonly Way[] {
  const { env = process.env } = options;
  const folder = cacheFolder(env);
  const cached = join(folder, `temporal-${TEMPORAL_CLI_VERSION}`, executableName("temporal"));
  return [
    {
      name: "`temporal` on the PATH",
      find: async () => existing(await findOnPath("temporal", env)),
    },
    {
      name: `our cached binary "${cached}"`,
      find: async () => existing(await assertExecutable(cached)),
    },
    {
      name: "the official download",
      waiting: "downloading the Temporal server: once, about a minute",
      async find() {
        await mkdir(folder, { recursive: true });
        return { type: "cached-download", downloadDir: folder, ttl: "3650d" };
      },
    },
    {
      name: `a build of Temporal ${TEMPORAL_CLI_VERSION} with Go`,
      async find() {
        const go = await findOnPath("go", env);
        await mkdir(folder, { recursive: true });
        const waiting = "building the Temporal server with Go: once, about 4 minutes";
        options.onProgress?.(waiting);
        await reportWhile(buildTemporal({ go, target: cached, folder, env }), waiting, options);
        return existing(await assertExecutable(cached));
      },
    },
  ];
}

function existing(path: string): EphemeralServerExecutable {
  return { type: "existing-path", path };
}

async function findOnPath(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, executableName(command));
    if (folder !== "" && (await isExecutable(path))) return path;
  }
  throw new Error(`no \`${command}\` on the PATH`);
}

async function assertExecutable(path: string): Promise<string> {
  if (!(await isExecutable(path))) throw new Error("no such file");
  return path;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function executableName(command: string): string {
  return process.platform === "win32" ? `${command}.exe` : command;
}

/** The SDK has no error class for this, only these words. */
function isDownloadFailure(executable: EphemeralServerExecutable, error: unknown): boolean {
  if (executable.type !== "cached-download") return false;
  return /failed to download ephemeral server|invalid ephemeral server download/.test(
    messageOf(error),
  );
}

async function reportWhile<Result>(
  work: Promise<Result>,
  waiting: string | undefined,
  { onProgress, progressIntervalMs = 5_000 }: TemporalBinaryOptions,
): Promise<Result> {
  if (waiting === undefined) return await work;
  const startedAtMs = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    onProgress?.(`${waiting}; ${seconds} s so far`);
  }, progressIntervalMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

function startFailed(way: string, error: unknown): SetupError {
  return new SetupError(
    "TEMPORAL_START_FAILED",
    `The Temporal server did not start, using ${way}: ${messageOf(error)}. ` +
      `See what it printed above, or set TEMPORAL_ADDRESS to a Temporal server that runs already.`,
    { cause: error },
  );
}

function notFound(failures: readonly Failure[]): SetupError {
  const tried = failures.map(({ way, error }) => `  - ${way}: ${messageOf(error)}`);
  return new SetupError(
    "TEMPORAL_NOT_FOUND",
    [
      "No Temporal server is on this machine and none could be fetched. Tried, in this order:",
      ...tried,
      "Install the Temporal CLI (https://docs.temporal.io/cli) or Go (https://go.dev/dl) and start again, " +
        "or set TEMPORAL_ADDRESS to a Temporal server that runs already.",
    ].join("\n"),
    { cause: new AggregateError(failures.map(({ error }) => error)) },
  );
}

function messageOf(error: unknown): string {
  const message = isNativeError(error) ? error.message : String(error);
  return message.replace(/^Failed to start ephemeral server: /, "");
}
