/** Keeps replies in files, for workers on one machine. The default. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import type { AttemptJournal } from "../attempt-journal.ts";

export interface FileJournalOptions {
  /** Where the files are; made when it is needed. Default: `.signalbox/journal`, below the folder that the worker was started in. */
  readonly folder?: string;
  /** Days after which a reply is removed: longer than a run may wait for a worker. Default: 7. */
  readonly keepDays?: number;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number;
}

/** A folder for each day that something was written on: to forget a day is to remove its folder. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/**
 * Each reply is a file of its own: written beside its place, brought to the disk, then renamed, so that it is there as a whole
 * or not at all. A checksum finds what the disk has changed since.
 */
export function fileJournal({
  folder = join(".signalbox", "journal"),
  keepDays = 7,
  now = Date.now,
}: FileJournalOptions = {}): AttemptJournal {
  let today = "";
  const dayFolder = async (): Promise<string> => {
    const day = dayOf(now());
    const path = join(folder, day);
    if (day === today) return path;
    await mkdir(path, { recursive: true, mode: 0o700 });
    await forget(folder, dayOf(now() - keepDays * DAY_MS));
    today = day;
    return path;
  };
  return {
    async read(key) {
      // The newest day first: that is where it most likely is.
      for (const day of (await listDays(folder)).toReversed()) {
        const entry = await readEntry(join(folder, day, nameOf(key)), key);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    async write(key, entry) {
      const path = join(await dayFolder(), nameOf(key));
      const unfinished = `${path}.${randomUUID()}`;
      try {
        await writeWhole(unfinished, encode(key, entry));
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        // Somebody removed the folder under a running worker: the next write makes it anew.
        today = "";
        throw error;
      }
    },
  };
}

/** Keys hold ids of runs, which may be anything: a hash is a name that every file system takes. */
function nameOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function encode(key: string, entry: string): string {
  const body = `${JSON.stringify(key)}\n${entry}`;
  return `${nameOf(body)}\n${body}`;
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** `undefined`: there is none, or not the one that was written. */
async function readEntry(path: string, key: string): Promise<string | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === undefined) return undefined;
  const [sum = ""] = text.split("\n", 1);
  const body = text.slice(sum.length + 1);
  const head = `${JSON.stringify(key)}\n`;
  return nameOf(body) === sum && body.startsWith(head) ? body.slice(head.length) : undefined;
}

/** The oldest first. */
async function listDays(folder: string): Promise<readonly string[]> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  return names.filter((name) => DAY.test(name)).toSorted();
}

async function forget(folder: string, lastDay: string): Promise<void> {
  for (const day of await listDays(folder)) {
    if (day < lastDay) await rm(join(folder, day), { recursive: true, force: true });
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNativeError(error) && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
