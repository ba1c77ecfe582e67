/** Reads where large payloads are kept, as `SIGNALBOX_PAYLOADS` says it. */

import { resolve } from "node:path";
import { fileStore } from "./file-store.ts";
import { PayloadError } from "./payload-error.ts";
import { s3Store, type S3StoreOptions } from "./s3-store.ts";
import type { StorageDriver } from "./store.ts";

/** Where payloads go, and where those that went before are found. */
export interface Stores {
  /** `undefined`: nothing is put aside. */
  readonly first: StorageDriver | undefined;
  readonly all: readonly StorageDriver[];
  /** The folder of the store in files, if there is one. */
  readonly folder: string | undefined;
}

export const DEFAULT_STORE = "file:.signalbox/payloads";

const FILE = /^file:(.+)$/;
const QUERY = ["endpoint", "region"] as const;

/**
 * Reads `file:FOLDER`, `s3://BUCKET/PREFIX` or `off`, or several of them, separated by commas: the first is written to, all are read.
 *
 * @throws {PayloadError} PAYLOADS_INVALID_STORE, PAYLOADS_MISSING_PACKAGE
 */
export function readStores(text: string): Stores {
  const entries = text.split(",").map((entry) => entry.trim());
  const stores = entries.map(readStore);
  const all = stores.flatMap(({ driver }) => (driver === undefined ? [] : [driver]));
  if (new Set(all.map(({ name }) => name)).size < all.length) {
    throw invalidStore(
      text,
      "names two of one kind: a run says only of which kind the one is that it is in",
    );
  }
  if (entries.slice(1).includes("off"))
    throw invalidStore(
      text,
      'has "off" behind another: it says what is written to, so it comes first',
    );
  return { first: stores[0]?.driver, all, folder: stores.find(({ folder }) => folder)?.folder };
}

interface ReadStore {
  readonly driver?: StorageDriver;
  readonly folder?: string;
}

function readStore(entry: string): ReadStore {
  if (entry === "off") return {};
  const folder = FILE.exec(entry)?.[1];
  if (folder !== undefined) {
    const path = resolve(folder);
    return { driver: fileStore(path), folder: path };
  }
  if (entry.startsWith("s3:")) return { driver: s3Store(readBucket(entry)) };
  throw invalidStore(entry, "is no store");
}

function readBucket(entry: string): S3StoreOptions {
  const url = parse(entry);
  if (!url?.hostname || url.username || url.password || url.port || url.hash) {
    // It may hold a password: it is not quoted.
    throw invalidStore("s3:…", "names no bucket");
  }
  const unknown = [...url.searchParams.keys()].find(
    (name) => !QUERY.some((known) => known === name),
  );
  if (unknown !== undefined) throw invalidStore("s3:…", `has an unknown "${unknown}" behind "?"`);
  const endpoint = url.searchParams.get("endpoint");
  const region = url.searchParams.get("region");
  if (endpoint !== null && !/^https?:\/\/[^@]+$/.test(endpoint))
    throw invalidStore("s3:…", 'has an "endpoint" that is no http address');
  const prefix = decodeURIComponent(url.pathname.replace(/^\/+/, "").replace(/\/+$/, ""));
  return {
    bucket: url.hostname,
    ...(prefix !== "" && { prefix: `${prefix}/` }),
    ...(endpoint !== null && { endpoint }),
    ...(region !== null && { region }),
  };
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function invalidStore(shown: string, what: string): PayloadError {
  return new PayloadError(
    "PAYLOADS_INVALID_STORE",
    `SIGNALBOX_PAYLOADS: "${shown.slice(0, 200)}" ${what}. Give file:FOLDER, s3://BUCKET/PREFIX or off; ` +
      "or several, separated by commas: the first is written to, all are read.",
  );
}
