/** Cursors: where a list of runs goes on, as text that only means something for that list. */

import { ClientError } from "./client-error.ts";
import { sha256 } from "../graph/sha256.ts";

/** `check.token`, both as base64url can have it. */
const CURSOR = /^([0-9a-f]{32})\.([\w-]{1,4000})$/;
const CHECK_DIGITS = 32;

/** @param list - what the list is of. */
export async function writeCursor(list: string, pageToken: Uint8Array): Promise<string> {
  const token = toBase64Url(pageToken);
  return `${await checkOf(list, token)}.${token}`;
}

/**
 * The token inside.
 *
 * @throws {ClientError} CLIENT_INVALID_CURSOR, also for the cursor of another list: its token would go on anywhere.
 */
export async function readCursor(list: string, cursor: string): Promise<Uint8Array> {
  const [, check, token = ""] = CURSOR.exec(cursor) ?? [];
  if (check === undefined || check !== (await checkOf(list, token))) throw invalidCursor();
  return fromBase64Url(token);
}

export function invalidCursor(cause?: unknown): ClientError {
  return new ClientError(
    "CLIENT_INVALID_CURSOR",
    `The cursor is not one of this list. Give "next" of the page before, with the same filters; or leave it out for the first page.`,
    { cause },
  );
}

async function checkOf(list: string, token: string): Promise<string> {
  return (await sha256(`${list}\n${token}`)).slice(0, CHECK_DIGITS);
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
}
