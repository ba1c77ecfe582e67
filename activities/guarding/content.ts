/** What guardrails look at: the texts of a conversation or of a reply, as one. */

import type {
  GuardContent,
  GuardPart,
  GuardPlace,
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
  return collect("output", (visit) => {
    if (value !== undefined) mapReply(value, visit);
    if (toolCalls !== undefined) mapToolCalls(toolCalls, visit);
  });
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
  return { content: narrowed, indexes };
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
