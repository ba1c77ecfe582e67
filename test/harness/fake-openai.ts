/** A scripted HTTP server that speaks OpenAI's chat completions and records what it is asked. No model behind it. */

import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import {
  completionBody,
  errorBody,
  streamOf,
  type Completion,
  type Refusal,
} from "./openai-bodies.ts";
import { sendWire, type Wire } from "./wire.ts";

export interface FakeOpenAI {
  /** The base URL, up to and with `/v1`. */
  readonly url: string;
  /** In the order of their arrival. */
  readonly requests: readonly FakeRequest[];
  /** The next request to arrive, from now on. */
  nextRequest(): Promise<FakeRequest>;
  /** Closes the server and every socket. Stalled answers never come. */
  stop(): Promise<void>;
}

export interface FakeRequest {
  /** Such as `"/v1/chat/completions"`. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: ChatRequest;
  /** What the last message of the user says. */
  readonly lastUserMessage: string;
  /** Resolves when the connection closes before the answer is complete. */
  readonly disconnected: Promise<void>;
}

/** The body of a request, as far as tests read it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: unknown;
  readonly stream?: boolean;
  readonly stream_options?: unknown;
}

export type FakeAnswer = Completion | Refusal | RawAnswer | Stall | Cut | WireAnswer;

/** A body word for word. The only answer without an `x-request-id` of its own. */
interface RawAnswer {
  readonly raw: string;
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Headers;
}

/** Never answers, or never to the end. */
interface Stall {
  readonly stall: true;
  /** What is sent of the body. Absent: not even a status. */
  readonly after?: string;
}

/** The socket is destroyed. */
interface Cut {
  readonly cut: true;
  /** What is sent of the body first. Absent: not even a status. */
  readonly after?: string;
}

/** Bytes as they go over the wire, however wrong. */
interface WireAnswer {
  readonly wire: Wire;
}

type Headers = Readonly<Record<string, string>>;

/** One answer per request in order, or a function of the request. */
export type FakeScript =
  | readonly FakeAnswer[]
  | ((request: FakeRequest, index: number) => FakeAnswer | Promise<FakeAnswer>);

/** Starts a server on a free port. A request beyond the end of a list is answered with 500. */
export async function startFakeOpenAI(script: FakeScript): Promise<FakeOpenAI> {
  const findAnswer = typeof script === "function" ? script : fromList(script);
  const requests: FakeRequest[] = [];
  const waiting: ((request: FakeRequest) => void)[] = [];

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming, response);
    const index = requests.push(request) - 1;
    for (const resolve of waiting.splice(0)) resolve(request);
    const { model, stream: isStream = false } = request.body;
    send(await findAnswer(request, index), { model, isStream, index, response });
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: Error) => response.destroy(error));
  });
  return {
    url: await listen(server),
    requests,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function fromList(
  answers: readonly FakeAnswer[],
): (request: FakeRequest, index: number) => FakeAnswer {
  return (_request, index) =>
    answers[index] ?? { status: 500, error: { message: `no answer for request ${index + 1}` } };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A server on a port has no other kind of address.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/v1`;
}

async function readRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<FakeRequest> {
  const disconnected = new Promise<void>((resolve) => {
    response.once("close", () => {
      if (!response.writableFinished) resolve();
    });
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a test's own code sent.
  const body = (incoming.method === "GET" ? NO_BODY : await json(incoming)) as ChatRequest;
  return {
    url: incoming.url ?? "",
    headers: incoming.headers,
    body,
    lastUserMessage: body.messages.findLast(({ role }) => role === "user")?.content ?? "",
    disconnected,
  };
}

/** Lists of models are asked for without one. */
const NO_BODY: ChatRequest = { model: "", messages: [] };

interface Exchange {
  readonly model: string;
  readonly isStream: boolean;
  readonly index: number;
  readonly response: ServerResponse;
}

function send(answer: FakeAnswer, { model, isStream, index, response }: Exchange): void {
  if ("wire" in answer) {
    sendWire(answer.wire, response).catch((error: Error) => response.destroy(error));
  } else if ("stall" in answer || "cut" in answer) {
    sendPart(answer, response);
  } else if ("raw" in answer) {
    response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.raw);
  } else if ("status" in answer) {
    sendJson(answer.status, errorBody(answer), { answer, index, response });
  } else if (isStream) {
    const headers = { "content-type": "text/event-stream", "x-request-id": `req-${index + 1}` };
    response.writeHead(200, { ...headers, ...answer.headers });
    response.end(streamOf(answer, model, index));
  } else {
    sendJson(200, completionBody(answer, model, index), { answer, index, response });
  }
}

function sendJson(
  status: number,
  body: unknown,
  {
    answer,
    index,
    response,
  }: Pick<Exchange, "index" | "response"> & { readonly answer: Completion | Refusal },
): void {
  const headers = { "content-type": "application/json", "x-request-id": `req-${index + 1}` };
  response.writeHead(status, { ...headers, ...answer.headers }).end(JSON.stringify(body));
}

function sendPart(answer: Stall | Cut, response: ServerResponse): void {
  const finish = (): void => {
    if ("cut" in answer) response.destroy();
  };
  if (answer.after === undefined) {
    finish();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.write(answer.after, finish);
}
