/** A project of a user, in a folder of its own, that has this package and those it needs installed. */

import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withFolder, startProgram } from "./program.ts";

export interface Project {
  readonly folder: string;
  /** Runs `signalbox` with these arguments, as a process of its own; from `dist/`. */
  readonly signalbox: (...args: readonly string[]) => Promise<Ended>;
  /** As `signalbox`, called in a folder of the project. */
  readonly signalboxIn: (place: string, ...args: readonly string[]) => Promise<Ended>;
  readonly write: (file: string, content: string) => Promise<void>;
  readonly read: (file: string) => Promise<string>;
}

export interface Ended {
  readonly exitCode: number | null;
  /** Standard output and error together. */
  readonly output: string;
}

const PACKAGE = join(__dirname, "../..");

/**
 * Writes `files` by their path, lends `body` the project, and removes it.
 *
 * @param env - what the command finds in its environment.
 */
export function withProject<T>(
  files: Readonly<Record<string, string>>,
  body: (project: Project) => Promise<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  return withFolder(async (folder) => {
    const project: Project = {
      folder,
      signalbox: (...args) => project.signalboxIn(".", ...args),
      async signalboxIn(place, ...args) {
        const program = startProgram("cli/main.js", args, { cwd: join(folder, place), env });
        return { exitCode: await program.ended, output: program.output() };
      },
      async write(file, content) {
        const path = join(folder, file);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      },
      read: (file) => readFile(join(folder, file), "utf8"),
    };
    await project.write("package.json", `{ "type": "module" }`);
    await mkdir(join(folder, "node_modules"));
    await symlink(PACKAGE, join(folder, "node_modules/signalbox"), "dir");
    for (const name of ["zod", "@temporalio"]) {
      await symlink(join(PACKAGE, "node_modules", name), join(folder, "node_modules", name), "dir");
    }
    for (const [file, content] of Object.entries(files)) await project.write(file, content);
    return await body(project);
  });
}
