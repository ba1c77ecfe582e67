/** Payloads as protobuf's JSON writes them, bytes in base64: how the Temporal UI and its command line send them to a codec server. */

import type { Payload } from "@temporalio/common";
import { dataOf } from "./payload-bytes.ts";

/** Other members, such as `externalPayloads`, are of no use to a codec. */
export interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly data?: string | null | undefined;
}

/** Both alphabets, with or without what fills up: as protobuf reads it. Undefined: it is no base64. */
export function readBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/={1,2}$/, "").length;
  const bytes = Buffer.from(text, "base64");
  // What is no digit is left out or ends the text, so there is less than there should be.
  return digits % 4 !== 1 && bytes.byteLength === Math.floor((digits * 3) / 4) ? bytes : undefined;
}

/** Its base64 is that of {@link readBase64}. */
export function readJsonPayload({ metadata, data }: JsonPayload): Payload {
  const named = Object.entries(metadata ?? {});
  return {
    metadata: Object.fromEntries(
      named.map(([name, value]) => [name, Buffer.from(value, "base64")]),
    ),
    data: Buffer.from(data ?? "", "base64"),
  };
}

export function writeJsonPayload(payload: Payload): JsonPayload {
  const named = Object.entries(payload.metadata ?? {});
  return {
    metadata: Object.fromEntries(named.map(([name, value]) => [name, toBase64(value)])),
    data: toBase64(dataOf(payload)),
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
