/** Keeps prompts and replies in files, and the keys that open them in a folder of their own. */

import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { SinkError, type ContentStore, type KeptContent, type RunName } from "../contract.ts";
import { inFiles, unlessMissing } from "./file-failure.ts";
import { fileNameOf, workspaceFolder } from "./file-names.ts";
import { takeLock } from "./folder-lock.ts";
import { Turns } from "./turns.ts";
import { listNames, removeWhole, writeWhole } from "./whole-file.ts";

export interface FileContentOptions {
  readonly contentFolder: string;
  readonly keysFolder: string;
  readonly holdsFolder: string;
  readonly lockTimeoutMs: number;
  readonly now: () => number;
}

/** What a file of a key holds. To write it is what counts: the content it names is there before. */
interface KeyFile {
  readonly key: string;
  /** Of the file of the content: it has another name each time, so that no key is taken for another's content. */
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
}

interface Paths {
  readonly key: string;
  readonly erased: string;
  readonly hold: string;
  readonly contents: string;
}

const KEY = /^[0-9a-f]{32}\.key$/;
const FLUSHED = { isFlushed: true };

export class FileContent implements ContentStore {
  readonly #options: FileContentOptions;
  readonly #turns = new Turns();

  constructor(options: FileContentOptions) {
    this.#options = options;
  }

  keep(run: RunName, { key, sealed }: KeptContent): Promise<void> {
    return this.#locked(run.workspace, async () => {
      const paths = this.#pathsOf(run);
      if (await isThere(paths.erased)) return;
      const before = await readKey(paths.key);
      const content = `${fileNameOf(run.run)}.${randomUUID()}`;
      await writeWhole(join(paths.contents, content), sealed, FLUSHED);
      const file: KeyFile = {
        key: Buffer.from(key).toString("base64"),
        content,
        keptAt: this.#options.now(),
      };
      await writeWhole(paths.key, JSON.stringify(file), FLUSHED);
      if (before !== undefined) await rm(join(paths.contents, before.content), { force: true });
    });
  }

  find(run: RunName): Promise<KeptContent | undefined> {
    return inFiles(async () => {
      const { key: path, contents } = this.#pathsOf(run);
      for (;;) {
        const file = await readKey(path);
        if (file === undefined) return undefined;
        const sealed = await unlessMissing(readFile(join(contents, file.content)));
        if (sealed !== undefined) return { key: Buffer.from(file.key, "base64"), sealed };
        // Another took its place just now; if not, somebody else has removed it.
        if ((await readKey(path))?.content === file.content) throw contentMissing();
      }
    });
  }

  erase(run: RunName): Promise<boolean> {
    return this.#locked(run.workspace, async () => {
      const paths = this.#pathsOf(run);
      if (await isThere(paths.hold)) return false;
      await this.#destroy(paths, fileNameOf(run.run));
      return true;
    });
  }

  prune(workspace: string, before: string): Promise<number> {
    return this.#locked(workspace, async () => {
      const limit = Date.parse(before);
      const names = await listNames(workspaceFolder(this.#options.keysFolder, workspace));
      let count = 0;
      for (const name of names.filter((each) => KEY.test(each)).map((each) => each.slice(0, 32))) {
        const paths = this.#pathsNamed(workspace, name);
        const file = await readKey(paths.key);
        if (file === undefined || file.keptAt >= limit || (await isThere(paths.hold))) continue;
        await this.#destroy(paths, name);
        count += 1;
      }
      return count;
    });
  }

  hold(run: RunName): Promise<void> {
    const path = this.#pathsOf(run).hold;
    return this.#locked(run.workspace, () => writeWhole(path, JSON.stringify(run), FLUSHED));
  }

  release(run: RunName): Promise<void> {
    const path = this.#pathsOf(run).hold;
    return this.#locked(run.workspace, async () => void (await removeWhole(path)));
  }

  isHeld(run: RunName): Promise<boolean> {
    return inFiles(() => isThere(this.#pathsOf(run).hold));
  }

  /** While nobody places a hold. */
  whileHoldsStand<T>(workspace: string, work: () => Promise<T>): Promise<T> {
    return this.#locked(workspace, work);
  }

  /** The key first: without it nobody reads what is left of the content, should this end half-way. */
  async #destroy(paths: Paths, name: string): Promise<void> {
    await writeWhole(paths.erased, "", FLUSHED);
    await removeWhole(paths.key);
    for (const file of await listNames(paths.contents)) {
      // oxlint-disable-next-line no-await-in-loop -- One, or two after a process was killed.
      if (file.startsWith(`${name}.`)) await removeWhole(join(paths.contents, file));
    }
  }

  #locked<T>(workspace: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() =>
      inFiles(async () => {
        const folder = join(workspaceFolder(this.#options.keysFolder, workspace), "lock");
        const lease = await takeLock(folder, this.#options.lockTimeoutMs);
        try {
          return await work();
        } finally {
          await lease.release();
        }
      }),
    );
  }

  #pathsOf({ workspace, run }: RunName): Paths {
    return this.#pathsNamed(workspace, fileNameOf(run));
  }

  #pathsNamed(workspace: string, name: string): Paths {
    const { contentFolder, keysFolder, holdsFolder } = this.#options;
    const keys = workspaceFolder(keysFolder, workspace);
    return {
      key: join(keys, `${name}.key`),
      erased: join(keys, `${name}.erased`),
      hold: join(workspaceFolder(holdsFolder, workspace), name),
      contents: join(workspaceFolder(contentFolder, workspace), name.slice(0, 2)),
    };
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await unlessMissing(readFile(path))) !== undefined;
}

async function readKey(path: string): Promise<KeyFile | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file, as a whole.
  return text === undefined ? undefined : (JSON.parse(text) as KeyFile);
}

function contentMissing(): SinkError {
  return new SinkError(
    "SINK_DAMAGED",
    "What was kept of a run is gone, though it was not erased. Put it back from a copy.",
  );
}
