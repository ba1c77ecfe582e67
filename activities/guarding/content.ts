/** What guardrails look at: the texts of a conversation or of a reply, as one. */

import type {
  GuardContent,
  GuardPart,
  GuardPlace,
  GuardReply,
  ToolCall,
  Turn,
} from "../../plugins/contract.ts";
import { mapReply, mapToolCalls, mapTurns, type TextPlace, type TextVisitor } from "./texts.ts";

/** A model's reply, as far as guardrails look at it. */
export interface ReadableReply {
  readonly value?: unknown;
  readonly toolCalls?: readonly ToolCall[] | undefined;
}

/** All that goes to the model. */
export function readConversation(turns: readonly Turn[]): GuardContent {
  return collect("input", (visit) => mapTurns(turns, visit));
}

/** All that came from it. */
export function readReplyContent({ value, toolCalls }: ReadableReply): GuardContent {
  let copy: GuardReply = {};
  const content = collect("output", (visit) => {
    if (value !== undefined) copy = { ...copy, value: mapReply(value, visit) };
    if (toolCalls !== undefined) copy = { ...copy, toolCalls: mapToolCalls(toolCalls, visit) };
  });
  return Object.freeze({ ...content, reply: deepFreeze(copy) });
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

/** A part of a content, and which of its texts those are. */
export interface NarrowContent {
  readonly content: GuardContent;
  /** The index in the whole, of each part. */
  readonly indexes: readonly number[];
}

/** The texts of `content` that stand in these places. */
export function narrow(
  content: GuardContent,
  places: readonly GuardPlace[] | undefined,
): NarrowContent {
  const all = [...content.parts.keys()];
  if (places === undefined) return { content, indexes: all };
  const indexes = all.filter((index) => {
    const part = content.parts[index];
    return part !== undefined && places.includes(part.place);
  });
  if (indexes.length === all.length) return { content, indexes };
  const narrowed = collect(content.direction, (visit) => {
    for (const index of indexes) {
      const part = content.parts[index];
      if (part) visit(content.text.slice(part.start, part.end), part);
    }
  });
  const { reply } = content;
  if (reply === undefined) return { content: narrowed, indexes };
  return {
    content: Object.freeze({ ...narrowed, reply: narrowReply(reply, places) }),
    indexes,
  };
}

function narrowReply({ value, toolCalls }: GuardReply, places: readonly GuardPlace[]): GuardReply {
  return Object.freeze({
    ...(places.includes("output") && value !== undefined && { value }),
    ...(places.includes("toolCall") && toolCalls !== undefined && { toolCalls }),
  });
}

function collect(
  direction: GuardContent["direction"],
  walk: (visit: TextVisitor) => void,
): GuardContent {
  const texts: string[] = [];
  const parts: GuardPart[] = [];
  let start = 0;
  walk((text, { place, path, role }: TextPlace) => {
    texts.push(text);
    parts.push(Object.freeze({ place, path, role, start, end: start + text.length }));
    start += text.length + 1;
    return text;
  });
  return Object.freeze({ direction, text: texts.join("\n"), parts: Object.freeze(parts) });
}
