import { Response } from "undici";
import { ProviderError } from "../../plugins/contract.ts";
import { Exchange } from "../../plugins/http/exchange.ts";

describe("the body of an answer", () => {
  it("that its reader gives up on is no failure, whatever comes of its source", async () => {
    const reading = { confidential: { secrets: [], texts: [] } };
    const exchange = new Exchange(new AbortController().signal, reading, () => {});
    const source = new ReadableStream<Uint8Array>();
    const { body } = await exchange.accept(new Response(source));
    const reader = body?.getReader();
    const pending = reader?.read();

    await reader?.cancel();
    await pending;

    const failure = exchange.fail(new ProviderError("overloaded", "what really happened"));
    expect(failure.kind).toBe("overloaded");
  });
});
