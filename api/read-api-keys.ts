/** Reads the API's keys from where the environment says they are. */

import { readFileSync, statSync } from "node:fs";
import { SetupError } from "../worker/setup-error.ts";
import { parseKeyEntry, type KeyEntry } from "./api-keys.ts";

/** Bits of a file's mode that let its group or everybody read it. */
const READABLE_BY_OTHERS = 0o044;

/**
 * The entries of `SIGNALBOX_API_KEYS`, and after them those of the file `SIGNALBOX_API_KEYS_FILE`. None where neither is
 * set.
 *
 * @param warn - told of a file that others may read.
 * @throws {SetupError} KEYS_INVALID
 */
export function readApiKeys(
  env: NodeJS.ProcessEnv,
  warn: (line: string) => void,
): readonly KeyEntry[] {
  const list = env["SIGNALBOX_API_KEYS"]?.trim();
  const file = env["SIGNALBOX_API_KEYS_FILE"]?.trim();
  return [...(list ? readList(list) : []), ...(file ? readFile(file, warn) : [])];
}

function readList(text: string): readonly KeyEntry[] {
  const entries = text.split(/[\s,]+/).filter((part) => part !== "");
  if (entries.length === 0) throw empty("SIGNALBOX_API_KEYS");
  return entries.map((entry, index) =>
    parseKeyEntry(entry, `entry ${index + 1} of SIGNALBOX_API_KEYS`),
  );
}

function readFile(path: string, warn: (line: string) => void): readonly KeyEntry[] {
  const text = readText(path);
  warnOfReaders(path, warn);
  const entries = text
    .split(/\r?\n/)
    .map((line, index) => ({ entry: line.replace(/#.*$/, "").trim(), number: index + 1 }))
    .filter(({ entry }) => entry !== "");
  if (entries.length === 0) throw empty(`the file "${path}" (SIGNALBOX_API_KEYS_FILE)`);
  return entries.map(({ entry, number }) => parseKeyEntry(entry, `line ${number} of "${path}"`));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SetupError(
      "KEYS_INVALID",
      `The file "${path}" (SIGNALBOX_API_KEYS_FILE) cannot be read. Mend the path, or let this user read it.`,
      { cause },
    );
  }
}

/** Windows keeps who may read a file elsewhere. */
function warnOfReaders(path: string, warn: (line: string) => void): void {
  if (process.platform === "win32" || (statSync(path).mode & READABLE_BY_OTHERS) === 0) return;
  warn(
    `The keys file "${path}" can be read by others than its owner. It holds hashes and no keys, but names workspaces: chmod 600.`,
  );
}

/** Someone meant to ask for keys: to start without any would open what should be closed. */
function empty(what: string): SetupError {
  return new SetupError(
    "KEYS_INVALID",
    `Of the API's keys, ${what} holds no entry. Unset it to ask for no keys, or add what \`npx signalbox key\` prints.`,
  );
}
