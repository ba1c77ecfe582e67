/** Watches the files of a project's code. */

import { watch, type Dirent, type FSWatcher } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";

export interface Watching {
  /** Looks now, for what an event has not told yet. */
  look(): Promise<void>;
  close(): void;
}

const CODE = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"]);
/** An editor or compiler writes several files, and some of them twice. */
const QUIET_MS = 100;
/** How often is looked where the system cannot say when. */
const POLL_MS = 1_000;

/** Files by their path, with what changes when they do. */
type Stamps = ReadonlyMap<string, string>;

/**
 * Tells which files were changed, added or removed; a JSON file that is new is none, since no code reads it yet. Folder by
 * folder, and not by a recursive `fs.watch`: that one would also watch `node_modules`, on Linux file by file.
 */
export async function watchFolder(
  root: string,
  onChange: (files: readonly string[]) => void,
): Promise<Watching> {
  let known: Stamps | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const watchers = new FolderWatchers((delayMs) => {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void look(), delayMs);
  });
  const look = async (): Promise<void> => {
    const { folders, stamps } = await readStamps(root);
    if (isClosed) return;
    watchers.watch(folders);
    const changed = known === undefined ? [] : compare(known, stamps);
    known = stamps;
    if (changed.length > 0) onChange(changed);
  };
  await look();
  return {
    look,
    close() {
      isClosed = true;
      clearTimeout(timer);
      watchers.watch(new Set());
    },
  };
}

/** Tells after how long to look: soon after an event, again and again where a folder cannot be watched. */
class FolderWatchers {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #plan: (delayMs: number) => void;

  constructor(plan: (delayMs: number) => void) {
    this.#plan = plan;
  }

  /** These, and no others any more. */
  watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#plan(QUIET_MS));
      watcher.on("error", () => this.#plan(POLL_MS));
      this.#watchers.set(folder, watcher);
    } catch {
      this.#plan(POLL_MS);
    }
  }
}

function compare(before: Stamps, after: Stamps): readonly string[] {
  const changed = [...after].filter(([file, stamp]) => {
    const old = before.get(file);
    return old === undefined ? extname(file) !== ".json" : old !== stamp;
  });
  const removed = [...before.keys()].filter((file) => !after.has(file));
  return [...changed.map(([file]) => file), ...removed];
}

async function readStamps(
  root: string,
): Promise<{ readonly folders: ReadonlySet<string>; readonly stamps: Stamps }> {
  const folders = new Set([root]);
  const stamps = new Map<string, string>();
  // The set grows while it is walked: its iterator goes on to what was added.
  for (const folder of folders) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && !entry.name.startsWith(".")) folders.add(path);
      } else if (CODE.has(extname(entry.name)) && !/\.d\.[cm]?ts$/.test(entry.name)) {
        stamps.set(path, await stampOf(path));
      }
    }
  }
  return { folders, stamps };
}

/** What goes away while it is looked at is not there. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(() => []);
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? "gone" : `${found.mtimeMs} ${found.size}`;
}
