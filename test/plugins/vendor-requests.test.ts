/** What the named providers send beside what the contract asks for, and what they make of what comes back. */

import { ProviderError, type ModelRequest, type Provider } from "../../plugins/contract.ts";
import { anthropic } from "../../plugins/providers/anthropic.ts";
import { bedrock } from "../../plugins/providers/bedrock.ts";
import { ollama } from "../../plugins/providers/ollama.ts";
import { openai } from "../../plugins/providers/openai.ts";
import { openrouter } from "../../plugins/providers/openrouter.ts";
import { connectionTo, createContext, REPLY, requestTo } from "../../testing/contract/subject.ts";
import { startWireServer, type WireServer } from "../../testing/contract/wire-server.ts";
import type { VendorFake, WireAnswer, WireRequest } from "../../testing/index.ts";
import { anthropicFake } from "../harness/vendors/anthropic.ts";
import { bedrockFake } from "../harness/vendors/bedrock.ts";
import { ollamaFake } from "../harness/vendors/ollama.ts";
import { responsesFake } from "../harness/vendors/openai-responses.ts";
import { listedModel, OPENROUTER_COST_USD, openrouterFake } from "../harness/vendors/openrouter.ts";

let server: WireServer;
let provider: Provider;

afterEach(async () => {
  await provider.close?.();
  await server.stop();
});

async function start(answer: (request: WireRequest) => WireAnswer): Promise<string> {
  server = await startWireServer(answer);
  return server.origin;
}

/** Starts the fake; gives what a provider is made with. */
async function startFake(fake: VendorFake): Promise<{ baseURL: string; apiKey: string }> {
  return connectionTo(await start((request) => fake.reply(REPLY, request)), fake);
}

function call(fake: VendorFake, members: Partial<ModelRequest> = {}) {
  return provider.generate(requestTo(fake, members), createContext());
}

describe("openai()", () => {
  it("asks OpenAI to keep nothing", async () => {
    provider = openai(await startFake(responsesFake()));

    await call(responsesFake());

    expect(server.requests[0]?.body).toMatchObject({ store: false });
  });

  it("lets OpenAI keep what it is told to", async () => {
    provider = openai({ ...(await startFake(responsesFake())), store: true });

    await call(responsesFake());

    expect(server.requests[0]?.body).toMatchObject({ store: true });
  });

  it("keeps the strictness of a schema beside its own options", async () => {
    provider = openai(await startFake(responsesFake()));
    const outputSchema = { type: "object", properties: { note: { type: "string" } } };

    await call(responsesFake(), { outputSchema });

    expect(server.requests[0]?.body).toMatchObject({
      store: false,
      text: { format: { strict: false } },
    });
  });

  it("goes to the address that OPENAI_BASE_URL names", async () => {
    const { baseURL, apiKey } = await startFake(responsesFake());
    provider = openai({ env: { OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey } });

    await call(responsesFake());

    expect(server.requests).toHaveLength(1);
  });

  it("sends the headers it is given, and goes elsewhere where nobody listens", async () => {
    const { baseURL, apiKey } = await startFake(responsesFake());
    provider = openai({
      baseURL: "http://127.0.0.1:9/v1",
      fallbackBaseURLs: [baseURL],
      headers: { "x-team": "support" },
      apiKey,
    });

    await call(responsesFake());

    expect(server.requests[0]?.headers).toMatchObject({
      "x-team": "support",
      authorization: `Bearer ${apiKey}`,
    });
  });
});

describe("anthropic()", () => {
  it("takes ANTHROPIC_BASE_URL without the version, as Anthropic's own tools do", async () => {
    const { baseURL, apiKey } = await startFake(anthropicFake);
    const env = { ANTHROPIC_BASE_URL: baseURL.replace("/v1", ""), ANTHROPIC_API_KEY: apiKey };
    provider = anthropic({ env });

    await call(anthropicFake);

    expect(server.requests[0]?.path).toBe("/v1/messages");
  });
});

describe("bedrock()", () => {
  it("signs requests with an access key, which it does not send", async () => {
    const { baseURL } = await startFake(bedrockFake);
    const env = {
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret-5b1f",
      AWS_REGION: "eu-west-1",
    };
    provider = bedrock({ baseURL, env });

    await call(bedrockFake);

    const { authorization } = server.requests[0]?.headers ?? {};
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\//,
    );
    expect(JSON.stringify(server.requests)).not.toContain("secret-5b1f");
  });

  it("does not take a key of the process where it is given another environment", async () => {
    const { baseURL } = await startFake(bedrockFake);
    process.env["AWS_BEARER_TOKEN_BEDROCK"] = "key-of-the-process";
    const env = {
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "eu-west-1",
    };
    provider = bedrock({ baseURL, env });

    await call(bedrockFake).finally(() => delete process.env["AWS_BEARER_TOKEN_BEDROCK"]);

    expect(server.requests[0]?.headers["authorization"]).toMatch(/^AWS4-HMAC-SHA256/);
  });

  it("asks a provider of credentials before each call", async () => {
    const { baseURL } = await startFake(bedrockFake);
    let asked = 0;
    provider = bedrock({
      baseURL,
      region: "eu-west-1",
      env: {},
      async credentialProvider() {
        asked += 1;
        return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
      },
    });

    await call(bedrockFake);
    await call(bedrockFake);

    expect(asked).toBe(2);
  });
});

describe("openrouter()", () => {
  it("passes preferences on word for word, and asks for the price", async () => {
    const preferences = {
      order: ["openai", "azure"],
      only: ["openai"],
      ignore: ["together"],
      sort: "price",
      max_price: { prompt: 1, completion: 2 },
      allow_fallbacks: false,
      require_parameters: true,
      data_collection: "deny",
      zdr: true,
    } as const;
    provider = openrouter({ ...(await startFake(openrouterFake)), provider: preferences });

    await call(openrouterFake);

    expect(server.requests[0]?.body).toMatchObject({
      provider: preferences,
      usage: { include: true },
    });
  });

  it("sends no preferences when it is given none", async () => {
    provider = openrouter(await startFake(openrouterFake));

    await call(openrouterFake);

    expect(server.requests[0]?.body).not.toHaveProperty("provider");
  });

  it("gives the price that OpenRouter charged, also for a stream", async () => {
    provider = openrouter(await startFake(openrouterFake));

    const { costUsd } = await call(openrouterFake);
    const costs: unknown[] = [];
    for await (const part of provider.stream?.(requestTo(openrouterFake), createContext()) ?? []) {
      if ("reply" in part) costs.push(part.reply.costUsd);
    }

    expect(costUsd).toBe(OPENROUTER_COST_USD);
    expect(costs).toEqual([OPENROUTER_COST_USD]);
  });

  it("knows prices and abilities of models once it has listed them", async () => {
    const auto = listedModel("openrouter/auto", { pricing: { prompt: "-1", completion: "-1" } });
    const free = listedModel("meta/llama:free", {
      pricing: { prompt: "0", completion: "0" },
      architecture: { input_modalities: ["text"] },
      supported_parameters: ["max_tokens"],
    });
    const mini = listedModel("openai/gpt-5-mini");
    const body = JSON.stringify({ data: [mini, auto, free, { name: "no id" }] });
    provider = openrouter({ baseURL: await start(() => ({ body })), apiKey: "key-1" });
    const before = provider.describeModel?.("openai/gpt-5-mini");

    const models = await provider.listModels?.();

    expect(before?.price).toBeUndefined();
    expect(models?.map(({ model }) => model)).toEqual([
      "openai/gpt-5-mini",
      "openrouter/auto",
      "meta/llama:free",
    ]);
    expect(provider.describeModel?.("openai/gpt-5-mini")).toEqual({
      price: { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2, cachedInputUsdPerMTok: 0.025 },
      capabilities: {
        contextWindow: 400_000,
        maxOutputTokens: 128_000,
        jsonSchema: true,
        tools: true,
        vision: true,
        streaming: true,
      },
    });
    expect(provider.describeModel?.("openrouter/auto")?.price).toBeUndefined();
    expect(provider.describeModel?.("meta/llama:free")).toMatchObject({
      price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
      capabilities: { jsonSchema: false, tools: false, vision: false },
    });
  });

  it("forgets models that are gone when it lists them anew, and keeps what it knew when that fails", async () => {
    let models = ["old-model"];
    const baseURL = await start((request) => {
      if (models.length === 0) return { status: 500, body: "{}" };
      return openrouterFake.listModels?.(models, request) ?? { body: "" };
    });
    provider = openrouter({ baseURL, apiKey: "key-1" });
    await provider.listModels?.();

    models = ["new-model"];
    await provider.listModels?.();
    models = [];
    const failed = provider.listModels?.();

    await expect(failed).rejects.toMatchObject({ kind: "unavailable" });
    expect(provider.describeModel?.("old-model")?.price).toBeUndefined();
    expect(provider.describeModel?.("new-model")?.price).toBeDefined();
  });

  it.each([
    [{ zdr: true }, { trainsOnData: false, retentionDays: 0 }],
    [{ data_collection: "deny" }, { trainsOnData: false }],
    [{ data_collection: "allow" }, undefined],
  ] as const)("tells with the preferences %o the data policy %o", async (preferences, policy) => {
    provider = openrouter({ ...(await startFake(openrouterFake)), provider: preferences });

    expect(provider.describeModel?.("any/model")?.capabilities?.dataPolicy).toEqual(policy);
  });
});

describe("ollama()", () => {
  it("costs nothing and keeps everything where it is", async () => {
    provider = ollama({ host: await start(() => ({ body: "" })) });

    expect(provider.describeModel?.("llama3.2")).toMatchObject({
      price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
      capabilities: { dataPolicy: { retentionDays: 0, trainsOnData: false } },
    });
  });

  it("knows what its models can do once it has listed them", async () => {
    const host = await start(
      (request) => ollamaFake.listModels?.(["llama3.2"], request) ?? { body: "" },
    );
    provider = ollama({ host: `${host}/` });

    await provider.listModels?.();

    expect(server.requests.map(({ path }) => path)).toEqual(["/api/tags", "/api/show"]);
    expect(server.requests[1]?.body).toEqual({ model: "llama3.2" });
    expect(provider.describeModel?.("llama3.2")?.capabilities).toMatchObject({
      contextWindow: 131_072,
      tools: true,
      vision: false,
    });
  });

  it("takes the window that the model's file sets", async () => {
    const host = await start(({ path }) => ({
      body: JSON.stringify(
        path === "/api/tags"
          ? { models: [{ name: "ours" }] }
          : {
              parameters: "temperature 1\nnum_ctx 8192",
              model_info: { "llama.context_length": 131_072 },
            },
      ),
    }));
    provider = ollama({ host });

    await provider.listModels?.();

    expect(provider.describeModel?.("ours")?.capabilities?.contextWindow).toBe(8_192);
  });

  it("says that a server that does not run is not well", async () => {
    const host = await start(() => ({ body: "" }));
    await server.stop();
    provider = ollama({ host });

    const error = await provider.health?.().catch((reason: unknown) => reason);

    server = await startWireServer(() => ({ body: "" }));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ kind: "unavailable" });
  });
});
