/** A project that `signalbox init` has made, with this package as npm would install it. */

import { execFile } from "node:child_process";
import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { startProgram, withFolder, type Program } from "./program.ts";

const run = promisify(execFile);
const REPOSITORY = join(__dirname, "../..");
const DIST = join(REPOSITORY, "dist");

export interface NewProject {
  readonly folder: string;
  /** Starts the command of the installed package in the project. */
  readonly start: (args: readonly string[], env?: Readonly<Record<string, string>>) => Program;
  /** Runs one of the project's own tools, in a folder of it; gives what it prints, and rejects when it fails. */
  readonly tool: (place: string, ...args: readonly string[]) => Promise<string>;
  readonly read: (file: string) => Promise<string>;
  readonly write: (file: string, content: string) => Promise<void>;
}

/**
 * Packs this package as for publication, makes a project with it, lends it to `body` and removes it. All other packages are
 * those of this repository, one folder above: nothing is downloaded.
 */
export function withNewProject<T>(body: (project: NewProject) => Promise<T>): Promise<T> {
  return withFolder(async (root) => {
    const folder = join(root, "my-graphs");
    await symlink(join(REPOSITORY, "node_modules"), join(root, "node_modules"), "dir");
    const unpacked = await pack(root);
    const main = relative(DIST, join(unpacked, "dist/cli/main.js"));
    const made = startProgram(main, ["init", "my-graphs", "--yes"], { cwd: root, env: {} });
    if ((await made.ended) !== 0) throw new Error(made.output());
    await mkdir(join(folder, "node_modules"));
    const installed = join(folder, "node_modules/signalbox");
    await rename(unpacked, installed);
    const command = relative(DIST, join(installed, "dist/cli/main.js"));
    return await body({
      folder,
      start: (args, env = {}) => startProgram(command, args, { cwd: folder, env }),
      async tool(place, ...args) {
        // Node's test runner would report to this one.
        const { NODE_TEST_CONTEXT: _own, NODE_OPTIONS: _options, ...env } = process.env;
        return (await run(process.execPath, args, { cwd: join(folder, place), env })).stdout;
      },
      read: (file) => readFile(join(folder, file), "utf8"),
      write: (file, content) => writeFile(join(folder, file), content),
    });
  });
}

/** What others would get of the registry. */
async function pack(root: string): Promise<string> {
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", root];
  const { stdout } = await run("npm", args, { cwd: REPOSITORY });
  await run("tar", ["-xzf", join(root, stdout.trim()), "-C", root]);
  return join(root, "package");
}
