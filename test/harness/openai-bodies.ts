/** Writes what OpenAI's chat completions answer: a completion, a stream of one, an error. */

type Headers = Readonly<Record<string, string>>;

/** A chat completion. Every default is a good answer. */
export interface Completion {
  readonly content: string | null;
  /** What OpenAI sends, with `content: null`, when the model refuses. */
  readonly refusal?: string;
  readonly finishReason?: string;
  /** With arguments as they are written, good JSON or not. */
  readonly toolCalls?: readonly {
    readonly id: string;
    readonly name: string;
    readonly arguments: string;
  }[];
  /** Null: the server does not count. */
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly id?: string;
  readonly headers?: Headers;
}

/** A status that is not a success, with the vendor's error body. */
export interface Refusal {
  readonly status: number;
  readonly error?: { readonly message?: string; readonly type?: string; readonly code?: string };
  readonly headers?: Headers;
}

/** @see https://platform.openai.com/docs/guides/error-codes */
export function errorBody({ status, error }: Refusal): unknown {
  const { message = `Status ${status}`, type = "error", code = null } = error ?? {};
  return { error: { message, type, param: null, code } };
}

/** @see https://platform.openai.com/docs/api-reference/chat/object */
export function completionBody(completion: Completion, model: string, index: number): unknown {
  const { usage = { prompt_tokens: 12, completion_tokens: 5 } } = completion;
  return {
    id: completion.id ?? `chatcmpl-${index + 1}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: completion.content,
          refusal: completion.refusal ?? null,
          ...toolCallsOf(completion),
        },
        logprobs: null,
        finish_reason: completion.finishReason ?? "stop",
      },
    ],
    usage: usage && { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
  };
}

function toolCallsOf({ toolCalls }: Completion): object {
  if (toolCalls === undefined) return {};
  const calls = toolCalls.map(({ id, name, arguments: input }, index) => ({
    index,
    id,
    type: "function",
    function: { name, arguments: input },
  }));
  return { tool_calls: calls };
}

/** The same as a stream: word by word, then the end, the usage and the last word. */
export function streamOf(completion: Completion, model: string, index: number): string {
  const { content, refusal, finishReason = "stop" } = completion;
  const { usage = { prompt_tokens: 12, completion_tokens: 5 } } = completion;
  const words = content?.split(/(?<= )/) ?? [];
  const deltas = [
    { role: "assistant", content: "" },
    ...words.map((word) => ({ content: word })),
    ...(refusal === undefined ? [] : [{ refusal }]),
    ...(completion.toolCalls === undefined ? [] : [toolCallsOf(completion)]),
  ];
  const id = completion.id ?? `chatcmpl-${index + 1}`;
  const chunk = { id, object: "chat.completion.chunk", created: 1_700_000_000, model };
  const events: object[] = [
    ...deltas.map((delta) => ({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] })),
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: finishReason }] },
    ...(usage === null ? [] : [{ ...chunk, choices: [], usage }]),
  ];
  const lines = [...events.map((event) => JSON.stringify(event)), "[DONE]"];
  return lines.map((line) => `data: ${line}\n\n`).join("");
}
