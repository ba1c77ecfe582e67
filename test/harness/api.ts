/** An API of a test's own, asked over HTTP. */

import { Client, Connection } from "@temporalio/client";
import type { ApiErrorCode } from "../../api/api-error.ts";
import { startApi, type Api, type ApiOptions } from "../../api/start-api.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";

/** For routes that ask nothing of Temporal: there is none behind it. */
export function clientWithoutTemporal(): SignalboxClient {
  const connection = Connection.lazy({ address: "127.0.0.1:1" });
  return new SignalboxClient({ temporal: new Client({ connection }) });
}

/** Runs `body` beside an API, by default without graphs and without Temporal. */
export async function withApi<T>(
  options: Partial<ApiOptions>,
  body: (api: Api) => Promise<T>,
): Promise<T> {
  const api = await startApi({
    client: clientWithoutTemporal(),
    graphs: new Map(),
    port: 0,
    onNotice: () => undefined,
    ...options,
  });
  try {
    return await body(api);
  } finally {
    await api.stop();
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` where it is no JSON. */
  readonly body: unknown;
}

export async function ask({ url }: Api, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  const { status, headers } = response;
  const type = headers.get("content-type");
  const isJson = /\bjson\b/.test(type ?? "");
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
  return { status, type, headers, text, body };
}

export function askWith(api: Api, key: string, path: string, method = "GET"): Promise<Answer> {
  return ask(api, path, { method, headers: { authorization: `Bearer ${key}` } });
}

/** What an answer with a problem looks like. */
export function problem(status: number, code: ApiErrorCode, members: object = {}): unknown {
  return expect.objectContaining({
    status,
    type: expect.stringMatching(/^application\/problem\+json\b/),
    body: expect.objectContaining({
      type: `urn:signalbox:error:${code}`,
      title: expect.stringMatching(/\w/),
      status,
      detail: expect.stringMatching(/\w/),
      code,
      instance: expect.stringMatching(/^\//),
      ...members,
    }),
  });
}
