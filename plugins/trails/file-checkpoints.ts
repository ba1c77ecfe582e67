/** Keeps the signed marks of a chain as lines of a file. */

import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import { codeOf } from "./file-failure.ts";
import type { FileTrail } from "./file-trail.ts";
import { readLines } from "./segment-lines.ts";

const NAME = "checkpoints.jsonl";

export async function writeFileCheckpoint(trail: FileTrail, checkpoint: Checkpoint): Promise<void> {
  await trail.locked(async () => {
    const file = await open(join(trail.folder.path, NAME), "a+", 0o600);
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      // One that was never finished stays as a line of its own, which nobody reads.
      const begin = size > 0 && last[0] !== 10 ? "\n" : "";
      await file.appendFile(`${begin}${JSON.stringify(checkpoint)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  });
}

/** In the order of their sizes: several workers write them. */
export async function readFileCheckpoints(trail: FileTrail): Promise<readonly Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  try {
    for await (const { text } of readLines(join(trail.folder.path, NAME))) {
      const checkpoint = parseCheckpoint(text);
      if (checkpoint !== undefined) checkpoints.push(checkpoint);
    }
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  return checkpoints.toSorted((one, other) => one.size - other.size);
}

/** `undefined`: it was never finished. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Whether it is one its signature tells.
    return JSON.parse(text) as Checkpoint;
  } catch {
    return undefined;
  }
}
