/**
 * Collects what the events of a run do not tell: inputs, prompts, replies, decisions, comments and results. Of each a keyed hash, by which
 * it can be told later whether something is what was said then; and the value itself, where that is to be kept apart.
 */

import { canonicalJson } from "../../graph/canonical-json.ts";
import { hmacSha256, sha256 } from "../../graph/sha256.ts";
import type { RunEvent } from "../run-event.ts";
import type { AttemptOutcome, Fact } from "./fact.ts";
import type { HistoryEvent } from "./history-event.ts";

export const CONTENT_KINDS = ["input", "prompt", "reply", "decision", "comment", "result"] as const;

export type ContentKind = (typeof CONTENT_KINDS)[number];

/** What belongs to an event, and is not told by it. */
export interface RunContent {
  /** Its id. */
  readonly event: string;
  readonly kind: ContentKind;
  /** HMAC-SHA-256 of the hex digits of the SHA-256 of the value as canonical JSON, keyed by the salt of the run; in hex. */
  readonly hmac: string;
  /** JSON. Absent: it is not wanted, or stands in no history, as what local attempts ask. */
  readonly value?: unknown;
}

export interface ContentOptions {
  /** Default: that of the history, see {@link Contents.salt}. */
  readonly salt?: string | undefined;
  /** Default: `false`, hashes alone. */
  readonly keepsValues?: boolean;
}

/** Found in a history, and not hashed yet. */
type Found = { readonly kind: ContentKind } & (
  | { readonly value: unknown }
  /** Of the value as canonical JSON. */
  | { readonly sha256: string }
);

/** Which event of those that a fact leads to a content belongs to. */
const TOLD_WITH: Readonly<Record<ContentKind, RunEvent["type"]>> = {
  input: "run.started",
  prompt: "attempt.started",
  reply: "attempt.ended",
  decision: "step.decided",
  comment: "step.decided",
  result: "run.ended",
};

/** Of one run; of a part of a run, with the salt of that. */
export class Contents {
  readonly #list: RunContent[] = [];
  readonly #keepsValues: boolean;
  #salt: string | undefined;

  constructor({ salt, keepsValues = false }: ContentOptions = {}) {
    this.#salt = salt;
    this.#keepsValues = keepsValues;
  }

  /** In the order of their events. */
  get list(): readonly RunContent[] {
    return this.#list;
  }

  /**
   * What keys the hashes: Temporal's own random id of the first execution of the run. It stands in no event and in no record, so that
   * once the history is gone, short texts cannot be tried.
   */
  get salt(): string | undefined {
    return this.#salt;
  }

  /** @param told - the events that the fact has led to. */
  async read(
    event: HistoryEvent,
    fact: Fact | undefined,
    told: readonly RunEvent[],
  ): Promise<void> {
    this.#salt ??= saltOf(event);
    const salt = this.#salt;
    // A history without its first event is none of Temporal's.
    if (fact === undefined || salt === undefined) return;
    for (const found of await findContents(fact)) {
      const { kind } = found;
      const id = told.findLast(({ type }) => type === TOLD_WITH[kind])?.id;
      if (id === undefined) continue;
      const hash = "sha256" in found ? found.sha256 : await sha256(canonicalJson(found.value));
      this.#list.push({
        event: id,
        kind,
        hmac: await hmacSha256(salt, hash),
        ...(this.#keepsValues && "value" in found && { value: found.value }),
      });
    }
  }
}

function saltOf({
  workflowExecutionStartedEventAttributes: started,
}: HistoryEvent): string | undefined {
  return started?.firstExecutionRunId || started?.originalExecutionRunId || undefined;
}

async function findContents(fact: Fact): Promise<readonly Found[]> {
  switch (fact.fact) {
    case "started":
      return fact.content ? [{ kind: "input", value: await fact.content() }] : [];
    case "attempt-scheduled":
      return [{ kind: "prompt", value: fact.content }];
    case "attempt-local": {
      const { contentSha256, end } = fact;
      const prompt = { kind: "prompt", sha256: contentSha256 ?? "" } as const;
      return [...(contentSha256 === undefined ? [] : [prompt]), ...replyOf(end)];
    }
    case "attempt-ended":
      return replyOf(fact);
    case "letter": {
      const { content, comment } = fact;
      const said = { kind: "comment", value: comment } as const;
      return [{ kind: "decision", value: content }, ...(comment === undefined ? [] : [said])];
    }
    case "ended":
      return fact.content ? [{ kind: "result", value: await fact.content() }] : [];
    case "continued":
    case "reset":
    case "route":
    case "attempt-called":
    case "attempt-dropped":
    case "verdicts":
    case "step-started":
    case "step-ended":
    case "wait-started":
    case "wait-fired":
    case "wait-dropped":
    case "cancel-requested":
    case "totals":
      return [];
  }
}

function replyOf(end: AttemptOutcome | undefined): readonly Found[] {
  return end?.content === undefined ? [] : [{ kind: "reply", value: end.content }];
}
