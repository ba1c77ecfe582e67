/** What Acme's API says, for the contract kit: its wire format, and nothing else. */

import type { ScriptedReply, VendorFailure, VendorFake, WireAnswer } from "signalbox/testing";

/** A body of a request, as Acme documents it. */
interface AcmeRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly {
    readonly from: string;
    readonly text?: string;
    readonly output?: unknown;
    readonly calls?: readonly { readonly tool: string; readonly input: unknown }[];
  }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description: string;
    readonly input: unknown;
  }[];
  readonly schema?: unknown;
  readonly limit?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

export const acmeFake: VendorFake = {
  name: "Acme",
  model: "large",
  readRequest({ body }) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it holds is what the checks are about.
    const { turns, schema, limit, ...request } = body as AcmeRequest;
    const said = (from: string) =>
      turns.flatMap((turn) => (turn.from === from ? [turn.text ?? ""] : [])).join("\n");
    return {
      ...request,
      system: said("system"),
      user: said("user"),
      tools: request.tools ?? [],
      toolCalls: turns
        .flatMap(({ calls = [] }) => calls)
        .map(({ tool, input }) => ({ tool, input })),
      toolOutputs: turns.flatMap(({ output }) => (output ? [JSON.stringify(output)] : [])),
      outputSchema: schema,
      maxOutputTokens: limit,
    };
  },
  reply(reply, request) {
    const whole = JSON.stringify(wholeReply(reply));
    if (!acmeFake.readRequest(request).stream) return { body: whole };
    const pieces = reply.text.map((piece) => `${JSON.stringify({ piece })}\n`);
    return { body: [...pieces, `${whole}\n`] };
  },
  failures: (quoted) => [
    {
      ...failure("rate_limited", 429, "slow_down", quoted, { "retry-after": "7" }),
      retryAfterMs: 7_000,
    },
    failure("overloaded", 503, "too_busy", quoted),
    failure("unavailable", 500, "internal", quoted),
    failure("context_length", 400, "too_long", quoted),
    failure("auth", 401, "bad_key", quoted),
    failure("insufficient_credit", 403, "out_of_credit", quoted),
    failure("not_found", 404, "no_such_model", quoted),
    failure("bad_request", 400, "bad_parameter", quoted),
    {
      kind: "content_filtered",
      name: "a reply that was filtered",
      answer: { body: JSON.stringify({ id: "1", text: "", ended: "filtered" }) + "\n" },
    },
    {
      kind: "unavailable",
      name: "an error after the first words",
      only: "stream",
      answer: {
        body: ['{"piece":"Hello"}\n', `{"error":{"message":${JSON.stringify(quoted)}}}\n`],
      },
    },
  ],
  notExpressible: {
    refused: "Acme's models have no way to decline but in words",
    listModels: "Acme has no list of its models",
  },
};

function wholeReply({ requestId, text, toolCalls, finishReason, usage }: ScriptedReply) {
  const ended = { stop: "complete", length: "limit", tool_calls: "calls", "never-seen": "paused" };
  return {
    id: requestId,
    text: text.join(""),
    calls: toolCalls,
    ended: ended[finishReason],
    counts: usage && {
      read: usage.inputTokens,
      readFromCache: usage.cachedInputTokens,
      written: usage.outputTokens,
      reasoned: usage.reasoningTokens,
    },
  };
}

function failure(
  kind: VendorFailure["kind"],
  status: number,
  code: string,
  message: string,
  headers?: WireAnswer["headers"],
): VendorFailure {
  const body = JSON.stringify({ error: { code, message } });
  return { kind, name: `${status} ${code}`, answer: { status, headers, body } };
}
