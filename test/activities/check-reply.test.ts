import { z } from "zod";
import { readReply, UnfitReplyError } from "../../activities/check-reply.ts";
import type { AttemptRequest } from "../../activities/contract.ts";
import { chooseOutputForm } from "../../activities/output-form.ts";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { toJsonSchema } from "../../graph/schema.ts";
import { ProviderError, type FinishReason, type ModelReply } from "../../plugins/contract.ts";

/** Stands for a model's words: what no error may repeat. */
const CANARY = "canary";

const output = toJsonSchema(z.object({ good: z.boolean() }));
const request: AttemptRequest = {
  step: "review",
  model: "vendor/large",
  messages: [{ role: "user", content: "Hello" }],
  output,
  deadlineMs: 1_000,
  tools: ["find"],
};

const CALL = { id: "1", tool: "find", input: { customer: "Ada" } };
const PAID = { requestId: "r-1", usage: { inputTokens: 3, outputTokens: 2 }, costUsd: 0.5 };

function read(reply: Partial<ModelReply>): ReturnType<typeof readReply> {
  const form = chooseOutputForm(output, request.messages, true);
  const whole = { text: '{"good":true}', finishReason: "stop" as const, ...PAID, ...reply };
  return readReply(whole, form, request);
}

function errorOf(reply: Partial<ModelReply>): ProviderError {
  try {
    read(reply);
  } catch (error) {
    if (error instanceof ProviderError) return error;
  }
  throw new Error("no ProviderError");
}

describe("a reply that is whole", () => {
  it("is its value", () => {
    expect(read({})).toEqual({ value: { good: true } });
  });

  it.each<FinishReason>(["tool_calls", "stop"])(
    "and ends with %s is the tool calls that it asks for, whatever its text",
    (finishReason) => {
      const reply = read({ finishReason, text: CANARY, toolCalls: [CALL] });

      expect(reply).toEqual({ toolCalls: [CALL] });
    },
  );
});

describe("a reply that falls short", () => {
  const cases: readonly (readonly [string, Partial<ModelReply>, FailureKind, string])[] = [
    ["was filtered", { finishReason: "content_filter" }, "content_filtered", "content filter"],
    ["was declined", { finishReason: "refusal" }, "refused", "refused"],
    ["was cut, even where it fits", { finishReason: "length" }, "invalid_output", "cut"],
    [
      "was cut in the middle of tool calls",
      { finishReason: "length", toolCalls: [CALL] },
      "invalid_output",
      "cut",
    ],
    [
      "does not say whether it is whole, even where it fits",
      { finishReason: "unknown" },
      "malformed",
      "complete",
    ],
    [
      "says that it calls tools, and calls none",
      { finishReason: "tool_calls" },
      "malformed",
      "calls none",
    ],
    [
      "calls none in an empty list",
      { finishReason: "tool_calls", toolCalls: [] },
      "malformed",
      "calls none",
    ],
    ["is empty", { text: "" }, "malformed", "empty"],
    ["is all space", { text: " \n" }, "malformed", "empty"],
    ["is no JSON", { text: CANARY }, "invalid_output", "not JSON"],
    ["does not fit", { text: `{"good":"${CANARY}"}` }, "invalid_output", `"good"`],
    [
      "calls a tool that was not offered",
      { toolCalls: [CALL, { ...CALL, tool: CANARY }] },
      "invalid_output",
      "not offered",
    ],
  ];

  it.each(cases)("because it %s fails as such", (_name, reply, kind, says) => {
    const error = errorOf(reply);

    expect(error.kind).toBe(kind);
    expect(error.message).toContain(says);
  });

  it.each(cases)(
    "because it %s is paid for, and does not repeat the model's words",
    (_name, reply) => {
      const error = errorOf(reply);

      expect(error.details).toEqual(PAID);
      expect(error.message).not.toContain(CANARY);
    },
  );

  it.each(cases)(
    "because it %s is told to the model only where that can mend it",
    (_name, reply, kind) => {
      const error = errorOf(reply);

      expect(error instanceof UnfitReplyError).toBe(kind === "invalid_output");
    },
  );

  it("calls no tool where none was offered", () => {
    const { tools: _tools, ...without } = request;
    const reply = { text: "", finishReason: "tool_calls", usage: {}, toolCalls: [CALL] } as const;
    const form = chooseOutputForm(output, request.messages, true);

    expect(() => readReply(reply, form, without)).toThrow("not offered");
  });
});
