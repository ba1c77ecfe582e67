/** Finds every text in a conversation or in a reply, in one order, and puts others in their place: guardrails read and redact by it. */

import { isRecord } from "../../graph/canonical-json.ts";
import type { Message, MessagePart } from "../../graph/message.ts";
import type { GuardPart, ToolCall, Turn } from "../../plugins/contract.ts";

/** Where a text stands. */
export type TextPlace = Pick<GuardPart, "place" | "path" | "role">;

/** Is given every text, and gives what is to stand there. */
export type TextVisitor = (text: string, at: TextPlace) => string;

/** The conversation with what `visit` makes of its texts. The contents of files are not read. */
export function mapTurns(turns: readonly Turn[], visit: TextVisitor): readonly Turn[] {
  return turns.map((turn, index) => mapTurn(turn, `messages[${index}]`, visit));
}

/** A value of a reply with what `visit` makes of its texts. */
export function mapReply(value: unknown, visit: TextVisitor): unknown {
  return mapJson(value, { place: "output", path: "reply", role: "assistant" }, visit);
}

/** The calls of tools that a reply asks for. */
export function mapToolCalls(
  calls: readonly ToolCall[],
  visit: TextVisitor,
  path = "reply",
): readonly ToolCall[] {
  return calls.map((call, index) => ({
    ...call,
    input: mapJson(
      call.input,
      { place: "toolCall", path: `${path}.toolCalls[${index}]`, role: "assistant" },
      visit,
    ),
  }));
}

function mapTurn(turn: Turn, path: string, visit: TextVisitor): Turn {
  if (turn.role === "tool") {
    const at: TextPlace = { place: "toolResult", path, role: "tool" };
    return { ...turn, output: mapJson(turn.output, at, visit) };
  }
  if ("toolCalls" in turn) return { ...turn, toolCalls: mapToolCalls(turn.toolCalls, visit, path) };
  return mapMessage(turn, { place: "input", path, role: turn.role }, visit);
}

function mapMessage(message: Message, at: TextPlace, visit: TextVisitor): Message {
  const { content } = message;
  if (typeof content === "string") return { ...message, content: visit(content, at) };
  const parts = content.map((part, index) =>
    mapPart(part, { ...at, path: `${at.path}[${index}]` }, visit),
  );
  return { ...message, content: parts };
}

function mapPart(part: MessagePart, at: TextPlace, visit: TextVisitor): MessagePart {
  if (part.type === "text") return { ...part, text: visit(part.text, at) };
  const { url, filename } = part;
  return {
    ...part,
    ...(filename !== undefined && { filename: visit(filename, inside(at, "filename")) }),
    // The content itself may stand in the address.
    ...(url !== undefined && !url.startsWith("data:") && { url: visit(url, inside(at, "url")) }),
  };
}

/** Names of members are texts too, and numbers: a card's number may be written as one. */
function mapJson(value: unknown, at: TextPlace, visit: TextVisitor): unknown {
  if (typeof value === "string") return visit(value, at);
  if (typeof value === "number") {
    const text = String(value);
    const put = visit(text, at);
    return put === text ? value : put;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      mapJson(item, { ...at, path: `${at.path}[${index}]` }, visit),
    );
  }
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const there = inside(at, name);
    return [visit(name, there), mapJson(member, there, visit)] as const;
  });
  return Object.fromEntries(members);
}

function inside(at: TextPlace, name: string): TextPlace {
  return { ...at, path: `${at.path}.${name}` };
}
