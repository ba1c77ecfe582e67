/** What a guardrail is: it looks at what goes to a model and what comes back. Third parties write against this, see contract.ts. */

/** Looks by itself, or lets a model look. */
export type Guardrail = CheckGuardrail | JudgeGuardrail;

interface GuardrailRules {
  /** What it is, such as `"pii"`. In graphs and in records it goes by its name in the configuration. */
  readonly id: string;
  /** What it looks at. Default: everything. */
  readonly places?: readonly GuardPlace[];
  /** What happens when it finds something. Default: `"block"`. */
  readonly action?: GuardAction;
  /** What happens when it cannot tell, as it failed or took too long. Default: `"block"`. */
  readonly onError?: "block" | "allow";
  /** How long it may take, in milliseconds. Default: 1,000 for `"local"`, 30,000 for `"model"`. */
  readonly timeoutMs?: number;
}

/** Code that looks. */
export interface CheckGuardrail extends GuardrailRules {
  /** `"local"`: quick, done within the attempt. `"model"`: asks somebody, so it is an activity of its own. Default: `"local"`. */
  readonly cost?: "local" | "model";
  /**
   * What there is to find; nothing: the content passes. It must not change what it is given. Rejects when it cannot
   * tell, with an error that holds nothing of the content.
   */
  check(
    content: GuardContent,
    context: GuardContext,
  ): readonly Finding[] | Promise<readonly Finding[]>;
  /**
   * No finding is longer than so many characters: a reply that is streamed is checked as it is written, and ended at
   * once. Default: the whole reply is waited for.
   */
  readonly windowChars?: number;
  /** For `"redact"`: whether the reply gets the originals back, in the place of their placeholders. Default: `false`. */
  readonly restore?: boolean;
}

/** A model that looks. The engine asks it, as a call of its own: recorded, charged to the run, with fallbacks. */
export interface JudgeGuardrail extends GuardrailRules {
  readonly cost: "model";
  readonly judge: {
    /** An alias of the configuration. */
    readonly model: string;
    /** What must not be, or has to be, in words. */
    readonly rubric: string;
    /** The judge's score, from 0 (bad) to 1 (good), below which it is a finding. Default: 0.5. */
    readonly atLeast?: number;
    /** The kind of its findings. Default: the guardrail's id. */
    readonly kind?: string;
  };
}

/** `"input"`: messages to the model. `"output"`: its reply. `"toolCall"`: what it asks of tools. `"toolResult"`: what they gave. */
export type GuardPlace = (typeof GUARD_PLACES)[number];

export const GUARD_PLACES = ["input", "output", "toolCall", "toolResult"] as const;

/**
 * `"block"`: the step fails. `"redact"`: placeholders take the place of what was found. `"flag"`: it is on record, and
 * goes on. `"retry"`: the model is told what was wrong and asked once more, then the next one is tried. `"fallback"`: the
 * next model is tried. `"escalate"`: a person decides.
 */
export type GuardAction = (typeof GUARD_ACTIONS)[number];

export const GUARD_ACTIONS = ["block", "redact", "flag", "retry", "fallback", "escalate"] as const;

/** The texts that a guardrail looks at. Frozen. */
export interface GuardContent {
  /** Whether it goes to the model or comes from it. */
  readonly direction: "input" | "output";
  /** All parts in order, joined by line breaks: what is split over messages stands together. */
  readonly text: string;
  readonly parts: readonly GuardPart[];
  /** Of a reply: what its texts are from, as far as the guardrail looks at it. A copy, frozen. */
  readonly reply?: GuardReply;
}

/** A reply as it came, where texts alone do not say enough. */
export interface GuardReply {
  /** A text, or the JSON of a structured reply. Absent: it only calls tools, or `places` leaves it out. */
  readonly value?: unknown;
  readonly toolCalls?: readonly {
    readonly id: string;
    readonly tool: string;
    readonly input: unknown;
  }[];
}

/** One text: of a message, or a leaf of the JSON of a reply, a tool call or a tool's result, names of members included. */
export interface GuardPart {
  readonly place: GuardPlace;
  /** Where it comes from, such as `"messages[1]"` or `"reply.customer.email"`. */
  readonly path: string;
  /** Who wrote it. */
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Where it begins and ends in the content's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface GuardContext {
  /** The step's path in its graph. */
  readonly step: string;
  /** `provider/model` that is asked. */
  readonly model: string;
  /** Of a reply: the conversation that it answers. */
  readonly conversation?: GuardContent;
  /** Aborted when its time is up, or the run no longer needs the answer. */
  readonly signal: AbortSignal;
}

/** What the kind of a finding looks like: lower-case words with hyphens. */
export const FINDING_KIND = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Something that was found. Never holds the thing itself. */
export interface Finding {
  /** Such as `"email"`: lower-case words with hyphens. */
  readonly kind: string;
  readonly severity: "low" | "medium" | "high";
  /** Where it begins and ends in the content's text, in UTF-16 units. Absent: it is about the whole. */
  readonly start?: number;
  readonly end?: number;
  /** What the model is told when it is asked again. Default: that its reply holds what `kind` says. */
  readonly advice?: string;
}
