/** Removes payloads of runs that Temporal no longer has. */

import { readdir, readFile, rmdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { OWNER_FILE, type Owner } from "./file-store.ts";

export interface PruneOptions {
  /** Milliseconds since 1970: what was written since then stays, whatever became of its run. */
  readonly before: number;
  /** Whether Temporal still has a run, going or closed. Asked only of what is old. A rejection counts as yes. */
  readonly isKept: (owner: Owner) => Promise<boolean>;
}

const RUN_FOLDER = /^[0-9a-f]{32}$/;

/**
 * Removes the folders of runs in which nothing is younger than `before` and whose run is gone. What belongs to no run stays.
 *
 * @returns how many files were removed.
 */
export async function pruneFiles(folder: string, options: PruneOptions): Promise<number> {
  let removed = 0;
  for (const name of await list(folder)) {
    if (RUN_FOLDER.test(name)) removed += await pruneRun(join(folder, name), options);
  }
  return removed;
}

async function pruneRun(folder: string, { before, isKept }: PruneOptions): Promise<number> {
  const owner = await readOwner(folder);
  const names = await list(folder);
  if (owner === undefined || !(await areOld(folder, names, before))) return 0;
  if (await isKept(owner).catch(() => true)) return 0;
  let removed = 0;
  for (const name of names) {
    // A run of the same id may have begun in this moment.
    if (!(await areOld(folder, [name], before))) return removed;
    await unlink(join(folder, name)).catch(() => {});
    if (name !== OWNER_FILE) removed += 1;
  }
  // Not empty: somebody has just written to it.
  await rmdir(folder).catch(() => {});
  return removed;
}

async function areOld(folder: string, names: readonly string[], before: number): Promise<boolean> {
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && found.mtimeMs >= before) return false;
  }
  return true;
}

async function readOwner(folder: string): Promise<Owner | undefined> {
  try {
    const { namespace, workflowId }: Partial<Owner> = JSON.parse(
      await readFile(join(folder, OWNER_FILE), "utf8"),
    );
    return namespace !== undefined && workflowId !== undefined
      ? { namespace, workflowId }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing was put aside yet: there is no folder. */
async function list(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
