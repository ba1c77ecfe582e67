/** Checks what other workers say before it is believed, and drops what does not belong there. */

import { z } from "zod";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { SharedObservation } from "../signal-exchange.ts";

/** Spelled out, as plugins take only types of the graph; the type holds the list to the table there. */
const KINDS: Readonly<Record<FailureKind, true>> = {
  rate_limited: true,
  overloaded: true,
  unavailable: true,
  timeout: true,
  malformed: true,
  invalid_output: true,
  context_length: true,
  content_filtered: true,
  refused: true,
  auth: true,
  insufficient_credit: true,
  not_found: true,
  bad_request: true,
  guardrail_blocked: true,
  budget_exceeded: true,
  callback_error: true,
  cancelled: true,
};

const LONGEST_NAME = 1_000;
const name = z.string().min(1).max(LONGEST_NAME);
const amount = z.number().nonnegative();
const left = z.object({ limit: amount, remaining: amount, resetMs: amount.optional() });
const limits = z.object({ requests: left.optional(), tokens: left.optional() });
const kind = z.custom<FailureKind>(
  (value) => typeof value === "string" && Object.hasOwn(KINDS, value),
);

const call = z.object({
  graph: name,
  step: name,
  model: name,
  durationMs: amount,
  firstTokenMs: amount.optional(),
  limits: limits.optional(),
});
const answered = call.extend({
  ok: z.literal(true),
  outputTokens: amount.optional(),
  costNanoUsd: amount.optional(),
});
const failed = call.extend({ ok: z.literal(false), kind, retryAfterMs: amount.optional() });
const reward = z.object({
  graph: name,
  step: name,
  model: name,
  value: z.number().min(0).max(1),
});

const observation: z.ZodType<SharedObservation> = z.union([
  z.object({ call: z.discriminatedUnion("ok", [answered, failed]) }),
  z.object({ reward }),
]);

/** An observation with nothing else in it; `undefined` if the value is none. */
export function readObservation(value: unknown): SharedObservation | undefined {
  return observation.safeParse(value).data;
}
