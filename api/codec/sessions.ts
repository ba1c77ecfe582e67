/**
 * Sessions of `/codec`: a cookie by which the Temporal UI in the same browser may have payloads decoded. It holds the key, sealed, so
 * that a key that is taken away ends its sessions, and no process has to remember any.
 */

import { randomBytes } from "node:crypto";
import type { Request } from "express";
import { KEY_BYTES, type EncryptionKey } from "../../payloads/encryption-keys.ts";
import { Keyring } from "../../payloads/keyring.ts";

export interface Session {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A working day. */
const SESSION_MS = 8 * 3_600_000;
const COOKIE = "signalbox_codec";
const PURPOSE = "signalbox.codec-session/1";
/** Browsers drop cookies of more than 4 KiB. */
const MAX_KEY_LENGTH = 2_000;

export class Sessions {
  readonly #keyring: Keyring;

  constructor(keys: readonly EncryptionKey[] = [{ id: "own", key: randomBytes(KEY_BYTES) }]) {
    this.#keyring = new Keyring(keys);
  }

  /** Of a request; undefined where there is none, or it is over. */
  read(request: Request): Session | undefined {
    const value = cookieOf(request);
    const dot = value?.lastIndexOf(".") ?? -1;
    if (value === undefined || dot < 0) return undefined;
    const session = this.#open(value.slice(0, dot), value.slice(dot + 1));
    return session !== undefined && session.until > Date.now() ? session : undefined;
  }

  /** The header `Set-Cookie` that begins one. Undefined: the key is too long for a cookie. */
  begin(key: string, request: Request): string | undefined {
    if (key.length > MAX_KEY_LENGTH) return undefined;
    const session: Session = { key, until: Date.now() + SESSION_MS };
    const { keyId, data } = this.#keyring.seal(Buffer.from(JSON.stringify(session)), PURPOSE);
    return cookie(`${keyId}.${Buffer.from(data).toString("base64url")}`, SESSION_MS, request);
  }

  /** The header `Set-Cookie` that ends it. */
  end(request: Request): string {
    return cookie("", 0, request);
  }

  #open(keyId: string, data: string): Session | undefined {
    try {
      const sealed = { keyId, data: Buffer.from(data, "base64url") };
      return JSON.parse(Buffer.from(this.#keyring.open(sealed, PURPOSE)).toString());
    } catch {
      // Of another process, or sealed with a key that is gone: as good as none.
      return undefined;
    }
  }
}

function cookieOf(request: Request): string | undefined {
  const cookies = (request.get("Cookie") ?? "").split(";").map((part) => part.trim());
  return cookies.find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Without a path it goes to all that is beside the page that set it, and no further: also behind a proxy that adds a prefix. */
function cookie(value: string, maxAgeMs: number, { secure }: Request): string {
  const always = `${COOKIE}=${value}; Max-Age=${maxAgeMs / 1_000}; HttpOnly; SameSite=Strict`;
  return secure ? `${always}; Secure` : always;
}
