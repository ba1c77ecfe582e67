/** Keeps large payloads in files, for processes that share a folder. The default. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isNativeError } from "node:util/types";
import type { Payload } from "@temporalio/common";
import { StorageDriverClaim } from "@temporalio/common/lib/converter/extstore.js";
import { readPayload, writePayload } from "./payload-bytes.ts";
import { PayloadError } from "./payload-error.ts";
import type { StorageDriver, StoreTarget } from "./store.ts";

/** Stands in histories: a store of this name has to read what another one wrote, so it is always the same. */
export const FILE_STORE = "signalbox.files";

/** Beside the files of a run: whose they are, for whoever removes them. */
export const OWNER_FILE = "run.json";

/** What {@link OWNER_FILE} holds. */
export interface Owner {
  readonly namespace: string;
  readonly workflowId: string;
}

/** Of payloads that belong to no run. */
const NO_OWNER = "0".repeat(32);
const OWNER = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * A folder for each run, and in it a file for each payload, named by the SHA-256 of what is in it. A file is written beside its
 * place, brought to the disk and renamed, so that it is there as a whole or not at all; and only then does Temporal hear of it.
 */
export function fileStore(folder: string): StorageDriver {
  const own = (target: StoreTarget): Promise<string> => ownerOf(folder, target);
  return {
    name: FILE_STORE,
    type: FILE_STORE,
    async store({ target, abortSignal }, payloads) {
      try {
        const claims: StorageDriverClaim[] = [];
        for (const payload of payloads) {
          abortSignal?.throwIfAborted();
          const bytes = writePayload(payload);
          const sha256 = hash(bytes);
          claims.push(
            new StorageDriverClaim({
              run: await keep(bytes, sha256, { folder, own: () => own(target) }),
              sha256,
            }),
          );
        }
        return claims;
      } catch (error) {
        abortSignal?.throwIfAborted();
        throw cannotWrite(folder, error);
      }
    },
    retrieve: ({ abortSignal }, claims) =>
      Promise.all(claims.map(({ claimData }) => retrieve(folder, claimData, abortSignal))),
  };
}

export function hash(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

interface Place {
  readonly folder: string;
  /** Makes the folder of the run, and gives its name. */
  readonly own: () => Promise<string>;
}

/** Gives the name of the folder it is in. */
async function keep(bytes: Uint8Array, sha256: string, { folder, own }: Place): Promise<string> {
  const name = await own();
  const path = join(folder, name, sha256);
  try {
    await writeWhole(path, bytes);
    return name;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    // Whoever removes what is old has just removed the folder.
    await writeWhole(join(folder, await own(), sha256), bytes);
    return name;
  }
}

async function ownerOf(folder: string, target: StoreTarget): Promise<string> {
  const { namespace, id } = target ?? {};
  const isOwned = target?.kind === "workflow" && namespace !== undefined && id !== undefined;
  // Ids of runs may be anything: a hash is a name that every file system takes.
  const name = isOwned ? hash(JSON.stringify([namespace, id])).slice(0, 32) : NO_OWNER;
  await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  if (isOwned) {
    const owner: Owner = { namespace, workflowId: id };
    await writeOnce(join(folder, name, OWNER_FILE), JSON.stringify(owner));
  }
  return name;
}

async function writeOnce(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Also where it is there already: it is made whole again, if it was not, and is as young as its newest use. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = await open(unfinished, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function retrieve(
  folder: string,
  { run = "", sha256 = "" }: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Payload> {
  // It comes from outside, and is to be a path.
  if (!OWNER.test(run) || !SHA256.test(sha256))
    throw notFound(folder, "what Temporal has names no file");
  const path = join(folder, run, sha256);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (codeOf(error) === "ENOENT") throw notFound(folder, `there is no "${join(run, sha256)}"`);
    throw cannotRead(path, error);
  }
  if (hash(bytes) !== sha256) throw damaged(path);
  return readPayload(bytes);
}

function codeOf(error: unknown): string | undefined {
  return isNativeError(error) && "code" in error ? String(error.code) : undefined;
}

function notFound(folder: string, why: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_NOT_FOUND",
    `A large payload is not in the folder "${folder}": ${why}. Workers, clients and the API need the same folder ` +
      "(SIGNALBOX_PAYLOADS), shared where they are on several machines, or a store such as S3. A run that waits for it goes on once it is there.",
  );
}

function damaged(path: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_DAMAGED",
    `The file "${path}" has changed since it was written. Put it back from a backup; a run that waits for it goes on then.`,
  );
}

function cannotRead(path: string, cause: unknown): PayloadError {
  return new PayloadError(
    "PAYLOADS_STORE_FAILED",
    `The file "${path}" cannot be read (${codeOf(cause) ?? "unknown"}). Let this process read it.`,
    { cause },
  );
}

function cannotWrite(folder: string, cause: unknown): PayloadError {
  return new PayloadError(
    "PAYLOADS_STORE_FAILED",
    `A large payload cannot be written to the folder "${folder}" (${codeOf(cause) ?? "unknown"}). ` +
      "Make room there and let this process write, or name another folder in SIGNALBOX_PAYLOADS.",
    { cause },
  );
}
