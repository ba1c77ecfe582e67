/** A key never shows: not in an error of any provider, not in what caused it, not in the JSON of either. */

import { inspect } from "node:util";
import type { Provider } from "../../plugins/contract.ts";
import {
  connectionTo,
  createContext,
  exhaust,
  openStream,
  requestTo,
} from "../../testing/contract/subject.ts";
import { startWireServer, type ServedAnswer } from "../../testing/contract/wire-server.ts";
import type { VendorFake } from "../../testing/index.ts";
import { PROVIDERS } from "../harness/vendors/providers.ts";

/** It has no form of a key: nothing but the provider that has it can know it for one. */
const KEY = "meadow canary";

/** Every way in which a vendor, or what stands before it, may quote the key. */
function answersWith(key: string, fake: VendorFake): readonly ServedAnswer[] {
  const quoted = `Incorrect API key provided: ${key}. Bearer ${key}, ${encodeURIComponent(key)}`;
  return [
    ...fake.failures(quoted).map(({ answer }) => answer),
    { status: 401, body: quoted },
    { status: 401, body: JSON.stringify({ anything: { at: [quoted] } }) },
    { status: 502, body: `<html>${quoted}</html>`, headers: { "content-type": "text/html" } },
    {
      status: 302,
      body: "",
      headers: { location: `https://login.example/?key=${encodeURIComponent(key)}` },
    },
    { body: quoted },
    { body: JSON.stringify({ error: { message: quoted } }) },
    { body: `<html>${quoted}</html>`, headers: { "content-type": "text/html" } },
    {
      body: `data: ${quoted}\n\n`,
      headers: { "content-type": "text/event-stream" },
      ending: "reset",
    },
    { status: 429, body: quoted, headers: { "retry-after": key, "x-request-id": "request-1" } },
  ];
}

const CALLS: readonly ((provider: Provider, fake: VendorFake) => Promise<unknown>)[] = [
  (provider, fake) => provider.generate(requestTo(fake), createContext()),
  (provider, fake) => exhaust(openStream(provider, requestTo(fake), createContext())),
  async (provider) => provider.listModels?.(),
  async (provider) => provider.health?.(),
];

/** What a log, a history or a debugger can get out of what was thrown. */
function everythingOf(error: unknown): string {
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    causes.push(cause.message, cause.stack, JSON.stringify(cause), Object.entries(cause));
  }
  return inspect([error, causes], { depth: Infinity, showHidden: true }) + JSON.stringify(error);
}

describe.each(PROVIDERS)("the key of %s", (_name, make, fake) => {
  it("never shows, whatever the vendor quotes", async () => {
    const answers = answersWith(KEY, fake);
    let answer: ServedAnswer = { body: "" };
    const server = await startWireServer(() => answer);
    const provider = make({ ...connectionTo(server.origin, fake), apiKey: KEY });
    const shown: string[] = [JSON.stringify(provider)];

    for (answer of answers) {
      for (const call of CALLS) {
        shown.push(await call(provider, fake).then(() => "", everythingOf));
      }
    }
    await provider.close?.();
    await server.stop();

    expect(shown.filter((text) => text !== "").length).toBeGreaterThan(answers.length);
    expect(
      shown.filter((text) => text.includes(KEY) || text.includes(encodeURIComponent(KEY))),
    ).toEqual([]);
  });

  it("does not show when no header can carry it", () => {
    const apiKey = "canary\r\nx-injected: 1";

    const error = catchError(() => make({ baseURL: "http://127.0.0.1:9", apiKey }));

    expect(everythingOf(error)).not.toContain("x-injected");
  });
});

function catchError(make: () => unknown): unknown {
  try {
    return void make();
  } catch (error) {
    return error;
  }
}
