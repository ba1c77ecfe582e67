/** The kit holds only if a broken provider fails it: each one here breaks one promise, and the kit has to say which. */

import { AssertionError } from "node:assert";
import {
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
} from "../../plugins/contract.ts";
import { openaiChatFake, providerContract, type Connection } from "../../testing/index.ts";
import { acmeFake } from "../../examples/custom-provider/acme-fake.ts";
import { acme } from "../../examples/custom-provider/acme.ts";

/** What a mutant does otherwise. */
type Break = (sound: Provider, connection: Connection) => Partial<Provider>;

/** Other replies than the sound ones, whole and streamed. */
function replies(change: (reply: ModelReply) => ModelReply): Break {
  return (sound) => ({
    generate: async (request, context) => change(await sound.generate(request, context)),
    async *stream(request, context) {
      for await (const part of partsOf(sound, request, context)) {
        yield "reply" in part ? { reply: change(part.reply) } : part;
      }
    },
  });
}

/** Other requests than those that were asked for. */
function requests(change: (request: ModelRequest) => ModelRequest): Break {
  return (sound) => ({
    generate: (request, context) => sound.generate(change(request), context),
    stream: (request, context) => partsOf(sound, change(request), context),
  });
}

/** Other errors than the sound ones. */
function errors(
  change: (error: ProviderError, request: ModelRequest, connection: Connection) => unknown,
): Break {
  return (sound, connection) => ({
    generate: (request, context) =>
      sound.generate(request, context).catch((error: ProviderError) => {
        throw change(error, request, connection);
      }),
  });
}

function partsOf(
  provider: Provider,
  request: ModelRequest,
  context: CallContext,
): AsyncIterable<StreamPart> {
  const parts = provider.stream?.(request, context);
  if (parts === undefined) throw new Error("The sound provider has a stream");
  return parts;
}

async function collect(parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> {
  const collected: StreamPart[] = [];
  for await (const part of parts) collected.push(part);
  return collected;
}

const MUTANTS: readonly (readonly [name: string, check: string, mutant: Break])[] = [
  ["has an id with blanks", "has an id", () => ({ id: "Acme Inc" })],
  [
    "asks when it is made",
    "asks nobody until it is called",
    (sound, { baseURL }) => {
      const asked = fetch(baseURL, { method: "POST", body: "{}" }).catch(() => {});
      return {
        async generate(request, context) {
          await asked;
          return sound.generate(request, context);
        },
      };
    },
  ],
  [
    "gives every caller the first reply",
    "answers several calls at once",
    (sound) => {
      let first: Promise<ModelReply> | undefined;
      return { generate: (request, context) => (first ??= sound.generate(request, context)) };
    },
  ],
  ["never closes its sockets", "leaves no socket open", () => ({ close: undefined })],
  [
    "loses what the user says",
    "names the model and says what the messages say",
    requests((request) => ({ ...request, messages: request.messages.slice(0, 1) })),
  ],
  ["loses tools", "offers tools", requests((request) => ({ ...request, tools: undefined }))],
  [
    "loses what tools gave",
    "tells the model of its tool calls",
    requests((request) => ({
      ...request,
      messages: request.messages.filter((turn) => !("toolCallId" in turn)),
    })),
  ],
  [
    "loses the schema",
    "asks for the schema",
    requests((request) => ({ ...request, outputSchema: undefined })),
  ],
  [
    "loses the sampling",
    "passes temperature on",
    requests((request) => ({ ...request, sampling: undefined })),
  ],
  [
    "loses the limit",
    "passes maxOutputTokens on",
    requests((request) => ({ ...request, maxOutputTokens: undefined })),
  ],
  [
    "sets a temperature of its own",
    "leaves temperature to the vendor",
    requests((request) => ({ sampling: { temperature: 1 }, ...request })),
  ],
  ["loses the text", "a reply has the text", replies((reply) => ({ ...reply, text: "" }))],
  [
    "loses the request id",
    "a streamed reply has the request id",
    replies((reply) => ({ ...reply, requestId: undefined })),
  ],
  [
    "loses tool calls",
    "a reply has the tool calls",
    replies((reply) => ({ ...reply, toolCalls: undefined })),
  ],
  [
    "takes a reply that was cut short for whole",
    "a reply that its limit cut short",
    replies((reply) => ({ ...reply, finishReason: "stop" })),
  ],
  [
    "takes any reason to end for a good one",
    "a streamed reply that ends for a reason never seen",
    replies((reply) => ({
      ...reply,
      finishReason: reply.finishReason === "unknown" ? "stop" : reply.finishReason,
    })),
  ],
  [
    "counts cached input apart",
    "a reply has the tokens",
    replies(({ usage, ...reply }) => ({
      ...reply,
      usage: { ...usage, inputTokens: (usage.inputTokens ?? 0) - (usage.cachedInputTokens ?? 0) },
    })),
  ],
  [
    "loses cached input",
    "a reply has the cached part",
    replies(({ usage, ...reply }) => ({ ...reply, usage: { ...usage, cachedInputTokens: 0 } })),
  ],
  [
    "loses reasoning",
    "a streamed reply has the reasoning part",
    replies(({ usage, ...reply }) => ({ ...reply, usage: { ...usage, reasoningTokens: 0 } })),
  ],
  [
    "takes what nobody counted for 0",
    "a reply without counts",
    replies(({ usage, ...reply }) => ({
      ...reply,
      usage: { inputTokens: usage.inputTokens ?? 0, outputTokens: usage.outputTokens ?? 0 },
    })),
  ],
  [
    "reports stages out of order",
    "reports the stages",
    (sound) => ({
      async generate(request, context) {
        context.reportProgress("receiving");
        context.reportProgress("connecting");
        return sound.generate(request, context);
      },
    }),
  ],
  [
    "retries by itself",
    "503 too_busy is overloaded",
    (sound) => ({
      generate: (request, context) =>
        sound.generate(request, context).catch(() => sound.generate(request, context)),
    }),
  ],
  [
    "calls every failure unavailable",
    "429 slow_down is rate_limited",
    errors(({ message, details }) => new ProviderError("unavailable", message, details)),
  ],
  [
    "loses Retry-After",
    "429 slow_down is rate_limited",
    errors(
      ({ kind, message, details: { httpStatus } }) =>
        new ProviderError(kind, message, { httpStatus }),
    ),
  ],
  [
    "loses the status",
    "401 bad_key is auth",
    errors(({ kind, message }) => new ProviderError(kind, message)),
  ],
  [
    "shows the key in its message",
    "401 bad_key is auth",
    errors(
      ({ kind, message, details }, _request, { apiKey }) =>
        new ProviderError(kind, `${message}: ${apiKey}`, details),
    ),
  ],
  [
    "shows the prompt in the cause of its error",
    "400 too_long is context_length",
    errors(
      ({ kind, message, details }, { messages }) =>
        new ProviderError(kind, message, { ...details, cause: { request: { messages } } }),
    ),
  ],
  [
    "rejects with errors of another class",
    "500 internal is unavailable",
    errors(({ message }) => new TypeError(message)),
  ],
  [
    "makes an empty reply of an empty body",
    "an empty body is malformed",
    (sound) => ({
      generate: (request, context) =>
        sound
          .generate(request, context)
          .catch(() => ({ text: "", finishReason: "stop" as const, usage: {} })),
    }),
  ],
  [
    "calls a filtered reply whole",
    "a reply that was filtered is content_filtered",
    replies((reply) => ({ ...reply, finishReason: "stop" })),
  ],
  [
    "streams in one block",
    "a streamed reply has the text",
    (sound) => ({
      async *stream(request, context) {
        yield { reply: await sound.generate(request, context) };
      },
    }),
  ],
  [
    "keeps pieces back until the end",
    "a deadline ends a stream that stalls",
    (sound) => ({
      async *stream(request, context) {
        yield* await collect(partsOf(sound, request, context));
      },
    }),
  ],
  [
    "goes on after the reply",
    "a streamed reply has the text",
    (sound) => ({
      async *stream(request, context) {
        yield* partsOf(sound, request, context);
        yield { text: "" };
      },
    }),
  ],
  [
    "takes a cut stream for whole",
    "in a stream, a body that ends too soon is malformed",
    (sound) => ({
      async *stream(request, context) {
        let text = "";
        try {
          for await (const part of partsOf(sound, request, context)) {
            if ("text" in part) text += part.text;
            yield part;
          }
        } catch {
          yield { reply: { text, finishReason: "stop", usage: {} } };
        }
      },
    }),
  ],
  [
    "asks for no stream",
    "asks for a stream",
    (sound) => ({
      async *stream(request, context) {
        const reply = await sound.generate(request, context);
        yield { text: reply.text };
        yield { reply };
      },
    }),
  ],
  [
    "has no stream at all and does not say so",
    "a streamed reply has the text",
    () => ({ stream: undefined }),
  ],
  [
    "is deaf to its signal",
    "a deadline ends a call that has no answer yet",
    (sound) => ({
      generate: (request, context) =>
        sound.generate(request, { ...context, signal: new AbortController().signal }),
    }),
  ],
  [
    "gives up on a call without closing its connection",
    "a deadline ends a call whose answer stalls",
    (sound) => ({
      generate: (request, context) =>
        Promise.race([
          sound.generate(request, { ...context, signal: new AbortController().signal }),
          new Promise<never>((_resolve, reject) => {
            context.signal.addEventListener("abort", () => reject(context.signal.reason));
          }),
        ]),
    }),
  ],
  [
    "calls an aborted call unavailable",
    "a deadline ends a call that has no answer yet",
    errors(({ message }) => new ProviderError("unavailable", message)),
  ],
  [
    "reads on when nobody listens",
    "a stream that its reader leaves",
    (sound) => ({
      async *stream(request, context) {
        const parts = partsOf(sound, request, context)[Symbol.asyncIterator]();
        for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
          yield next.value;
        }
      },
    }),
  ],
];

describe("the contract kit fails a provider that", () => {
  it.each(MUTANTS)("%s", async (_name, expected, mutant) => {
    const checks = providerContract({
      provider(connection) {
        const sound = acme(connection);
        return { ...sound, ...mutant(sound, connection) };
      },
      fake: acmeFake,
    });
    const { run } = checks.find(({ name }) => name.startsWith(expected)) ?? missing(expected);

    const failed = run();

    await expect(failed).rejects.toBeInstanceOf(AssertionError);
  });
});

describe("the contract kit", () => {
  it("shows what a vendor cannot express as skipped, with the reason", () => {
    const fake = { ...acmeFake, notExpressible: { streaming: "Acme does not stream" } };

    const checks = providerContract({ provider: acme, fake });

    const skipped = checks.filter(({ skip }) => skip === "streaming: Acme does not stream");
    expect(skipped.map(({ name }) => name)).toContain("a deadline ends a stream that stalls");
    expect(checks.filter(({ skip }) => skip === undefined).length).toBeGreaterThan(40);
  });

  it("fails a fake that leaves a kind of failure out", async () => {
    const fake = {
      ...acmeFake,
      failures: (quoted: string) =>
        acmeFake.failures(quoted).filter(({ kind }) => kind !== "context_length"),
    };
    const { run } =
      providerContract({ provider: acme, fake }).find(({ name }) =>
        name.endsWith("says context_length"),
      ) ?? missing("context_length");

    await expect(run()).rejects.toThrow(/Add a failure of kind "context_length"/);
  });

  it("says what is wrong with a request that the vendor would not take", async () => {
    const { run } =
      providerContract({ provider: acme, fake: openaiChatFake() }).find(({ name }) =>
        name.startsWith("sends the key"),
      ) ?? missing("sends the key");

    await expect(run()).rejects.toThrow("POST /v1/generate is not POST /v1/chat/completions.");
  });

  it("gives each check another name", () => {
    const names = providerContract({ provider: acme, fake: acmeFake }).map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });
});

function missing(check: string): never {
  throw new Error(`The kit has no check "${check}"`);
}
