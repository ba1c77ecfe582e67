/** The routes by which the Temporal UI and its command line read payloads: Temporal's remote codec. */

import { z } from "zod";
import { readBase64, type JsonPayload } from "../../payloads/json-payload.ts";
import { PayloadError, type PayloadErrorCode } from "../../payloads/payload-error.ts";
import { ApiError } from "../api-error.ts";
import type { AppOptions } from "../app-options.ts";
import { BODY_REFUSALS } from "../json-body.ts";
import { defineRoute, type Answer, type Route } from "../route.ts";

/** What Temporal sends in one message, twice in base64: encrypted, and as JSON. */
const MAX_BODY_BYTES = 8 * 1_048_576;
/** What was put aside can be far larger than what stands for it. */
const MAX_DECODED_BYTES = 64 * 1_048_576;
const MAX_PAYLOADS = 2_000;

const base64 = z
  .string()
  .refine((text) => readBase64(text) !== undefined, "This is no base64.")
  .meta({ contentEncoding: "base64", pattern: "^[A-Za-z0-9+/_-]*={0,2}$" });

const payloadSchema = z
  .looseObject({
    metadata: z.record(z.string(), base64).nullish(),
    data: base64.nullish(),
  })
  .meta({ id: "Payload", description: "A payload of Temporal, in protobuf's JSON" });

const payloadsSchema = z
  .looseObject({ payloads: z.array(payloadSchema).max(MAX_PAYLOADS).default([]) })
  .meta({ id: "Payloads", description: "Payloads of Temporal, in protobuf's JSON" });

export function decodePayloads(options: AppOptions): Route {
  return codecRoute({
    name: "decode",
    summary: "Decrypts payloads and fetches those that were put aside, for the Temporal UI",
    description: "The payloads in the same order, in plain text; what was not encoded as it came",
    errors: ["API_NOT_DECODED", "API_DECODED_TOO_LARGE", "API_PAYLOADS_UNREADABLE"],
    convert: (payload) => options.client.remoteCodec.decode(payload),
  });
}

export function encodePayloads(options: AppOptions): Route {
  return codecRoute({
    name: "encode",
    summary: "Encrypts payloads, for what the Temporal UI starts and sends",
    description: "The payloads in the same order, encrypted; as they came without encryption",
    errors: [],
    convert: (payload) => options.client.remoteCodec.encode(payload),
  });
}

interface CodecRoute {
  readonly name: "decode" | "encode";
  readonly summary: string;
  readonly description: string;
  readonly errors: NonNullable<Route["errors"]>;
  readonly convert: (payload: JsonPayload) => Promise<JsonPayload>;
}

function codecRoute({ name, summary, description, errors, convert }: CodecRoute): Route {
  return defineRoute({
    method: "post",
    path: `/codec/${name}`,
    operationId: `${name}Payloads`,
    summary,
    access: "payloads",
    isCodec: true,
    maxBodyBytes: MAX_BODY_BYTES,
    body: payloadsSchema,
    answers: { 200: { description, schema: payloadsSchema } },
    errors: [...BODY_REFUSALS, ...errors],
    handle: ({ body, hungUp }) => convertAll(body.payloads, convert, hungUp),
  });
}

/** One after the other: what is fetched is in memory, and may be large. */
async function convertAll(
  payloads: readonly JsonPayload[],
  convert: CodecRoute["convert"],
  hungUp: AbortSignal,
): Promise<Answer> {
  const converted: JsonPayload[] = [];
  let bytes = 0;
  for (const [index, payload] of payloads.entries()) {
    if (hungUp.aborted) break;
    const result = await convert(payload).catch((error: unknown) => {
      throw notDecoded(error, index) ?? error;
    });
    bytes += ((result.data?.length ?? 0) * 3) / 4;
    if (bytes > MAX_DECODED_BYTES) throw tooLarge(index);
    converted.push(result);
  }
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    json: { payloads: converted },
  };
}

/** Without the message of the error: it may name folders and buckets. */
function notDecoded(error: unknown, index: number): ApiError | undefined {
  const why = error instanceof PayloadError ? WHY[error.code] : undefined;
  if (!(error instanceof PayloadError) || why === undefined) return undefined;
  return new ApiError("API_NOT_DECODED", `Payload ${index + 1} ${why}`, {
    cause: error,
    members: { payload: index, reason: error.code },
  });
}

/** What is none of the caller's doing, such as a store that does not answer, is left out: it belongs in the log. */
const WHY: Readonly<Partial<Record<PayloadErrorCode, string>>> = {
  PAYLOADS_UNKNOWN_KEY:
    "was encrypted with a key that the API does not have. Give it the keys of the workers: SIGNALBOX_ENCRYPTION_KEYS.",
  PAYLOADS_WRONG_KEY:
    "does not open: it was changed, or another key had this id when it was encrypted.",
  PAYLOADS_UNREADABLE: "has been cut off, or is in a form that is not known here.",
  PAYLOADS_NO_STORE:
    "was put aside in a store that the API does not have. Give it the store of the workers: SIGNALBOX_PAYLOADS.",
  PAYLOADS_NOT_FOUND: "was put aside and is not in the store any more.",
  PAYLOADS_DAMAGED: "was put aside and has been changed in the store.",
};

function tooLarge(index: number): ApiError {
  return new ApiError(
    "API_DECODED_TOO_LARGE",
    `With payload ${index + 1} the answer would hold more than 64 MiB. Ask for fewer payloads at a time.`,
    { members: { payload: index } },
  );
}
