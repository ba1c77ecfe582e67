/** A fake provider that speaks OpenAI's chat completions, fails now and then as its seed says, and writes a bill for each call. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { costOfTokens } from "../graph/money.ts";
import { drawUniform } from "../plugins/chance/seeded-random.ts";
import { completionBody, errorBody, streamOf } from "../test/harness/openai-bodies.ts";
import { answerTo, readMarker, type Marker } from "./asking.ts";
import type { Arrival, Bills } from "./bills.ts";
import { PRICE } from "./price.ts";

export interface UpstreamOptions {
  /** Half of the names of its models. */
  readonly id: string;
  readonly seed: number;
  readonly bills: Bills;
  /** Whether a call whose key it has seen is answered with the first one's reply, or waits for it, and is not billed again. */
  readonly honoursKeys: boolean;
  /** What the answer to a call is like. Default: drawn from the seed. */
  readonly temper?: (call: AskedCall) => Temper;
}

/** How one request is dealt with. */
export interface Temper {
  readonly latencyMs: number;
  /** A test's: it is answered once this resolves, in place of after some time. */
  readonly until?: Promise<void>;
  /** `"cut"`: the answer ends in the middle. Default: `"answer"`. */
  readonly outcome?: "answer" | "cut" | 429 | 500;
}

export interface AskedCall {
  readonly model: string;
  readonly marker: Marker;
  /** How often the model was asked this before. */
  readonly before: number;
}

export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}

const OUTPUT_TOKENS = 50;

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const service = new Service(options);
  const server = createServer((request, response) => {
    service.handle(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

class Service {
  readonly #options: UpstreamOptions;
  readonly #asked = new Map<string, number>();
  /** By key: resolves when the first call's answer is ready. */
  readonly #seen = new Map<string, Promise<void>>();

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      response.writeHead(404).end();
      return;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a provider of this project sends.
    const body = (await json(request)) as ChatRequest;
    const prompt = body.messages.find(({ role }) => role === "user")?.content ?? "";
    const marker = readMarker(prompt);
    const key = request.headers["idempotency-key"]?.toString();
    const first = key === undefined ? undefined : this.#seen.get(key);
    const asked = { model: body.model, marker, key, prompt };
    if (first !== undefined) {
      this.#bill(asked, "repeated");
      await first;
      return send(response, body, prompt, "answer");
    }
    const temper = this.#temperOf(asked);
    const { outcome = "answer" } = temper;
    if (outcome === 429 || outcome === 500) {
      this.#bill(asked, "refused");
      await sleep(temper.latencyMs);
      return refuse(response, outcome);
    }
    this.#bill(asked, outcome === "cut" ? "cut" : "answered");
    const ready = temper.until ?? sleep(temper.latencyMs);
    if (key !== undefined && this.#options.honoursKeys) this.#seen.set(key, ready);
    await ready;
    send(response, body, prompt, outcome);
  }

  #temperOf({ model, marker }: Omit<AskedCall, "before">): Temper {
    const { id, seed, temper } = this.#options;
    const name = JSON.stringify([model, marker]);
    const before = this.#asked.get(name) ?? 0;
    this.#asked.set(name, before + 1);
    return temper ? temper({ model, marker, before }) : drawTemper(`${id} ${name}`, before, seed);
  }

  #bill(
    { model, marker, key, prompt }: Asked & { readonly key: string | undefined },
    outcome: Arrival["outcome"],
  ): void {
    const isBilled = outcome === "answered" || outcome === "cut";
    const costNanoUsd = isBilled ? Number(costOfTokens(tokensOf(prompt), PRICE)) : 0;
    const at = Date.now();
    const { id: service } = this.#options;
    this.#options.bills.add({ service, model, marker, key, at, outcome, costNanoUsd });
  }
}

interface Asked {
  readonly model: string;
  readonly marker: Marker;
  readonly prompt: string;
}

/** Mostly well and quick. A call that was refused may be refused again, and another model is asked then. */
function drawTemper(name: string, before: number, seed: number): Temper {
  const draw = (what: string): number => drawUniform(seed, what, name, before);
  const latencyMs = draw("is slow") < 0.03 ? 2_500 : 20 + draw("latency") * 280;
  const luck = draw("outcome");
  if (luck < 0.03) return { latencyMs: 5, outcome: 429 };
  if (luck < 0.06) return { latencyMs: 5, outcome: 500 };
  return { latencyMs, outcome: luck < 0.08 ? "cut" : "answer" };
}

function tokensOf(prompt: string): { inputTokens: number; outputTokens: number } {
  return { inputTokens: Math.ceil(prompt.length / 4), outputTokens: OUTPUT_TOKENS };
}

function refuse(response: ServerResponse, status: 429 | 500): void {
  const headers = { "content-type": "application/json", "retry-after": "1" };
  response.writeHead(status, headers).end(JSON.stringify(errorBody({ status })));
}

function send(
  response: ServerResponse,
  { model, stream: isStream = false }: ChatRequest,
  prompt: string,
  outcome: "answer" | "cut",
): void {
  const { inputTokens, outputTokens } = tokensOf(prompt);
  const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens };
  const completion = { content: answerTo(prompt, model.startsWith("large")), usage };
  const text = isStream
    ? streamOf(completion, model, 0)
    : JSON.stringify(completionBody(completion, model, 0));
  response.writeHead(200, {
    "content-type": isStream ? "text/event-stream" : "application/json",
    ...(outcome === "cut" && !isStream && { "content-length": String(text.length) }),
  });
  if (outcome === "answer") response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.destroy());
}
