/** Keeps replies in files, for workers on one machine. The default. */

import { randomUUID } from "node:crypto";
import { writeFile as write } from "node:fs";
import { mkdir, open, opendir, readFile, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { isNativeError } from "node:util/types";
import type { AttemptJournal } from "../attempt-journal.ts";
import { hashKey } from "../keeping/hash-key.ts";
import {
  checkKeepDays,
  DAY_MS,
  DEFAULT_KEEP_DAYS,
  type KeepOptions,
} from "../keeping/journal-options.ts";
import { Sweeper } from "../keeping/sweeper.ts";

export interface FileJournalOptions extends KeepOptions {
  /** Where the files are; made when it is needed. Default: `.signalbox/journal`, below the folder that the worker was started in. */
  readonly folder?: string;
  /**
   * Whether a reply is on the disk before its attempt goes on, so that it outlives the machine's power too; a few milliseconds for
   * each call. Default: `false`, it outlives this process, however that ends.
   */
  readonly flush?: boolean;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number;
}

/** A folder for each day that something was written on: to forget a day is to remove its folder. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SWEEP_EVERY_MS = 3_600_000;
/** Not that of `node:fs/promises`, whose handles take the worker's thread longer than all the rest of a write. */
const writeFile = promisify(write);
const NEW_FILE = { flag: "wx", mode: 0o600 };

/** Files that are removed at once, so that a day with many of them holds up nobody. */
const STEP = 100;

/**
 * Each reply is a file of its own, with a checksum: what a process did not finish, or the disk has changed since, is no reply. One that
 * another takes the place of is there until that one is whole.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function fileJournal(options: FileJournalOptions = {}): AttemptJournal {
  checkKeepDays(options);
  return new FileJournal(options);
}

class FileJournal implements AttemptJournal {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #flush: boolean;
  readonly #sweeper: Sweeper;
  /** Days since 1970. */
  #today = Number.NaN;
  #todayFolder = "";

  constructor({
    folder = join(".signalbox", "journal"),
    keepDays = DEFAULT_KEEP_DAYS,
    flush = false,
    now = Date.now,
  }: FileJournalOptions) {
    // Now: a process may go to another folder.
    this.#folder = resolve(folder);
    this.#now = now;
    this.#flush = flush;
    const step = (): Promise<boolean> =>
      forgetSome(this.#folder, dayOf(this.#now() - keepDays * DAY_MS));
    this.#sweeper = new Sweeper({ step, everyMs: SWEEP_EVERY_MS });
  }

  async read(key: string): Promise<string | undefined> {
    // The newest day first: that is where it most likely is.
    for (const day of (await listDays(this.#folder)).toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const entry = await readEntry(join(this.#folder, day, hashKey(key)), key);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  async write(key: string, entry: string): Promise<void> {
    const folder = await this.#dayFolder();
    try {
      await writeWhole(folder + sep + hashKey(key), encode(key, entry), this.#flush);
      if (this.#flush) await flushFolder(folder);
    } catch (error) {
      // Somebody removed the folder under a running worker: the next write makes it anew.
      this.#today = Number.NaN;
      throw error;
    }
    this.#sweeper.poke();
  }

  close(): Promise<void> {
    return this.#sweeper.stop();
  }

  async #dayFolder(): Promise<string> {
    const now = this.#now();
    const today = Math.floor(now / DAY_MS);
    if (today === this.#today) return this.#todayFolder;
    const path = join(this.#folder, dayOf(now));
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#flush) await flushFolder(this.#folder);
    this.#today = today;
    this.#todayFolder = path;
    this.#sweeper.makeDue();
    return path;
  }
}

function encode(key: string, entry: string): string {
  const body = `${JSON.stringify(key)}\n${entry}`;
  return `${hashKey(body)}\n${body}`;
}

/** Most keys are new: their entry is written where it stays, as to rename a file takes as long as to write it. */
async function writeWhole(path: string, text: string, flush: boolean): Promise<void> {
  try {
    await writeFile(path, text, { ...NEW_FILE, flush });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return replace(path, text, flush);
    await rm(path, { force: true });
    throw error;
  }
}

async function replace(path: string, text: string, flush: boolean): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await writeFile(unfinished, text, { ...NEW_FILE, flush });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** What a folder lists is on the disk once the folder is. Windows does not let anybody open one. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `undefined`: there is none, or not the one that was written. */
async function readEntry(path: string, key: string): Promise<string | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === undefined) return undefined;
  const [sum = ""] = text.split("\n", 1);
  const body = text.slice(sum.length + 1);
  const head = `${JSON.stringify(key)}\n`;
  return hashKey(body) === sum && body.startsWith(head) ? body.slice(head.length) : undefined;
}

/** The oldest first. */
async function listDays(folder: string): Promise<readonly string[]> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  return names.filter((name) => DAY.test(name)).toSorted();
}

/** Some files of the oldest day that nobody needs, one by one. Gives whether there may be more. */
async function forgetSome(folder: string, firstKept: string): Promise<boolean> {
  const day = (await listDays(folder)).find((name) => name < firstKept);
  if (day === undefined) return false;
  const path = join(folder, day);
  const names = (await unlessMissing(firstNames(path, STEP))) ?? [];
  // One at a time: Node has four threads for files, and those who write want them too.
  // oxlint-disable-next-line no-await-in-loop -- As above.
  for (const name of names) await rm(join(path, name), { recursive: true, force: true });
  if (names.length === 0) await unlessMissing(rmdir(path));
  return true;
}

async function firstNames(path: string, count: number): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(path)) {
    names.push(name);
    if (names.length === count) break;
  }
  return names;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isNativeError(error) && "code" in error && error.code === code;
}
