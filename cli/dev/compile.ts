/** Compiles a project with its own TypeScript, once. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { CliError } from "../cli-error.ts";

export interface Compiler {
  /** Its `tsc`, which Node runs. */
  readonly program: string;
  readonly tsconfig: string;
}

const packageSchema = z.object({ bin: z.object({ tsc: z.string() }) });

/**
 * The compiler that is installed in the project, and the `tsconfig.json` of `folder` or the nearest above it in the project.
 *
 * @throws {CliError} CLI_NO_COMPILER
 */
export async function findCompiler(folder: string, root: string): Promise<Compiler> {
  const tsconfig = findUpward("tsconfig.json", folder, root);
  if (tsconfig === undefined) {
    throw new CliError(
      "CLI_NO_COMPILER",
      `There is no "tsconfig.json" in "${root}", so nobody knows how its TypeScript is compiled. Add one, with an "outDir" such as "dist".`,
    );
  }
  try {
    const manifest = createRequire(join(root, "package.json")).resolve("typescript/package.json");
    const { bin } = packageSchema.parse(JSON.parse(await readFile(manifest, "utf8")));
    return { program: join(dirname(manifest), bin.tsc), tsconfig };
  } catch (cause) {
    throw new CliError(
      "CLI_NO_COMPILER",
      `"${root}" is written in TypeScript, which Node ${process.versions.node} does not run, and has no compiler. Install one: npm install --save-dev typescript.`,
      { cause },
    );
  }
}

/**
 * Compiles what has changed. Not by `tsc --watch`: TypeScript 7.0 does not notice changes in containers, and it does not say
 * when it has written all that belongs together.
 *
 * @see https://github.com/microsoft/TypeScript/issues/63646
 * @throws {CliError} CLI_DOES_NOT_COMPILE, with what the compiler printed; nothing is written then.
 */
export async function compile(
  { program, tsconfig }: Compiler,
  { root, signal }: { readonly root: string; readonly signal: AbortSignal },
): Promise<void> {
  const args = [program, "-p", tsconfig, "--noEmitOnError", "--incremental", "--pretty", "false"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A signal that ends it makes an error event; `close` follows.
  child.on("error", () => {});
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null && once(child, "close"),
  ]);
  if (child.exitCode === 0 || signal.aborted) return;
  throw new CliError(
    "CLI_DOES_NOT_COMPILE",
    `The project does not compile:\n${`${output}${errors}`.trim()}`,
  );
}

function findUpward(name: string, from: string, root: string): string | undefined {
  const path = join(from, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  return from === root || dirname(from) === from
    ? undefined
    : findUpward(name, dirname(from), root);
}
