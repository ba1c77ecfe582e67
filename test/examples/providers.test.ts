import { groq, vllm } from "../../examples/providers/providers.ts";
import type { CallContext, Provider } from "../../plugins/contract.ts";
import { startFakeOpenAI } from "../harness/fake-openai.ts";
import { closedPort } from "../harness/scripted-server.ts";

const CONTEXT: CallContext = {
  step: "draft",
  call: 1,
  idempotencyKey: "0".repeat(64),
  signal: new AbortController().signal,
  reportProgress: () => {},
  sleep: async () => {},
};

async function ask(provider: Provider): Promise<string> {
  const messages = [{ role: "user", content: "Hi" }] as const;
  const { text } = await provider.generate({ model: "qwen3-8b", messages }, CONTEXT);
  await provider.close?.();
  return text;
}

describe("the providers of the example", () => {
  it("answer, the second machine where the first is down", async () => {
    const server = await startFakeOpenAI([{ content: "Hello" }, { content: "Hello again" }]);
    const down = `http://127.0.0.1:${await closedPort()}/v1`;

    const texts = [await ask(vllm(down, server.url)), await ask(groq("gsk_key", server.url))];
    await server.stop();

    expect(texts).toEqual(["Hello", "Hello again"]);
    expect(server.requests[0]?.headers).toMatchObject({ "x-team": "support" });
    expect(server.requests[1]?.headers).toMatchObject({ authorization: "Bearer gsk_key" });
  });
});
