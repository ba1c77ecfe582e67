/** Every provider that speaks HTTP, as its users make it. */

import { createOpenAI as createV3 } from "@ai-sdk/openai";
import { createOpenAI as createV2 } from "ai-sdk-openai-v2";
import type { Provider } from "../../../plugins/contract.ts";
import { aiSdk } from "../../../plugins/providers/ai-sdk.ts";
import { anthropic } from "../../../plugins/providers/anthropic.ts";
import { azure } from "../../../plugins/providers/azure.ts";
import { bedrock } from "../../../plugins/providers/bedrock.ts";
import { deepseek } from "../../../plugins/providers/deepseek.ts";
import { google } from "../../../plugins/providers/google.ts";
import { groq } from "../../../plugins/providers/groq.ts";
import { mistral } from "../../../plugins/providers/mistral.ts";
import { ollama } from "../../../plugins/providers/ollama.ts";
import { openaiCompatible } from "../../../plugins/providers/openai-compatible.ts";
import { openai } from "../../../plugins/providers/openai.ts";
import { openrouter } from "../../../plugins/providers/openrouter.ts";
import { xai } from "../../../plugins/providers/xai.ts";
import { openaiChatFake, type Connection, type VendorFake } from "../../../testing/index.ts";
import { anthropicFake } from "./anthropic.ts";
import { azureFake } from "./azure.ts";
import { bedrockFake } from "./bedrock.ts";
import { googleFake } from "./google.ts";
import { ollamaFake } from "./ollama.ts";
import { responsesFake } from "./openai-responses.ts";
import { deepseekFake, groqFake, mistralFake, xaiFake } from "./openai-shaped.ts";
import { openrouterFake } from "./openrouter.ts";

/** Each with its vendor's wire format. */
export const PROVIDERS: readonly (readonly [
  name: string,
  provider: (connection: Connection) => Provider,
  fake: VendorFake,
])[] = [
  [
    "openaiCompatible()",
    (connection) => openaiCompatible({ id: "compatible", ...connection }),
    openaiChatFake(),
  ],
  ["openai()", openai, responsesFake()],
  [
    'openai({ api: "chat" })',
    (connection) => openai({ ...connection, api: "chat" }),
    openaiChatFake(),
  ],
  ["anthropic()", anthropic, anthropicFake],
  ["google()", google, googleFake],
  ["mistral()", mistral, mistralFake],
  ["bedrock()", (connection) => bedrock({ ...connection, region: "us-east-1" }), bedrockFake],
  ["azure()", azure, azureFake],
  ["groq()", groq, groqFake],
  ["xai()", xai, xaiFake],
  ["deepseek()", deepseek, deepseekFake],
  ["openrouter()", openrouter, openrouterFake],
  ["ollama()", ({ baseURL, apiKey }) => ollama({ host: baseURL, apiKey }), ollamaFake],
  ["aiSdk() with a package of v3", (connection) => sdk(connection, createV3), sdkFake()],
  [
    "aiSdk() with a package of v2",
    (connection) => sdk(connection, createV2),
    sdkFake({ refused: "packages of v2 drop the words of a refusal, so that the reply is empty" }),
  ],
];

type CreateOpenAI = typeof createV3 | typeof createV2;

function sdk(connection: Connection, create: CreateOpenAI): Provider {
  return aiSdk({
    id: "ai-sdk",
    baseURL: connection.baseURL,
    secrets: [connection.apiKey],
    create: ({ fetch }) => {
      const provider = create({ ...connection, fetch });
      return (model) => provider.chat(model);
    },
  });
}

function sdkFake(lacks: VendorFake["notExpressible"] = {}): VendorFake {
  const notExpressible = { listModels: "the AI SDK has no lists of models", ...lacks };
  return openaiChatFake({ notExpressible });
}
