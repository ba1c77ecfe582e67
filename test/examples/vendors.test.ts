import { listProviders, readOpenRouterFacts } from "../../examples/providers/vendors.ts";
import { openrouter } from "../../plugins/providers/openrouter.ts";
import { connectionTo } from "../../testing/contract/subject.ts";
import { startWireServer } from "../../testing/contract/wire-server.ts";
import { openrouterFake } from "../harness/vendors/openrouter.ts";

const KEYS = [
  "OPENAI_API_KEY",
  "AZURE_API_KEY",
  "AWS_BEARER_TOKEN_BEDROCK",
  "OPENROUTER_API_KEY",
] as const;

describe("the named providers of the example", () => {
  const before = { ...process.env };

  afterEach(() => {
    process.env = before;
  });

  it("are made with nothing but keys in the environment", async () => {
    process.env = { ...before, ...Object.fromEntries(KEYS.map((name) => [name, "key-1"])) };

    const providers = listProviders();

    expect(providers.map(({ id }) => id)).toEqual([
      "openai",
      "azure",
      "bedrock",
      "openrouter",
      "ollama",
    ]);
    for (const provider of providers) await provider.close?.();
  });

  it("read prices when they are asked to", async () => {
    const server = await startWireServer(
      (request) => openrouterFake.listModels?.(["openai/gpt-5-mini"], request) ?? { body: "" },
    );
    const provider = openrouter(connectionTo(server.origin, openrouterFake));

    const price = await readOpenRouterFacts(provider);
    await provider.close?.();
    await server.stop();

    expect(price).toBe(2);
  });
});
