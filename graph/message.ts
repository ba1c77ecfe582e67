/** A conversation with a model, as graphs and providers write it. Plain JSON: it is kept in the history. */

import { z } from "zod";
import { listProblems, type SchemaProblem } from "./schema.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string | readonly MessagePart[];
}

export type MessagePart = TextPart | FilePart;

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** An image or another file: either an address the provider can fetch, or the content. */
export interface FilePart {
  readonly type: "image" | "file";
  /** IANA media type, such as `"image/png"` or `"application/pdf"`. */
  readonly mediaType: string;
  readonly url?: string;
  /** The content, or the content in base64. In the history it is base64. */
  readonly bytes?: Uint8Array | string;
  readonly filename?: string;
}

/** Made when it is first asked for: every run evaluates this module anew, and few give whole conversations. */
function messagesSchema(): z.ZodType<Message[]> {
  const file = z
    .strictObject({
      type: z.enum(["image", "file"]),
      mediaType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/),
      url: z.string().optional(),
      bytes: z.union([z.string(), z.instanceof(Uint8Array).transform(toBase64)]).optional(),
      filename: z.string().optional(),
    })
    .refine(({ url, bytes }) => (url === undefined) !== (bytes === undefined), {
      message: 'Give either "url" or "bytes"',
    });
  const text = z.strictObject({ type: z.literal("text"), text: z.string() });
  return z
    .array(
      z.strictObject({
        role: z.enum(["system", "user", "assistant"]),
        content: z.union([z.string(), z.array(z.union([text, file]))]),
      }),
    )
    .min(1);
}

let made: ReturnType<typeof messagesSchema> | undefined;

export type ReadMessages =
  | { readonly ok: true; readonly messages: readonly Message[] }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** Checks what a `messages` callback gave, and makes plain JSON of it. */
export function readMessages(value: unknown): ReadMessages {
  made ??= messagesSchema();
  const parsed = made.safeParse(value);
  return parsed.success
    ? { ok: true, messages: parsed.data }
    : { ok: false, problems: listProblems(parsed.error) };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The workflow sandbox has neither `Buffer` nor `btoa`. */
function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += second === undefined ? "=" : ALPHABET.charAt((bits >> 6) & 63);
    text += third === undefined ? "=" : ALPHABET.charAt(bits & 63);
  }
  return text;
}
