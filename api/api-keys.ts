/** Keys of the API: how they are made, how they are written down, and who they belong to. A key itself is kept nowhere. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { countOf } from "../graph/count.ts";
import { WORKSPACE_NAME } from "../graph/run-id.ts";
import { SetupError } from "../worker/setup-error.ts";
import { ALL_WORKSPACES, SCOPES, type Authenticator, type Caller, type Scope } from "./caller.ts";

/** What is written down of a key: all but the key. */
export interface KeyEntry {
  /** Names the key in logs and in the record of a run. Unique. */
  readonly id: string;
  /** `"*"`: all of them. */
  readonly workspace: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key, as 64 hex digits. */
  readonly sha256: string;
}

/** Tells our keys from others, for people and for programs that look for leaked ones. */
const KEY_PREFIX = "sbx_";
const KEY_BYTES = 32;

const KEY_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,63})$/;
const HASH = /^sha256-([0-9a-fA-F]{64})$/;

/** Makes a key of 256 random bits, and its entry. */
export function makeKey(entry: Omit<KeyEntry, "sha256">): {
  readonly key: string;
  readonly entry: KeyEntry;
} {
  const key = KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url");
  return { key, entry: { ...entry, sha256: hashOf(key).toString("hex") } };
}

/** As `SIGNALBOX_API_KEYS` and keys files have it: `id:workspace:scopes:sha256-HEX`. */
export function formatKeyEntry({ id, workspace, scopes, sha256 }: KeyEntry): string {
  return `${id}:${workspace}:${scopes.join("+")}:sha256-${sha256}`;
}

/**
 * Reads an entry.
 *
 * @param place - where it stands, for the error: it may be a key by mistake, so nothing of it is ever quoted.
 * @throws {SetupError} KEYS_INVALID
 */
export function parseKeyEntry(text: string, place: string): KeyEntry {
  const parts = text.split(":");
  const [id = "", workspace = "", scopes = "", hash = ""] = parts;
  if (parts.length !== 4) {
    throw invalid(place, `has ${countOf(parts.length, "part")} and not four. ${HOW_TO_MAKE}`);
  }
  if (!isKeyId(id)) throw invalid(place, `has no usable id. Use ${KEY_ID_IN_WORDS}.`);
  if (!isKeyWorkspace(workspace)) {
    throw invalid(place, `names no workspace. Use ${KEY_WORKSPACE_IN_WORDS}.`);
  }
  const sha256 = HASH.exec(hash)?.[1]?.toLowerCase();
  if (sha256 === undefined) {
    throw invalid(place, `has no "sha256-" and 64 hex digits as its last part. ${HOW_TO_MAKE}`);
  }
  const entry = { id, workspace, scopes: parseScopes(scopes, place), sha256 };
  if (readsOthers(entry)) throw invalid(place, `belongs to a workspace. ${PAYLOADS_OF_ALL}`);
  return entry;
}

/** Nothing tells whose a payload is: whoever decodes those of one workspace decodes those of all. */
export function readsOthers({ workspace, scopes }: Omit<KeyEntry, "sha256" | "id">): boolean {
  return scopes.includes("payloads") && workspace !== ALL_WORKSPACES;
}

export const PAYLOADS_OF_ALL =
  'Payloads do not say whose they are, so a key with the scope "payloads" is one of all workspaces: give it the workspace "*".';

/** Whether a key may be called so. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** Whether a key may be given this for its workspace. */
export function isKeyWorkspace(text: string): boolean {
  return text === ALL_WORKSPACES || WORKSPACE_NAME.test(text);
}

export const KEY_WORKSPACE_IN_WORDS =
  'a to z, 0 to 9 and "-" inside, 40 at most, or "*" for all workspaces';

export const KEY_ID_IN_WORDS =
  'letters, digits, "_", "." and "-", beginning with a letter or digit, 64 at most';

/** Whether a word is one of the scopes. */
export function isScope(word: string): word is Scope {
  return SCOPES.some((scope) => scope === word);
}

/**
 * Knows callers by the hashes of their keys.
 *
 * @throws {SetupError} KEYS_INVALID when an id or a key is there twice.
 */
export function apiKeys(entries: readonly KeyEntry[]): Authenticator {
  assertUnique(entries, "id");
  assertUnique(entries, "sha256");
  const known = entries.map(({ id, workspace, scopes, sha256 }) => ({
    hash: Buffer.from(sha256, "hex"),
    caller: {
      id,
      ...(workspace !== ALL_WORKSPACES && { workspace }),
      scopes: new Set(scopes),
    } satisfies Caller,
  }));
  return {
    async authenticate(key) {
      const hash = hashOf(key);
      let found: Caller | undefined;
      // Goes through all of them, so that the time tells nothing of where, or how nearly, a key fits.
      for (const { hash: other, caller } of known) {
        if (timingSafeEqual(hash, other)) found = caller;
      }
      return found;
    },
  };
}

function parseScopes(text: string, place: string): readonly Scope[] {
  const words = text.split("+");
  const scopes = words.filter(isScope);
  if (scopes.length === words.length && new Set(words).size === words.length) return scopes;
  throw invalid(
    place,
    `has no usable scopes. Join some of ${SCOPES.join(", ")} by "+", such as "run+read".`,
  );
}

function assertUnique(entries: readonly KeyEntry[], member: "id" | "sha256"): void {
  const places = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const before = places.get(entry[member]);
    if (before !== undefined) {
      const what = member === "id" ? "id" : "key";
      throw invalid(
        `entry ${index + 1}`,
        `has the ${what} of entry ${before}. Give each key one entry, with an id of its own.`,
      );
    }
    places.set(entry[member], index + 1);
  }
}

const HOW_TO_MAKE =
  "An entry is id:workspace:scopes:sha256-HEX and holds no key: `npx signalbox key` makes a key and its entry.";

function invalid(place: string, what: string): SetupError {
  return new SetupError("KEYS_INVALID", `Of the API's keys, ${place} ${what}`);
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
