/** What is kept of the prompts and replies of a run, as a list, encrypted with a key of the run's own. */

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { isRecord } from "../graph/canonical-json.ts";
import { AuditError } from "./audit-error.ts";

/** One text, or what else a model was given or gave. */
export interface ContentItem {
  /** Which event it belongs to: what stands behind the `#` in the id of its record. */
  readonly event: string;
  readonly kind: "prompt" | "reply";
  /** JSON. */
  readonly value: unknown;
}

/** Whose it is: the texts of one run do not open as those of another. */
export interface ContentOwner {
  readonly workspace: string;
  readonly run: string;
}

const ALGORITHM = "aes-256-gcm";
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** A key for one run. */
export function createContentKey(): Buffer {
  return randomBytes(32);
}

/** A nonce of 12 bytes, what is encrypted (AES-256-GCM), a tag of 16 bytes. A new nonce each time. */
export function sealContent(
  key: Uint8Array,
  owner: ContentOwner,
  items: readonly ContentItem[],
): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(ownerOf(owner));
  const sealed = [cipher.update(JSON.stringify(items), "utf8"), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
}

/**
 * What {@link sealContent} sealed.
 *
 * @throws {AuditError} AUDIT_BROKEN_CONTENT when it was changed, is of another run, or the key is another.
 */
export function openContent(
  key: Uint8Array,
  owner: ContentOwner,
  sealed: Uint8Array,
): readonly ContentItem[] {
  let items: unknown;
  try {
    items = JSON.parse(decrypt(key, owner, sealed));
  } catch {
    // What the parser says of it would quote it.
  }
  if (Array.isArray(items) && items.every(isContentItem)) return items;
  throw new AuditError(
    "AUDIT_BROKEN_CONTENT",
    `What is kept of the prompts and replies of "${owner.run}" does not open: it was changed, is of another run, or its key is another.`,
  );
}

function decrypt(key: Uint8Array, owner: ContentOwner, sealed: Uint8Array): string {
  const nonce = sealed.subarray(0, NONCE_LENGTH);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(ownerOf(owner));
  decipher.setAuthTag(sealed.subarray(-TAG_LENGTH));
  const bytes = sealed.subarray(NONCE_LENGTH, -TAG_LENGTH);
  return Buffer.concat([decipher.update(bytes), decipher.final()]).toString("utf8");
}

function ownerOf({ workspace, run }: ContentOwner): Buffer {
  return Buffer.from(`${workspace}\n${run}`);
}

function isContentItem(value: unknown): value is ContentItem {
  if (!isRecord(value)) return false;
  const { event, kind } = value;
  return typeof event === "string" && (kind === "prompt" || kind === "reply") && "value" in value;
}
