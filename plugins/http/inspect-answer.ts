/** Looks into a success before anything is made of it: what an API promises is not always what comes. */

import { Response } from "undici";
import type { Exchange } from "./exchange.ts";
import type { Fetch, HttpCall } from "./http.ts";
import { failureOfAnswer, failureOfForm } from "./provider-error.ts";
import { readCharge } from "../ai-sdk/raw-usage.ts";
import { findErrorMember, isRecord, parseJson } from "./vendor-error.ts";

type UndiciResponse = InstanceType<typeof Response>;

/** A look into an answer; gives the answer to go on with. */
export type Inspection = (
  response: UndiciResponse,
  request: { readonly isStream: boolean },
) => Promise<UndiciResponse>;

/** The same `fetch`, with a look into every answer. */
export function inspected(fetch: Fetch, inspect: Inspection): Fetch {
  async function send(input: string | URL, init: RequestInit = {}): Promise<unknown> {
    const isStream = typeof init.body === "string" && /"stream":\s*true/.test(init.body);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What `http.ts` makes, in the types of another package.
    const response = (await fetch(input, init)) as unknown as UndiciResponse;
    return inspect(response, { isStream });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same function in the types of another package.
  return send as unknown as Fetch;
}

/** A look that fits every vendor: errors in a success, pages instead of JSON, nothing at all. Streams pass. */
export function inspectAnyAnswer(exchange: Exchange): Inspection {
  return async (response) => {
    const type = response.headers.get("content-type") ?? "";
    if (/stream|ndjson|jsonl/.test(type)) return response;
    const { text } = await readJsonBody(response, exchange);
    return withBody(response, text);
  };
}

/**
 * The body of a success, as text and parsed.
 *
 * @throws {ProviderError} when it is no JSON, or holds an error.
 */
export async function readJsonBody(
  response: UndiciResponse,
  exchange: Exchange,
): Promise<{ readonly text: string; readonly body: unknown }> {
  const text = await response.text();
  const body = parseJson(text);
  const answer = { status: response.status, headers: exchange.headers, body: text };
  if (text.trim() === "") throw failureOfForm(answer, "is empty", exchange.reading);
  if (body === undefined) throw failureOfForm(answer, "is not JSON", exchange.reading);
  exchange.addCharge(readCharge(body));
  if (findErrorMember(body) !== undefined) throw failureOfAnswer(answer, exchange.reading);
  // Google's way to say that the prompt was filtered.
  const feedback = isRecord(body) ? body["promptFeedback"] : undefined;
  if (isRecord(feedback) && typeof feedback["blockReason"] === "string") {
    const error = JSON.stringify({ error: { code: "content_filter", message: "prompt blocked" } });
    throw failureOfAnswer({ ...answer, body: error }, exchange.reading);
  }
  return { text, body };
}

/**
 * Asks for JSON with GET.
 *
 * @throws {ProviderError}
 */
export async function fetchJson(
  { fetch, exchange }: HttpCall,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What `http.ts` makes, in the types of another package.
    const response = (await fetch(url, { headers })) as unknown as UndiciResponse;
    return (await readJsonBody(response, exchange)).body;
  } catch (error) {
    throw exchange.fail(error);
  }
}

/** The same answer with a body that has been read. */
export function withBody(
  { status, statusText, headers }: UndiciResponse,
  body: string,
): UndiciResponse {
  return new Response(body, { status, statusText, headers });
}
