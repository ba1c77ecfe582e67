/** Writes a request as the chat history that node-llama-cpp takes. */

import type { ChatHistoryItem, ChatModelFunctionCall, ChatModelFunctions } from "node-llama-cpp";
import type { Message } from "../../graph/message.ts";
import type { JsonSchema } from "../../graph/schema.ts";
import { ProviderError, type ModelRequest, type ToolOffer, type Turn } from "../contract.ts";

/**
 * The conversation of `request`, up to the empty answer that the model is to fill.
 *
 * @throws {ProviderError} bad_request when it holds anything but text.
 */
export function toHistory({ messages, outputSchema }: ModelRequest): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = [];
  // The grammar alone would let a model fill in keys whose meaning it has never read.
  if (outputSchema !== undefined) history.push({ type: "system", text: askForJson(outputSchema) });
  for (const turn of messages) addTurn(history, turn, messages);
  if (history.at(-1)?.type !== "model") history.push({ type: "model", response: [] });
  return history;
}

/** The tools of a request, with schemas as node-llama-cpp writes them. */
export function toFunctions(tools: readonly ToolOffer[]): ChatModelFunctions {
  return Object.fromEntries(
    tools.map(({ name, description, input }) => [
      name,
      { description, params: renameAnyOf(input) },
    ]),
  );
}

function askForJson(schema: JsonSchema): string {
  return `Answer with one JSON object that fits this JSON schema: ${JSON.stringify(schema)}`;
}

function addTurn(history: ChatHistoryItem[], turn: Turn, all: readonly Turn[]): void {
  if ("toolCalls" in turn) {
    const calls = turn.toolCalls.map(({ id, tool, input }): ChatModelFunctionCall => {
      const result = all.find((other) => "toolCallId" in other && other.toolCallId === id);
      const output = result !== undefined && "output" in result ? result.output : undefined;
      return { type: "functionCall", name: tool, params: input, result: output };
    });
    history.push({ type: "model", response: calls });
  } else if (!("toolCallId" in turn)) {
    history.push(toItem(turn));
  }
}

function toItem({ role, content }: Message): ChatHistoryItem {
  const text = typeof content === "string" ? content : content.map(readText).join("\n");
  if (role === "assistant") return { type: "model", response: [text] };
  return { type: role, text };
}

function readText(part: Exclude<Message["content"], string>[number]): string {
  if (part.type === "text") return part.text;
  throw new ProviderError(
    "bad_request",
    `a local model takes text only, not a part of type "${part.type}"`,
  );
}

/** node-llama-cpp knows `oneOf` and makes `null` of `anyOf`. */
function renameAnyOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(renameAnyOf);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key === "anyOf" && Array.isArray(value) ? "oneOf" : key,
      renameAnyOf(value),
    ]),
  );
}
