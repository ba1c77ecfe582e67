/** Reads JSON that is given to an option: as itself, as the name of a file that holds it, or on standard input. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

/**
 * @param option - such as `--input`, for messages.
 * @throws {CliError} CLI_INVALID_INPUT or CLI_NO_FILE.
 */
export async function readJson(
  given: string,
  option: string,
  terminal: Pick<Terminal, "cwd" | "readInput">,
): Promise<unknown> {
  if (given === "-") return parse(await terminal.readInput(), `standard input gives`);
  const file = readFile(resolve(terminal.cwd, given));
  if (file !== undefined) return parse(file, `the file "${given}" holds`);
  if (isPath(given)) {
    throw new CliError(
      "CLI_NO_FILE",
      `${option} names "${given}", which is no file. Give JSON, the name of a file that holds it, or - for standard input.`,
    );
  }
  return parse(given, `${option} gives`);
}

/** What is no path of a file, such as JSON that is longer than any path, is taken for what it says. */
function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Whether somebody who typed this meant a file: one word, and neither JSON nor the beginning of some. */
function isPath(given: string): boolean {
  return /^[^\s{}[\]"',:]+$/.test(given) && !isJson(given);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parse(json: string, what: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (cause) {
    // What a parser says may quote the input, which may be anybody's letter: only the place is told.
    const message = `What ${what} is no JSON${placeOf(cause, json)}. Give JSON, the name of a file that holds it, or - for standard input.`;
    throw new CliError("CLI_INVALID_INPUT", message, { cause });
  }
}

/** Where Node's parser stopped, as far as it says. */
function placeOf(error: unknown, json: string): string {
  if (json.trim() === "") return ": it is empty";
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
  if (position === undefined) return "";
  const before = json.slice(0, Number(position)).split("\n");
  return `: it breaks off or goes wrong at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
