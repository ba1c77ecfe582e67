/** What a simulated model can be told to do: as types, and read from a file. */

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { PluginError, type FinishReason, type ToolCall, type Usage } from "../contract.ts";
import { isKnownKind } from "../http/typical-status.ts";

/** What a reply may depend on. */
export interface SimulatedCall {
  readonly step: string;
  /** Without the provider, such as `"large"`. */
  readonly model: string;
  /** All messages, one after the other. */
  readonly prompt: string;
  /** 1 for the first call of this model for this step, 2 for the second, whatever the reason for it. */
  readonly call: number;
}

/** A good answer, an answer word for word, however bad, calls of tools, a failure, or silence until the deadline. */
export type SimulatedReply = SimulatedAnswer | SimulatedFailure;

export type SimulatedAnswer = AnswerDetails &
  (
    | { readonly value: unknown }
    | { readonly text: string }
    | { readonly calls: readonly ToolCall[] }
  );

interface AnswerDetails {
  /** What the provider counted, in place of the tokens of the texts. `{}`: it did not say. */
  readonly usage?: Usage;
  /** What the provider says it charged, in USD. Default: it does not say. */
  readonly costUsd?: number;
  /** Default: `"tool_calls"` for calls, else `"stop"`. */
  readonly finishReason?: FinishReason;
  readonly requestId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** How long the call takes, in place of what the provider's `latency` draws. */
  readonly latencyMs?: number;
}

export type SimulatedFailure = FailureDetails &
  (
    | {
        readonly fail: FailureKind;
        readonly httpStatus?: number;
        /** How long the provider asks to wait before the next call. */
        readonly retryAfterMs?: number;
      }
    | { readonly stall: true }
  );

interface FailureDetails {
  /** What a stream shows before it breaks off or falls silent. */
  readonly afterText?: string;
  readonly usage?: Usage;
  readonly costUsd?: number;
  readonly requestId?: string;
  readonly mayBeBilled?: boolean;
  readonly latencyMs?: number;
}

/** A reply for certain calls. What is not given matches every call; the first rule that matches counts. */
export interface SimulatedRule {
  readonly step?: string;
  readonly model?: string;
  readonly call?: number;
  /** A list holds one for each call of a model for a step; the last repeats. */
  readonly reply: SimulatedReply | readonly SimulatedReply[];
}

const Count = z.int().nonnegative();

const Details = {
  usage: z
    .strictObject({
      inputTokens: Count.optional(),
      cachedInputTokens: Count.optional(),
      outputTokens: Count.optional(),
      reasoningTokens: Count.optional(),
    })
    .optional(),
  costUsd: z.number().nonnegative().optional(),
  requestId: z.string().optional(),
  latencyMs: z.number().nonnegative().optional(),
};

const answer = {
  ...Details,
  finishReason: z
    .enum(["stop", "length", "content_filter", "refusal", "tool_calls", "unknown"])
    .optional(),
  metadata: z.record(z.string(), z.json()).optional(),
};

const failure = {
  ...Details,
  afterText: z.string().optional(),
  mayBeBilled: z.boolean().optional(),
};

const Reply = z.union([
  z.strictObject({ ...answer, value: z.json() }),
  z.strictObject({ ...answer, text: z.string() }),
  z.strictObject({
    ...answer,
    calls: z.array(z.strictObject({ id: z.string(), tool: z.string(), input: z.json() })),
  }),
  z.strictObject({
    ...failure,
    fail: z.custom<FailureKind>(isKnownKind, "Is no kind of failure; docs/errors.md lists them"),
    httpStatus: z.int().optional(),
    retryAfterMs: z.number().nonnegative().optional(),
  }),
  z.strictObject({ ...failure, stall: z.literal(true) }),
]);

const Rules: z.ZodType<readonly SimulatedRule[]> = z.array(
  z.strictObject({
    step: z.string().optional(),
    model: z.string().optional(),
    call: z.int().positive().optional(),
    reply: z.union([Reply, z.array(Reply).min(1)]),
  }),
);

/**
 * Reads a file of rules.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function readRules(path: string): readonly SimulatedRule[] {
  try {
    return Rules.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `The simulated provider cannot use "${path}": ${why}. Give it a JSON list of { "step", "model", "call", "reply" }.`,
      { cause: error },
    );
  }
}
