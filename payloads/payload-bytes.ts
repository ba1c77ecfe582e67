/** A payload of Temporal as bytes, with its metadata: what is encrypted, and what is put into a file. */

import type { Payload } from "@temporalio/common";
import { PayloadError } from "./payload-error.ts";

/** Of the metadata, which stand in front. */
const LENGTH_BYTES = 4;

/** Length of the metadata, the metadata as JSON, then the data as they are. */
export function writePayload(payload: Payload): Uint8Array {
  const { metadata } = payload;
  const entries = Object.entries(metadata ?? {});
  const named = entries.map(([name, value]) => [name, Buffer.from(value).toString("base64")]);
  const head = Buffer.from(JSON.stringify(Object.fromEntries(named)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(head.byteLength);
  return Buffer.concat([length, head, dataOf(payload)]);
}

/** An empty field is what protobufjs has for it, which is an array. */
export function dataOf({ data }: Payload): Uint8Array {
  return ArrayBuffer.isView(data) ? data : new Uint8Array();
}

/** @throws {PayloadError} PAYLOADS_UNREADABLE */
export function readPayload(bytes: Uint8Array): Payload {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.byteLength < LENGTH_BYTES) throw unreadable();
  const end = LENGTH_BYTES + buffer.readUInt32BE();
  if (buffer.byteLength < end) throw unreadable();
  const metadata = readMetadata(buffer.toString("utf8", LENGTH_BYTES, end));
  return { metadata, data: buffer.subarray(end) };
}

function readMetadata(text: string): Record<string, Uint8Array> {
  try {
    const named: Record<string, string> = JSON.parse(text);
    return Object.fromEntries(
      Object.entries(named).map(([name, value]) => [name, Buffer.from(value, "base64")]),
    );
  } catch {
    // The parser's message would quote it.
    throw unreadable();
  }
}

function unreadable(): PayloadError {
  return new PayloadError(
    "PAYLOADS_UNREADABLE",
    "What was kept is not in the form in which payloads are kept. It was written by a newer version, or by something else.",
  );
}
