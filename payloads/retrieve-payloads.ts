/** Fetches payloads that were put aside, for whoever reads histories as Temporal keeps them. */

import type { Payload, PayloadCodec } from "@temporalio/common";
import type { ExternalStorage } from "@temporalio/common/lib/converter/extstore.js";
import {
  ExternalStorageRunner,
  isReferencePayload,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { noStore } from "./absent-store.ts";

/** What is used of Temporal's own form of a data converter. */
interface Converter {
  readonly payloadCodecs: PayloadCodec[];
  readonly externalStorage?: ExternalStorage;
}

/**
 * Gives what was put aside in place of what refers to it, and everything else as it is.
 *
 * @throws {PayloadError} PAYLOADS_NO_STORE, and what the store throws.
 */
export async function retrievePayloads(
  payloads: readonly Payload[],
  storage: ExternalStorage | undefined,
): Promise<Payload[]> {
  if (!payloads.some(isReferencePayload)) return [...payloads];
  if (storage === undefined) throw noStore();
  return new ExternalStorageRunner(storage).retrieve([...payloads]);
}

/**
 * The same converter, which decodes what was put aside too: Temporal's own functions that fetch a history, or decode of it, leave that
 * as it is. To read with; it stores nothing.
 */
export function readingAside<C extends Converter>(converter: C): C {
  const { payloadCodecs, externalStorage } = converter;
  const retrieving: PayloadCodec = {
    encode: async (payloads) => payloads,
    decode: (payloads) => retrievePayloads(payloads, externalStorage),
  };
  // The last one decodes first.
  return { ...converter, payloadCodecs: [...payloadCodecs, retrieving] };
}
