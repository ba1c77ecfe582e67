/** Gets the peers of a comparison from their registries, once, into a folder outside the checkout. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../worker/temporal-binary.ts";

/** A peer cannot be had on this machine. The message says why. */
export class PeerUnavailable extends Error {
  override readonly name = "PeerUnavailable";
}

interface PeerPackages {
  /** Names the folder, too. */
  readonly name: string;
  /** With their versions: a figure belongs to one. */
  readonly packages: readonly string[];
}

/** Node that runs `@temporalio/ai-sdk`. */
const WANTED_NODE = [22, 12] as const;
const NODE_PACKAGE = "node@24";

const PROGRESS_MS = 10_000;
const LAST_WORDS = 300;

/**
 * The folder in which packages of npm are installed.
 *
 * @throws {PeerUnavailable}
 */
export function installFromNpm({ name, packages }: PeerPackages): Promise<string> {
  return installOnce({ name, packages }, async (folder) => {
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ private: true, type: "module" }),
    );
    const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...flags, ...packages], { cwd: folder, what: name });
  });
}

/**
 * The folder of a virtual environment in which packages of PyPI are installed.
 *
 * @throws {PeerUnavailable}
 */
export function installFromPyPi({ name, packages }: PeerPackages): Promise<string> {
  return installOnce({ name, packages }, async (folder) => {
    const what = `${name}, which takes about two minutes`;
    await run("python3", ["-m", "venv", folder], { cwd: folder, what });
    const flags = ["--disable-pip-version-check", "--quiet"];
    await run(join(folder, "bin/pip"), ["install", ...flags, ...packages], { cwd: folder, what });
  });
}

/**
 * A Node that is new enough for all peers: this one, or one of npm's, which keeps it.
 *
 * @throws {PeerUnavailable}
 */
export async function findNewNode(): Promise<string> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = WANTED_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
    return process.execPath;
  }
  const folder = join(cacheFolder(process.env), "bench");
  await mkdir(folder, { recursive: true });
  const args = [
    "exec",
    "--yes",
    `--package=${NODE_PACKAGE}`,
    "--",
    "node",
    "-p",
    "process.execPath",
  ];
  return (await run("npm", args, { cwd: folder, what: NODE_PACKAGE })).trim();
}

/** A list of what is there is written last: an install that was broken off has none. */
async function installOnce(
  { name, packages }: PeerPackages,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(process.env), "bench", name);
  const list = join(folder, "installed.txt");
  const wanted = packages.join("\n");
  const installed = await readFile(list, "utf8").catch(() => undefined);
  if (installed === wanted) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install(folder);
  await writeFile(list, wanted);
  return folder;
}

/** Gives what the command prints. */
async function run(
  command: string,
  args: readonly string[],
  { cwd, what }: { readonly cwd: string; readonly what: string },
): Promise<string> {
  const startedAt = Date.now();
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    console.error(`getting ${what}: once; ${seconds} s so far`);
  }, PROGRESS_MS);
  try {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let [printed, complained] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (complained += text));
    const [code]: unknown[] = await once(child, "close");
    if (code === 0) return printed;
    throw new Error(complained.trim().slice(-LAST_WORDS));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PeerUnavailable(`${what} cannot be had here: ${reason}`, { cause: error });
  } finally {
    clearInterval(progress);
  }
}
