/** Every provider here keeps the contract, each against its vendor's wire format. */

import type { Provider } from "../../plugins/contract.ts";
import { anthropic } from "../../plugins/providers/anthropic.ts";
import { azure } from "../../plugins/providers/azure.ts";
import { bedrock } from "../../plugins/providers/bedrock.ts";
import { deepseek } from "../../plugins/providers/deepseek.ts";
import { google } from "../../plugins/providers/google.ts";
import { groq } from "../../plugins/providers/groq.ts";
import { mistral } from "../../plugins/providers/mistral.ts";
import { ollama } from "../../plugins/providers/ollama.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { openai } from "../../plugins/providers/openai.ts";
import { openrouter } from "../../plugins/providers/openrouter.ts";
import { xai } from "../../plugins/providers/xai.ts";
import {
  openaiChatFake,
  providerContract,
  type Connection,
  type VendorFake,
} from "../../testing/index.ts";
import { anthropicFake } from "../harness/vendors/anthropic.ts";
import { azureFake } from "../harness/vendors/azure.ts";
import { bedrockFake } from "../harness/vendors/bedrock.ts";
import { googleFake } from "../harness/vendors/google.ts";
import { ollamaFake } from "../harness/vendors/ollama.ts";
import { responsesFake } from "../harness/vendors/openai-responses.ts";
import { deepseekFake, groqFake, mistralFake, xaiFake } from "../harness/vendors/openai-shaped.ts";
import { openrouterFake } from "../harness/vendors/openrouter.ts";

const PROVIDERS: readonly (readonly [
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
  ["ollama()", ({ baseURL }) => ollama({ host: baseURL }), ollamaFake],
];

describe.each(PROVIDERS)("%s keeps the contract of a provider:", (_name, provider, fake) => {
  const checks = providerContract({ provider, fake });

  it.each(checks.filter(({ skip }) => skip === undefined))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
