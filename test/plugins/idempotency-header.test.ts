/** Keys of calls, for services that take them: sent under the header that the provider is told, and not otherwise. */

import type { CallContext, Provider } from "../../plugins/contract.ts";
import type { HttpOptions } from "../../plugins/http/http.ts";
import { anthropic } from "../../plugins/providers/anthropic.ts";
import { openai } from "../../plugins/providers/openai.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import {
  connectionTo,
  createContext,
  exhaust,
  REPLY,
  requestTo,
} from "../../testing/contract/subject.ts";
import { startWireServer } from "../../testing/contract/wire-server.ts";
import { openaiChatFake, type Connection, type VendorFake } from "../../testing/index.ts";
import { anthropicFake } from "../harness/vendors/anthropic.ts";
import { responsesFake } from "../harness/vendors/openai-responses.ts";

const KEY = "0123456789abcdef".repeat(4);
const HEADER = "Idempotency-Key";

type Make = (connection: Connection, options: HttpOptions) => Provider;

const PROVIDERS: readonly (readonly [name: string, fake: VendorFake, make: Make])[] = [
  [
    "openaiCompatible()",
    openaiChatFake(),
    (connection, options) => openaiCompatible({ id: "gateway", ...connection, ...options }),
  ],
  ["openai()", responsesFake(), (connection, options) => openai({ ...connection, ...options })],
  ["anthropic()", anthropicFake, (connection, options) => anthropic({ ...connection, ...options })],
];

/** The headers of each request that `calls` make. */
async function headersOf(
  fake: VendorFake,
  make: (connection: Connection) => Provider,
  calls: (provider: Provider) => Promise<void>,
): Promise<readonly (string | undefined)[]> {
  const server = await startWireServer((request) => fake.reply(REPLY, request));
  const provider = make(connectionTo(server.origin, fake));
  try {
    await calls(provider);
    return server.requests.map(({ headers }) => headers[HEADER.toLowerCase()]);
  } finally {
    await provider.close?.();
    await server.stop();
  }
}

function contextWith(idempotencyKey: string): CallContext {
  return { ...createContext(), idempotencyKey };
}

describe.each(PROVIDERS)("%s", (_name, fake, make) => {
  it("sends the key of a call, the same when the call is made again, whole or as a stream", async () => {
    const sent = await headersOf(
      fake,
      (connection) => make(connection, { idempotencyHeader: HEADER }),
      async (provider) => {
        expect(provider.honoursIdempotencyKeys).toBe(true);
        await provider.generate(requestTo(fake), contextWith(KEY));
        await provider.generate(requestTo(fake), contextWith(KEY));
        const stream = provider.stream?.(requestTo(fake), contextWith(KEY));
        if (stream) await exhaust(stream[Symbol.asyncIterator]());
        await provider.generate(requestTo(fake), contextWith("f".repeat(64)));
      },
    );

    expect(sent).toEqual([KEY, KEY, KEY, "f".repeat(64)]);
  });

  it("sends no key, and promises nothing of it, unless it is told to", async () => {
    const sent = await headersOf(
      fake,
      (connection) => make(connection, {}),
      async (provider) => {
        expect(provider.honoursIdempotencyKeys).toBeUndefined();
        await provider.generate(requestTo(fake), contextWith(KEY));
      },
    );

    expect(sent).toEqual([undefined]);
  });

  it.each(["Idempotency Key", "x\r\ny", ""])("refuses %j as a header", (idempotencyHeader) => {
    const connection = { baseURL: "http://127.0.0.1:1", apiKey: "key" };

    expect(() => make(connection, { idempotencyHeader })).toThrow(
      expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
    );
  });
});
