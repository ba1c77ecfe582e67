/** A provider for a vendor with an API of its own: what it takes to write one. Acme does not exist. */

import { Agent, fetch, type Response } from "undici";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type FailureKind,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
  type Turn,
} from "signalbox/plugins";

export interface AcmeOptions {
  readonly apiKey: string;
  /** Default: `"https://api.acme.example"`. */
  readonly baseURL?: string;
}

/** The models of Acme, such as `"acme/large"`. */
export function acme({ apiKey, baseURL = "https://api.acme.example" }: AcmeOptions): Provider {
  if (apiKey === "") {
    throw new PluginError("PLUGIN_MISSING_KEY", "acme() has no key. Give it `apiKey`.");
  }
  const sockets = new Agent();
  const send = (request: ModelRequest, stream: boolean, { signal }: CallContext) =>
    fetch(`${baseURL}/generate`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...askFor(request), stream }),
      signal,
      dispatcher: sockets,
    });
  return {
    id: "acme",
    async generate(request, context) {
      return guard(context, async () => {
        const response = await send(request, false, context);
        await throwIfFailed(response);
        return readReply(parse(await response.text()));
      });
    },
    async *stream(request, context) {
      const response = await guard(context, () => send(request, true, context));
      await guard(context, () => throwIfFailed(response));
      yield* readStream(response, context);
    },
    async close() {
      await sockets.destroy();
    },
  };
}

/** Makes a ProviderError of whatever goes wrong. The errors of fetch are not passed on: they may quote the request. */
async function guard<T>({ signal }: CallContext, call: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await call();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ProviderError) throw error;
    if (error instanceof TypeError && error.message === "terminated") {
      throw new ProviderError("malformed", "the answer was cut off");
    }
    throw new ProviderError("unavailable", "the call failed before an answer came");
  }
}

function askFor({ model, messages, tools, outputSchema, maxOutputTokens, sampling }: ModelRequest) {
  return {
    model,
    turns: messages.map(readTurn),
    tools,
    schema: outputSchema,
    limit: maxOutputTokens,
    ...sampling,
  };
}

function readTurn(turn: Turn) {
  if ("toolCalls" in turn) return { from: "model", calls: turn.toolCalls };
  if ("toolCallId" in turn) return { from: "tool", call: turn.toolCallId, output: turn.output };
  const { role, content } = turn;
  if (typeof content === "string") return { from: role, text: content };
  const texts = content.map((part) => {
    if (part.type === "text") return part.text;
    throw new ProviderError("bad_request", "Acme takes text only");
  });
  return { from: role, text: texts.join("\n") };
}

interface AcmeReply {
  readonly id: string;
  readonly text: string;
  readonly calls?: ModelReply["toolCalls"];
  readonly ended: string;
  readonly counts?: {
    readonly read: number;
    readonly readFromCache: number;
    readonly written: number;
    readonly reasoned: number;
  };
}

const FINISH_REASONS: Readonly<Record<string, ModelReply["finishReason"]>> = {
  complete: "stop",
  limit: "length",
  calls: "tool_calls",
  filtered: "content_filter",
  declined: "refusal",
};

function readReply(body: unknown): ModelReply {
  if (!isReply(body)) {
    throw new ProviderError("malformed", "the answer is not what the API promises");
  }
  const { id, text, calls, ended, counts } = body;
  return {
    text,
    toolCalls: calls,
    finishReason: FINISH_REASONS[ended] ?? "unknown",
    usage: {
      inputTokens: counts?.read,
      cachedInputTokens: counts?.readFromCache,
      outputTokens: counts?.written,
      reasoningTokens: counts?.reasoned,
    },
    requestId: id,
  };
}

function isReply(body: unknown): body is AcmeReply {
  return typeof body === "object" && body !== null && "text" in body && "ended" in body;
}

/** A line of a stream is JSON: a piece of text, an error, or the whole reply at its end. */
async function* readStream(response: Response, context: CallContext): AsyncGenerator<StreamPart> {
  const decoder = new TextDecoder();
  const chunks = response.body?.values();
  const read = () => guard(context, async () => chunks?.next());
  let rest = "";
  try {
    for (let chunk = await read(); chunk?.done === false; chunk = await read()) {
      const lines = (rest + decoder.decode(chunk.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.map(parse)) {
        if (isReply(line)) {
          yield { reply: readReply(line) };
          return;
        }
        yield { text: readPiece(line) };
      }
    }
  } finally {
    // Closes the connection when the stream's reader leaves before its end.
    await chunks?.return?.();
  }
  throw new ProviderError("malformed", "the stream ended before the reply was whole");
}

function readPiece(line: unknown): string {
  if (typeof line === "object" && line !== null) {
    if ("piece" in line && typeof line.piece === "string") return line.piece;
    if ("error" in line) throw new ProviderError("unavailable", "the API broke off the stream");
  }
  throw new ProviderError("malformed", "a line of the stream is not what the API promises");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderError("malformed", "the answer is no JSON");
  }
}

/** By the code in the body of an error; by the status where there is none. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  slow_down: "rate_limited",
  too_busy: "overloaded",
  too_long: "context_length",
  out_of_credit: "insufficient_credit",
};

async function throwIfFailed(response: Response): Promise<void> {
  const { status, headers } = response;
  if (status === 200) return;
  const code = /"code":"(\w+)"/.exec(await response.text())?.[1] ?? "";
  const seconds = headers.get("retry-after");
  throw new ProviderError(KINDS[code] ?? kindOf(status), `Acme answered ${status}`, {
    httpStatus: status,
    retryAfterMs: seconds === null ? undefined : Number(seconds) * 1_000,
  });
}

function kindOf(status: number): FailureKind {
  if (status === 401) return "auth";
  if (status === 404) return "not_found";
  return status >= 500 ? "unavailable" : "bad_request";
}
