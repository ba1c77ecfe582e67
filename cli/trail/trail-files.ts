/** The files of the commands about the audit trail: keys, checkpoints, trails, proofs. */

import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { isNativeError } from "node:util/types";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isUtf8 } from "node:buffer";
import type { KeyObject } from "node:crypto";
import { isCheckpoint, type Checkpoint } from "../../audit/checkpoint.ts";
import { readPublicKey } from "../../audit/keys.ts";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

type Place = Pick<Terminal, "cwd">;

/** @throws {CliError} CLI_NO_FILE */
export function readBytes(file: string, { cwd }: Place): Buffer {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (error) {
    throw noFile(file, error);
  }
}

/** In chunks, so that a file may be larger than the memory. */
export async function* readChunks(file: string, { cwd }: Place): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of createReadStream(resolve(cwd, file))) yield chunk;
  } catch (error) {
    throw noFile(file, error);
  }
}

/** @throws {CliError | AuditError} where there is no file, or no public key in it. */
export function readKeys(files: readonly string[], place: Place): readonly KeyObject[] {
  return files.map((file) => readPublicKey(readBytes(file, place).toString("utf8")));
}

/**
 * Checkpoints of a file: a line each. Other lines of a trail that was exported are passed over.
 *
 * @throws {CliError} CLI_INVALID_INPUT when there is none.
 */
export function readCheckpoints(file: string, place: Place): readonly Checkpoint[] {
  const bytes = readBytes(file, place);
  const lines = isUtf8(bytes) ? bytes.toString("utf8").split("\n") : [];
  const found = lines.map(parse).filter(isCheckpoint);
  if (found.length > 0) return found.toSorted((one, other) => one.size - other.size);
  throw new CliError(
    "CLI_INVALID_INPUT",
    `"${file}" holds no checkpoint. Give a file with lines of a trail that was exported.`,
  );
}

/** Writes a file that is not there yet: what was handed out before is not lost by a slip. */
export async function writeNewFile(
  file: string,
  text: string | AsyncIterable<string>,
  { cwd }: Place,
): Promise<void> {
  const lines = typeof text === "string" ? [text] : text;
  const stream = createWriteStream(resolve(cwd, file), { flags: "wx" });
  await pipeline(Readable.from(lines), stream).catch((error: unknown) => {
    throw notWritten(file, error);
  });
}

/** For the owner's eyes only. */
export function writeSecretFile(file: string, text: string, { cwd }: Place): void {
  try {
    writeFileSync(resolve(cwd, file), text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw notWritten(file, error);
  }
}

function parse(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}

function noFile(file: string, error: unknown): unknown {
  if (!hasCode(error, "ENOENT") && !hasCode(error, "EISDIR")) return error;
  return new CliError("CLI_NO_FILE", `"${file}" is no file. Mend the path.`, { cause: error });
}

function notWritten(file: string, error: unknown): unknown {
  if (hasCode(error, "EEXIST")) {
    const message = `"${file}" is there already, and is not written over. Give another name, or move it away.`;
    return new CliError("CLI_FILE_EXISTS", message, { cause: error });
  }
  return hasCode(error, "ENOENT")
    ? new CliError("CLI_NO_FILE", `There is no folder for "${file}". Make it, or mend the path.`, {
        cause: error,
      })
    : error;
}

function hasCode(error: unknown, code: string): boolean {
  return isNativeError(error) && "code" in error && error.code === code;
}
