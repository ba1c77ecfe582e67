/** Finds the compiled files of a project: its configuration and the module of its graphs. Reads no code. */

import { statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { CliError } from "./cli-error.ts";

export interface ProjectOptions {
  /** The configuration, as given: `--config`. */
  readonly config?: string;
  /** The module that exports the graphs, as given: `--graphs`. */
  readonly graphs?: string;
}

const COMPILED = [".js", ".mjs"] as const;
const SOURCES = [".mts", ".ts"] as const;
const TYPESCRIPT = /\.m?ts$/;
const RUNS_TYPESCRIPT = "typescript" in process.features && Boolean(process.features.typescript);
const CONFIG = "signalbox.config";
/** Where compilers are told to write, most often. Any other: name the compiled file with the option. */
const OUTPUT_FOLDERS = ["dist", "build", "lib", "out"] as const;
/** What compilers leave out of the output's path, most often. */
const SOURCE_FOLDERS = ["", "src"] as const;

/**
 * The configuration that Node can load: of `--config`, or the first `signalbox.config` from `cwd` upward.
 *
 * @throws {CliError} CLI_NO_CONFIG, CLI_NO_FILE or CLI_NOT_COMPILED.
 */
export function findConfig({ config }: ProjectOptions, cwd: string): string {
  if (config !== undefined) return compiledOf(existing(resolve(cwd, config), "--config"));
  for (const folder of foldersUpward(cwd)) {
    const found = findSource(join(folder, CONFIG));
    if (found !== undefined) return compiledOf(found);
  }
  throw noConfig(cwd);
}

/**
 * The module of the graphs that Node can load: of `--graphs`, or `graphs` or `graphs/index` beside the configuration.
 *
 * @throws {CliError} CLI_NO_GRAPHS, or as {@link findConfig}.
 */
export function findGraphs(options: ProjectOptions, cwd: string): string {
  if (options.graphs !== undefined) {
    return compiledOf(existing(resolve(cwd, options.graphs), "--graphs"));
  }
  const config = findConfig(options, cwd);
  for (const name of ["graphs", "graphs/index"]) {
    const found = findSource(join(dirname(config), name));
    if (found !== undefined) return compiledOf(found);
  }
  throw new CliError(
    "CLI_NO_GRAPHS",
    `There is no "graphs${extname(config)}" beside "${config}". Name the module that exports the graphs with --graphs.`,
  );
}

/** Where a project's code is. */
export interface ProjectSource {
  /** The folder of its `package.json`; without one, that of its configuration. */
  readonly root: string;
  /** The configuration as it was written. */
  readonly config: string;
  /** Whether Node loads something else than what was written. */
  readonly isCompiled: boolean;
}

/**
 * The project as its author sees it, whether it has been compiled or not.
 *
 * @throws {CliError} CLI_NO_CONFIG or CLI_NO_FILE.
 */
export function findProject({ config }: ProjectOptions, cwd: string): ProjectSource {
  const written =
    config === undefined ? findWritten(cwd) : existing(resolve(cwd, config), "--config");
  const folder = dirname(written);
  return {
    root: packageFolder(folder) ?? folder,
    config: written,
    isCompiled:
      TYPESCRIPT.test(written) && !(RUNS_TYPESCRIPT && !candidatesFor(written).some(isFile)),
  };
}

function findWritten(cwd: string): string {
  const found = foldersUpward(cwd)
    .flatMap((folder) => [...SOURCES, ...COMPILED].map((ending) => join(folder, CONFIG + ending)))
    .find(isFile);
  if (found !== undefined) return found;
  throw noConfig(cwd);
}

function noConfig(cwd: string): CliError {
  return new CliError(
    "CLI_NO_CONFIG",
    `There is no "${CONFIG}.ts" or "${CONFIG}.js" in "${cwd}" or a folder above it. ` +
      `Call this in your project, or name the file with --config.`,
  );
}

function existing(path: string, option: string): string {
  if (isFile(path)) return path;
  throw new CliError("CLI_NO_FILE", `${option} names "${path}", which is no file. Mend the path.`);
}

/** Compiled files first: a source beside them is theirs. */
function findSource(stem: string): string | undefined {
  return [...COMPILED, ...SOURCES].map((ending) => stem + ending).find(isFile);
}

/** A TypeScript file's JavaScript, unless this Node runs TypeScript itself. */
function compiledOf(path: string): string {
  if (!TYPESCRIPT.test(path)) return path;
  const candidates = candidatesFor(path);
  const compiled = candidates.find(isFile);
  if (compiled !== undefined) return compiled;
  if (RUNS_TYPESCRIPT) return path;
  throw new CliError(
    "CLI_NOT_COMPILED",
    `"${path}" is TypeScript, which Node ${process.versions.node} does not run, and there is no compiled file of it ` +
      `(expected "${candidates[1] ?? candidates[0]}"). ` +
      `Compile your project, such as with \`npx tsc\`; if its output goes elsewhere, name the compiled file with --config or --graphs.`,
  );
}

/** Beside the source, then in the usual output folders of the project. */
function candidatesFor(source: string): readonly string[] {
  const compiled = source.replace(/ts$/, "js");
  const root = packageFolder(dirname(source));
  if (root === undefined) return [compiled];
  const inOutput = OUTPUT_FOLDERS.flatMap((output) =>
    SOURCE_FOLDERS.map((folder) => ({ output, path: relative(join(root, folder), compiled) }))
      .filter(({ path }) => !path.startsWith(`..${sep}`) && !isAbsolute(path))
      .map(({ path }) => join(root, output, path)),
  );
  return [compiled, ...inOutput];
}

function packageFolder(from: string): string | undefined {
  return foldersUpward(from).find((folder) => isFile(join(folder, "package.json")));
}

function foldersUpward(from: string): readonly string[] {
  const folder = resolve(from);
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpward(above)];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
