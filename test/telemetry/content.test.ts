import type { AttemptRequest, GuardVerdict } from "../../activities/contract.ts";
import { contentAttributes } from "../../worker/telemetry/content.ts";

const REQUEST: AttemptRequest = {
  step: "draft",
  model: "openai/one",
  deadlineMs: 1,
  output: {},
  messages: [
    { role: "system", content: "be kind" },
    { role: "user", content: "ann@example.com asks" },
    { role: "assistant", toolCalls: [{ id: "1", tool: "find", input: { name: "Ann" } }] },
    { role: "tool", toolCallId: "1", tool: "find", output: { age: 7 } },
  ],
};

function verdict(direction: "input" | "output", action?: GuardVerdict["action"]): GuardVerdict {
  return {
    guardrail: "pii",
    direction,
    outcome: "found",
    durationMs: 1,
    ...(action && { action }),
  };
}

it("has the form of the conventions", () => {
  const told = contentAttributes(REQUEST, { value: { text: "Dear Ann" } }, []);

  expect(Object.keys(told)).toEqual([
    "gen_ai.system_instructions",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
  ]);
  expect(JSON.parse(String(told["gen_ai.input.messages"]))).toEqual([
    { role: "user", parts: [{ type: "text", content: "ann@example.com asks" }] },
    {
      role: "assistant",
      parts: [{ type: "tool_call", id: "1", name: "find", arguments: { name: "Ann" } }],
    },
    { role: "tool", parts: [{ type: "tool_call_response", id: "1", response: { age: 7 } }] },
  ]);
  expect(JSON.parse(String(told["gen_ai.output.messages"]))).toEqual([
    {
      role: "assistant",
      parts: [{ type: "text", content: `{"text":"Dear Ann"}` }],
      finish_reason: "stop",
    },
  ]);
});

it.each([
  [[verdict("input", "redact")], []],
  [[verdict("input", "block")], []],
  [[verdict("output", "redact")], ["gen_ai.system_instructions", "gen_ai.input.messages"]],
  [
    [verdict("input", "flag"), verdict("output")],
    ["gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"],
  ],
])(
  "leaves out what a guardrail has changed or stopped, and what may quote it: %j",
  (verdicts, left) => {
    expect(Object.keys(contentAttributes(REQUEST, { value: "text" }, verdicts))).toEqual(left);
  },
);
