/** Keeps prompts and replies in a bucket, and the keys that open them in another, or below another name. */

import { randomUUID } from "node:crypto";
import { SinkError, type ContentStore, type KeptContent, type RunName } from "../contract.ts";
import { fileNameOf } from "./file-names.ts";
import type { S3Bucket } from "./s3-bucket.ts";

export interface S3ContentOptions {
  readonly bucket: S3Bucket;
  readonly keyBucket: S3Bucket;
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  /** What a workspace is called in keys. */
  readonly folderOf: (workspace: string) => string;
}

/** All that is known of a run's content. To write it is what counts: what it names is there before. */
interface State {
  readonly version?: string;
  /** Milliseconds since 1970. */
  readonly keptAt?: number;
  readonly isHeld?: boolean;
  readonly isErased?: boolean;
}

interface Names {
  readonly state: string;
  readonly hold: string;
  readonly sealed: string;
  readonly keys: string;
}

export class S3Content implements ContentStore {
  readonly #options: S3ContentOptions;

  constructor(options: S3ContentOptions) {
    this.#options = options;
  }

  async keep(run: RunName, { key, sealed }: KeptContent): Promise<void> {
    const { bucket, keyBucket } = this.#options;
    const names = this.#namesOf(run.workspace, fileNameOf(run.run));
    const version = randomUUID();
    await bucket.put(`${names.sealed}${version}`, sealed);
    await keyBucket.put(`${names.keys}${version}`, key);
    const old = await this.#change(names, (state) =>
      state.isErased === true ? undefined : { ...state, version, keptAt: Date.now() },
    );
    const useless = old === undefined ? version : old.version;
    if (useless !== undefined) await this.#remove(names, useless);
  }

  async find(run: RunName): Promise<KeptContent | undefined> {
    const { bucket, keyBucket } = this.#options;
    const names = this.#namesOf(run.workspace, fileNameOf(run.run));
    for (let missed = ""; ;) {
      // oxlint-disable-next-line no-await-in-loop -- The next round is for the case that others have changed it between.
      const { state } = await this.#read(names.state);
      const { version, isErased } = state;
      if (version === undefined || isErased === true) return undefined;
      // oxlint-disable-next-line no-await-in-loop -- As above.
      const [sealed, key] = await Promise.all([
        bucket.get(`${names.sealed}${version}`),
        keyBucket.get(`${names.keys}${version}`),
      ]);
      if (sealed !== undefined && key !== undefined) return { key: key.body, sealed: sealed.body };
      if (missed === version) throw contentMissing();
      missed = version;
    }
  }

  async erase({ workspace, run }: RunName): Promise<boolean> {
    return this.#erase(workspace, fileNameOf(run), () => true);
  }

  async prune(workspace: string, before: string): Promise<number> {
    const limit = Date.parse(before);
    const folder = `${this.#options.prefix}states/${this.#options.folderOf(workspace)}/`;
    let count = 0;
    for await (const key of this.#options.bucket.list(folder)) {
      const name = key.slice(folder.length);
      const { state } = await this.#read(key);
      // Erased, but not to the end.
      if (state.isErased === true) await this.#destroy(this.#namesOf(workspace, name));
      const isOld = ({ keptAt = Infinity, isErased }: State): boolean =>
        keptAt < limit && isErased !== true;
      if (isOld(state) && (await this.#erase(workspace, name, isOld))) count += 1;
    }
    return count;
  }

  async hold({ workspace, run }: RunName): Promise<void> {
    const names = this.#namesOf(workspace, fileNameOf(run));
    // For whoever prunes records: they are listed, states are not.
    await this.#options.bucket.put(names.hold, "");
    await this.#change(names, (state) => ({ ...state, isHeld: true }));
  }

  async release({ workspace, run }: RunName): Promise<void> {
    const names = this.#namesOf(workspace, fileNameOf(run));
    await this.#change(names, (state) => ({ ...state, isHeld: false }));
    await this.#options.bucket.delete(names.hold);
  }

  async isHeld({ workspace, run }: RunName): Promise<boolean> {
    const { state } = await this.#read(this.#namesOf(workspace, fileNameOf(run)).state);
    return state.isHeld === true;
  }

  /** As {@link fileNameOf} names them. */
  async listHeld(workspace: string): Promise<ReadonlySet<string>> {
    const folder = `${this.#options.prefix}holds/${this.#options.folderOf(workspace)}/`;
    const names = new Set<string>();
    for await (const key of this.#options.bucket.list(folder)) names.add(key.slice(folder.length));
    return names;
  }

  async #erase(
    workspace: string,
    name: string,
    isMeant: (state: State) => boolean,
  ): Promise<boolean> {
    const names = this.#namesOf(workspace, name);
    const old = await this.#change(names, (state) =>
      state.isHeld === true || !isMeant(state) ? undefined : { ...state, isErased: true },
    );
    if (old === undefined) return false;
    await this.#destroy(names);
    return true;
  }

  async #destroy(names: Names): Promise<void> {
    const { bucket, keyBucket } = this.#options;
    for await (const key of keyBucket.list(names.keys)) await keyBucket.delete(key);
    for await (const key of bucket.list(names.sealed)) await bucket.delete(key);
  }

  async #remove(names: Names, version: string): Promise<void> {
    await this.#options.keyBucket.delete(`${names.keys}${version}`);
    await this.#options.bucket.delete(`${names.sealed}${version}`);
  }

  /** Gives what was before; `undefined` where `change` wants nothing changed. */
  async #change(
    { state: key }: Names,
    change: (state: State) => State | undefined,
  ): Promise<State | undefined> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- The next round is for the case that another one was quicker.
      const { state, etag } = await this.#read(key);
      const next = change(state);
      if (next === undefined) return undefined;
      const condition = etag === undefined ? "absent" : { etag };
      // oxlint-disable-next-line no-await-in-loop -- As above.
      if (await this.#options.bucket.put(key, JSON.stringify(next), condition)) return state;
    }
  }

  async #read(key: string): Promise<{ readonly state: State; readonly etag?: string }> {
    const found = await this.#options.bucket.get(key);
    if (found === undefined) return { state: {} };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file.
    return { state: JSON.parse(found.body.toString()) as State, etag: found.etag };
  }

  #namesOf(workspace: string, name: string): Names {
    const { prefix, folderOf } = this.#options;
    const folder = folderOf(workspace);
    return {
      state: `${prefix}states/${folder}/${name}`,
      hold: `${prefix}holds/${folder}/${name}`,
      sealed: `${prefix}content/${folder}/${name}/`,
      keys: `${prefix}keys/${folder}/${name}/`,
    };
  }
}

function contentMissing(): SinkError {
  return new SinkError(
    "SINK_DAMAGED",
    "What was kept of a run, or its key, is gone, though it was not erased. Put it back from a copy.",
  );
}
