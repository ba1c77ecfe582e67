/** Two upstreams behind one server: a primary that does what a test says, and a backup that answers well. */

import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { defineConfig, defineTool, type Config } from "../../worker/config.ts";
import { findAccount } from "../fixtures/every-verb.ts";
import {
  startFakeOpenAI,
  type FakeAnswer,
  type FakeOpenAI,
  type FakeRequest,
} from "./fake-openai.ts";

/** Per million tokens: with 12 tokens in and 5 out, a good call costs 22,000 nano-dollars. */
export const PRICE = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
export const COST_OF_GOOD_CALL = 22_000;

/** What the upstream got of one run, in order. */
export interface SeenRequest {
  readonly model: string;
  readonly at: number;
  readonly request: FakeRequest;
}

export interface Upstreams {
  readonly config: Config;
  readonly server: FakeOpenAI;
  /** Requests by what their last user message begins with: the word before the first space. */
  seen(word: string): readonly SeenRequest[];
}

/** Starts the server; `primary` decides what the first model answers, by the word and by how often it was asked. */
export async function startUpstreams(
  primary: (word: string, index: number, request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>,
  backup: (word: string, index: number) => FakeAnswer = () => ({ content: "from the backup" }),
): Promise<Upstreams> {
  const requests: SeenRequest[] = [];
  const seen = (word: string): readonly SeenRequest[] =>
    requests.filter(({ request }) => wordOf(request) === word);
  const server = await startFakeOpenAI((request) => {
    const { model } = request.body;
    const word = wordOf(request);
    const index = seen(word).filter((earlier) => earlier.model === model).length;
    requests.push({ model, at: Date.now(), request });
    return model === "primary" ? primary(word, index, request) : backup(word, index);
  });
  return { server, seen, config: configFor(server.url) };
}

function wordOf({ body }: FakeRequest): string {
  return /^[^ ]*/.exec(body.messages.find(({ role }) => role === "user")?.content ?? "")?.[0] ?? "";
}

function configFor(baseURL: string): Config {
  return defineConfig({
    providers: [openaiCompatible({ id: "up", baseURL, apiKey: "sk-canary-canary-canary" })],
    models: { writer: ["up/primary", "up/backup"], small: ["up/backup"] },
    prices: { "up/primary": PRICE, "up/backup": PRICE },
    tools: {
      findAccount: defineTool({ ...findAccount, run: async () => ({ balance: 1 }) }),
    },
  });
}
