/** The two things that guardrails look at, each with a way to put other texts into it. */

import type { GuardContent, ToolCall, Turn } from "../../plugins/contract.ts";
import { readConversation, readReplyContent, type ReadableReply } from "./content.ts";
import type { GuardedSubject } from "./guard.ts";
import type { NewTexts } from "./redact.ts";
import { mapReply, mapToolCalls, mapTurns, type TextVisitor } from "./texts.ts";

/** A conversation on its way to a model. */
export class GuardedConversation implements GuardedSubject {
  #turns: readonly Turn[];
  /** Read once for all that look at it: what one has worked out of it serves the next. */
  #content: GuardContent | undefined;

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  content(): GuardContent {
    return (this.#content ??= readConversation(this.#turns));
  }

  put(texts: NewTexts): void {
    this.#turns = mapTurns(this.#turns, replaceBy(texts));
    this.#content = undefined;
  }
}

/** A reply on its way to the workflow. */
export class GuardedReply implements GuardedSubject {
  #value: unknown;
  #toolCalls: readonly ToolCall[] | undefined;
  #content: GuardContent | undefined;

  constructor({ value, toolCalls }: ReadableReply) {
    this.#value = value;
    this.#toolCalls = toolCalls;
  }

  get value(): unknown {
    return this.#value;
  }

  get toolCalls(): readonly ToolCall[] | undefined {
    return this.#toolCalls;
  }

  content(): GuardContent {
    return (this.#content ??= readReplyContent(this));
  }

  put(texts: NewTexts): void {
    this.map(replaceBy(texts));
  }

  /** Puts what `visit` gives in the place of each text. */
  map(visit: TextVisitor): void {
    if (this.#value !== undefined) this.#value = mapReply(this.#value, visit);
    if (this.#toolCalls) this.#toolCalls = mapToolCalls(this.#toolCalls, visit);
    this.#content = undefined;
  }
}

/** Texts come in the order of their parts. */
function replaceBy(texts: NewTexts): TextVisitor {
  let index = 0;
  return (text) => texts.get(index++) ?? text;
}
