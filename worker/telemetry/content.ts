/**
 * Prompts and replies in the form of the conventions, for those who ask for them. What a guardrail of ours has redacted or stopped
 * is left out with all that it looked at: a trace is no way around it.
 */

import type { Attributes } from "@opentelemetry/api";
import type {
  AttemptReply,
  AttemptRequest,
  GuardVerdict,
  Turn,
} from "../../activities/contract.ts";

/** @param verdicts - of all guardrails that looked. */
export function contentAttributes(
  { messages }: AttemptRequest,
  reply: Pick<AttemptReply, "value" | "toolCalls"> | undefined,
  verdicts: readonly GuardVerdict[],
): Attributes {
  const [system, others] = [messages.filter(isSystem), messages.filter((turn) => !isSystem(turn))];
  const isInputClean = !verdicts.some((verdict) => isWithheld(verdict, "input"));
  // A reply may quote what it was asked.
  const isOutputClean = isInputClean && !verdicts.some((verdict) => isWithheld(verdict, "output"));
  return {
    ...(isInputClean && {
      "gen_ai.system_instructions": system.length === 0 ? undefined : inWords(system.map(partOf)),
      "gen_ai.input.messages": inWords(others.map(describe)),
    }),
    ...(isOutputClean && reply && { "gen_ai.output.messages": inWords([describeReply(reply)]) }),
  };
}

function isWithheld({ direction, action }: GuardVerdict, wanted: "input" | "output"): boolean {
  return direction === wanted && action !== undefined && action !== "allow" && action !== "flag";
}

function isSystem({ role }: Turn): boolean {
  return role === "system";
}

function partOf(turn: Turn): unknown {
  return "content" in turn ? { type: "text", content: turn.content } : turn;
}

function describe(turn: Turn): unknown {
  if (turn.role === "tool") {
    const part = { type: "tool_call_response", id: turn.toolCallId, response: turn.output };
    return { role: "tool", parts: [part] };
  }
  if ("toolCalls" in turn) return { role: turn.role, parts: turn.toolCalls.map(describeCall) };
  return { role: turn.role, parts: [partOf(turn)] };
}

function describeReply({ value, toolCalls }: Pick<AttemptReply, "value" | "toolCalls">): unknown {
  if (toolCalls) {
    return { role: "assistant", parts: toolCalls.map(describeCall), finish_reason: "tool_call" };
  }
  const content = typeof value === "string" ? value : inWords(value);
  return { role: "assistant", parts: [{ type: "text", content }], finish_reason: "stop" };
}

function describeCall({
  id,
  tool,
  input,
}: NonNullable<AttemptReply["toolCalls"]>[number]): unknown {
  return { type: "tool_call", id, name: tool, arguments: input };
}

function inWords(value: unknown): string {
  return JSON.stringify(value) ?? "";
}
