/** The two things that guardrails look at, each with a way to put other texts into it. */

import type { ToolCall, Turn } from "../../plugins/contract.ts";
import { readConversation, readReplyContent, type ReadableReply } from "./content.ts";
import type { GuardedSubject } from "./guard.ts";
import type { NewTexts } from "./redact.ts";
import { mapReply, mapToolCalls, mapTurns, type TextVisitor } from "./texts.ts";

/** A conversation on its way to a model. */
export class GuardedConversation implements GuardedSubject {
  turns: readonly Turn[];

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
  }

  content(): ReturnType<typeof readConversation> {
    return readConversation(this.turns);
  }

  put(texts: NewTexts): void {
    this.turns = mapTurns(this.turns, replaceBy(texts));
  }
}

/** A reply on its way to the workflow. */
export class GuardedReply implements GuardedSubject {
  value: unknown;
  toolCalls: readonly ToolCall[] | undefined;

  constructor({ value, toolCalls }: ReadableReply) {
    this.value = value;
    this.toolCalls = toolCalls;
  }

  content(): ReturnType<typeof readReplyContent> {
    return readReplyContent(this);
  }

  put(texts: NewTexts): void {
    this.map(replaceBy(texts));
  }

  /** Puts what `visit` gives in the place of each text. */
  map(visit: TextVisitor): void {
    if (this.value !== undefined) this.value = mapReply(this.value, visit);
    if (this.toolCalls) this.toolCalls = mapToolCalls(this.toolCalls, visit);
  }
}

/** Texts come in the order of their parts. */
function replaceBy(texts: NewTexts): TextVisitor {
  let index = 0;
  return (text) => texts.get(index++) ?? text;
}
