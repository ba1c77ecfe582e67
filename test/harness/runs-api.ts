/** An API beside a worker, shared by the tests of a file, and how it is asked. */

import { startApi, type Api, type ApiOptions } from "../../api/start-api.ts";
import type { Authenticator, Caller } from "../../api/caller.ts";
import type { Config } from "../../worker/config.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { ask, type Answer } from "./api.ts";
import { startTestWorker } from "./lent-worker.ts";
import { openGate } from "./open-gate.ts";
import type { TestWorker } from "./temporal.ts";

export const fixtureGraphs = collectGraphs(fixtures, "test/fixtures/graphs.ts");

export interface RunsApi {
  readonly api: Api;
  readonly worker: TestWorker;
  stop(): Promise<void>;
}

/** For the fixture graphs. Breakers stay closed: what fails in one test is tried in the next. */
export async function startRunsApi(
  config: Config,
  options: Partial<ApiOptions> = {},
): Promise<RunsApi> {
  const lent = await startTestWorker({ config, liveSignals: openGate() });
  const { worker } = lent;
  const { client } = worker;
  const api = await startApi({
    client,
    graphs: fixtureGraphs,
    port: 0,
    onNotice: beSilent,
    ...options,
  });
  return {
    api,
    worker,
    async stop() {
      await api.stop();
      await lent.stop();
    },
  };
}

export function beSilent(): void {}

export function post(
  api: Api,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(api, path, {
    method: "POST",
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Keys that are their owners' ids. */
export function knownCallers(...callers: readonly Caller[]): Authenticator {
  return { authenticate: async (key) => callers.find(({ id }) => id === key) };
}

export function bearer(key: string): { readonly authorization: string } {
  return { authorization: `Bearer ${key}` };
}

/** A member of an answer's JSON that is a text. */
export function textOf({ body, text }: Answer, name: string): string {
  const value: unknown = Reflect.get(Object(body), name);
  if (typeof value === "string") return value;
  throw new Error(`Expected "${name}" in ${text}`);
}
