/** Keeps replies in files, for workers on one machine. The default. */

import { randomUUID } from "node:crypto";
import { close, fdatasync, open as openDescriptor, writeFile as write } from "node:fs";
import { mkdir, open, opendir, readFile, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
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
const openFile = promisify(openDescriptor);
const writeFile = promisify(write);
const flushFile = promisify(fdatasync);
const closeFile = promisify(close);

/** Files that are removed at once, so that a day with many of them holds up nobody. */
const STEP = 100;

/**
 * Each reply is a file of its own: written beside its place, then renamed, so that it is there as a whole or not at all. A checksum
 * finds what the disk has changed since.
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
  #today = "";

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
    const path = join(folder, hashKey(key));
    const unfinished = `${path}.${randomUUID()}`;
    try {
      await writeWhole(unfinished, encode(key, entry), this.#flush);
      await rename(unfinished, path);
      if (this.#flush) await flushFolder(folder);
    } catch (error) {
      await rm(unfinished, { force: true });
      // Somebody removed the folder under a running worker: the next write makes it anew.
      this.#today = "";
      throw error;
    }
    this.#sweeper.poke();
  }

  close(): Promise<void> {
    return this.#sweeper.stop();
  }

  async #dayFolder(): Promise<string> {
    const day = dayOf(this.#now());
    const path = join(this.#folder, day);
    if (day === this.#today) return path;
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (this.#flush) await flushFolder(this.#folder);
    this.#today = day;
    this.#sweeper.makeDue();
    return path;
  }
}

function encode(key: string, entry: string): string {
  const body = `${JSON.stringify(key)}\n${entry}`;
  return `${hashKey(body)}\n${body}`;
}

/** By descriptor: a `FileHandle` takes the worker's thread longer than all the rest of a write. */
async function writeWhole(path: string, text: string, isFlushed: boolean): Promise<void> {
  const file = await openFile(path, "wx", 0o600);
  try {
    await writeFile(file, text);
    if (isFlushed) await flushFile(file);
  } finally {
    await closeFile(file);
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
    if (isNativeError(error) && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
