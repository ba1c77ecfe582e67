/** Decodes and encodes payloads for tools that have neither keys nor stores, such as the Temporal UI: Temporal's remote codec. */

import type { LoadedDataConverter, Payload } from "@temporalio/common";
import { isReferencePayload } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { readJsonPayload, writeJsonPayload, type JsonPayload } from "../payloads/json-payload.ts";
import { PayloadError } from "../payloads/payload-error.ts";
import { retrievePayloads } from "../payloads/retrieve-payloads.ts";

export interface RemoteCodec {
  /**
   * What was put aside is fetched; what is not encoded comes back as it is.
   *
   * @throws {PayloadError}
   */
  decode(payload: JsonPayload): Promise<JsonPayload>;
  /** As a client encodes it. Nothing is put aside: it belongs to no run yet. */
  encode(payload: JsonPayload): Promise<JsonPayload>;
}

export function remoteCodec(converter: LoadedDataConverter): RemoteCodec {
  const { payloadCodecs } = converter;
  return {
    async decode(json) {
      const given = readJsonPayload(json);
      let payload = await fetchAside(given, converter);
      for (const codec of payloadCodecs.toReversed()) payload = only(await codec.decode([payload]));
      return payload === given ? json : writeJsonPayload(payload);
    },
    async encode(json) {
      const given = readJsonPayload(json);
      let payload = given;
      for (const codec of payloadCodecs) payload = only(await codec.encode([payload]));
      return payload === given ? json : writeJsonPayload(payload);
    },
  };
}

async function fetchAside(
  payload: Payload,
  { externalStorage }: LoadedDataConverter,
): Promise<Payload> {
  if (!isReferencePayload(payload)) return payload;
  try {
    return only(await retrievePayloads([payload], externalStorage));
  } catch (cause) {
    if (cause instanceof PayloadError) throw cause;
    throw new PayloadError(
      "PAYLOADS_UNREADABLE",
      "What stands for a large payload is not in Temporal's form, or its store cannot make anything of it.",
      { cause },
    );
  }
}

function only([payload]: readonly Payload[]): Payload {
  if (payload === undefined) throw new Error("A codec has lost a payload.");
  return payload;
}
