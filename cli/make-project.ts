/** Writes the files of a new project. Its template is `examples/new-project`, which the build copies to `dist/template`. */

import { isNativeError } from "node:util/types";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { PACKAGE_JSON } from "../worker/package-json.ts";
import { CliError } from "./cli-error.ts";

export interface NewProject {
  /** Absolute. Made if need be. */
  readonly folder: string;
  /** Of its package; see {@link checkName}. */
  readonly name: string;
  /** Whether the folder may hold something already. */
  readonly force: boolean;
}

/** Plain JSON. */
export interface MadeProject {
  readonly folder: string;
  readonly name: string;
  /** Those that were written. */
  readonly files: readonly string[];
  /** Those that were there before and stayed as they were. */
  readonly kept: readonly string[];
}

/** What version control makes of an empty repository is no reason to refuse it. */
const HARMLESS: ReadonlySet<string> = new Set([".git", ".gitkeep", ".DS_Store"]);

/** npm leaves files of these names out of packages, or reads them where they lie: they are packed under others. */
const NAMES: Readonly<Record<string, string>> = {
  "gitignore.template": ".gitignore",
  "package.template.json": "package.json",
  "tsconfig.template.json": "tsconfig.json",
};

const MOST_SHOWN = 10;

const PACKAGE_FOLDER = dirname(PACKAGE_JSON);

/** @throws {CliError} CLI_FOLDER_NOT_EMPTY, and nothing is written. */
export async function makeProject({ folder, name, force }: NewProject): Promise<MadeProject> {
  if (!force) await checkEmpty(folder);
  const template = join(PACKAGE_FOLDER, "dist/template");
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const kept: string[] = [];
  for (const from of (await readdir(template)).toSorted()) {
    const file = NAMES[from] ?? from;
    const content = await readFile(join(template, from), "utf8");
    const filled =
      file === "package.json" ? await fillPackage(content, name) : fillName(content, name);
    const isNew = await writeNew(join(folder, file), filled);
    (isNew ? files : kept).push(file);
  }
  return { folder, name, files, kept };
}

/** A package's name for a folder's. */
export function nameFor(folder: string): string {
  return basename(folder).toLowerCase().replaceAll(/\s+/g, "-");
}

/**
 * What npm takes for a name, without a scope.
 *
 * @throws {CliError} CLI_INVALID_NAME
 */
export function checkName(name: string): string {
  const isValid = /^[a-z\d][a-z\d._-]{0,213}$/.test(name) && name !== "node_modules";
  // A package of this name would hide this one from its own files.
  if (isValid && name !== "signalbox") return name;
  throw new CliError(
    "CLI_INVALID_NAME",
    `"${name}" cannot be the name of a package here. Give one of lower-case letters, digits, "-", "_" and ".", other than "signalbox", with --name.`,
  );
}

async function checkEmpty(folder: string): Promise<void> {
  const found = (await list(folder)).filter((file) => !HARMLESS.has(file));
  if (found.length === 0) return;
  const shown = found.slice(0, MOST_SHOWN).map((file) => `"${file}"`);
  const rest = found.length - shown.length;
  throw new CliError(
    "CLI_FOLDER_NOT_EMPTY",
    `"${folder}" is not empty: it holds ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}. ` +
      `Name another folder, or add what is missing beside what is there with --force.`,
  );
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    if (!hasCode(error, "ENOTDIR")) throw error;
    throw new CliError(
      "CLI_FOLDER_NOT_EMPTY",
      `"${folder}" is a file. Name a folder that is empty or not there yet.`,
      { cause: error },
    );
  }
}

/** `false`: a file of that name was there. */
async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

const packageSchema = z.looseObject({
  version: z.string(),
  private: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
/** As a record, which keeps the order of its members. */
const templateSchema = z.record(z.string(), z.unknown());

/** The versions are those that this package was built and tested with. */
async function fillPackage(content: string, name: string): Promise<string> {
  const ours = packageSchema.parse(JSON.parse(await readFile(PACKAGE_JSON, "utf8")));
  const known: Readonly<Record<string, string>> = { ...ours.dependencies, ...ours.devDependencies };
  // A package that is not published yet can only be taken from where it lies.
  const own = ours.private ? `file:${PACKAGE_FOLDER}/` : `^${ours.version}`;
  const versionOf = (dependency: string): string =>
    dependency === "signalbox" ? own : `^${known[dependency] ?? "0"}`;
  const fill = (dependencies: unknown): Record<string, string> =>
    Object.fromEntries(Object.keys(dependencies ?? {}).map((each) => [each, versionOf(each)]));
  const template = templateSchema.parse(JSON.parse(content));
  const filled = {
    ...template,
    name,
    dependencies: fill(template["dependencies"]),
    devDependencies: fill(template["devDependencies"]),
  };
  return `${JSON.stringify(filled, null, 2)}\n`;
}

function fillName(content: string, name: string): string {
  return content.replace(/^# .*$/m, (heading) =>
    heading === "# My graphs" ? `# ${name}` : heading,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return isNativeError(error) && "code" in error && error.code === code;
}
