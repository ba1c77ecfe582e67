/** Writes files that are there as a whole or not at all, and lists folders. */

import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, unlessMissing } from "./file-failure.ts";

/** Takes the place of what is there. Flushed: on the disk when it resolves. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { isFlushed }: { readonly isFlushed: boolean },
): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = await openNew(unfinished);
    try {
      await file.writeFile(content);
      if (isFlushed) await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    if (isFlushed) await flushFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function openNew(path: string): ReturnType<typeof open> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, "wx", 0o600);
  }
}

/** What a folder lists is on the disk once the folder is. Windows does not let anybody open one. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Gone for good: the folder is on the disk without it. Gives whether it was there. */
export async function removeWhole(path: string): Promise<boolean> {
  try {
    await rm(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
  await flushFolder(dirname(path));
  return true;
}

/** In order; none where there is no such folder. */
export async function listNames(folder: string): Promise<readonly string[]> {
  return ((await unlessMissing(readdir(folder))) ?? []).toSorted();
}
