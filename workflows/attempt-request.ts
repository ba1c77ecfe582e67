/** What a model is asked with one call: the conversation, what it may take, and where the call belongs. */

import type { AttemptRequest, Turn } from "../activities/contract.ts";
import type { GuardNames } from "../graph/definition.ts";
import { toJsonSchema } from "../graph/schema.ts";
import { originOf, recoveryOf, type Asking } from "./asking.ts";
import { deadlinePassed } from "./give-up.ts";

/** What changes from one call to the next. */
interface NextCall {
  readonly tools: readonly string[];
  /** How often the model was called for this step before. */
  readonly callsBefore: number;
  /** What was wrong with its last reply. */
  readonly correction: string | undefined;
}

/** Under a budget in USD or tokens, a call has to have an end that can be reckoned with. */
const MOST_OUTPUT_TOKENS_OF_A_BUDGET = 4_096;

/** The request of one attempt. */
export function attemptRequest(
  asking: Asking,
  { tools, callsBefore, correction }: NextCall,
): AttemptRequest {
  const { call, context, candidate, turns, guards } = asking;
  const { settings, output } = call;
  const { connectMs, firstByteMs, idleMs, sampling, stream } = settings;
  const { retryOn } = recoveryOf(call, candidate);
  const { maxOutputTokens = mostOutputTokens(asking) } = settings;
  return {
    step: context.path,
    model: candidate.model,
    messages: correction === undefined ? [...turns] : [...turns, correct(correction)],
    output: toJsonSchema(output),
    deadlineMs: deadlineFor(asking),
    ...(connectMs !== undefined && { connectMs }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(idleMs !== undefined && { idleMs }),
    ...patienceFor(asking),
    ...(retryOn && { retryOn }),
    ...(tools.length > 0 && { tools }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(sampling && { sampling }),
    ...(stream && { stream }),
    ...(candidate.price && { price: candidate.price }),
    ...(candidate.jsonSchema !== undefined && { jsonSchema: candidate.jsonSchema }),
    ...(callsBefore > 0 && { callsBefore }),
    ...originOf(asking),
    ...guardNames(call.guard),
    ...guards.known,
  };
}

function guardNames(guard: GuardNames): Pick<AttemptRequest, "guard"> {
  return guard.input.length + guard.output.length > 0 ? { guard } : {};
}

function mostOutputTokens({ context: { ledger }, candidate }: Asking): number | undefined {
  if (!ledger.isLimited("usd") && !ledger.isLimited("tokens")) return undefined;
  return Math.min(MOST_OUTPUT_TOKENS_OF_A_BUDGET, candidate.maxOutputTokens ?? Infinity);
}

/**
 * How long the attempt may take: what the step says, cut to what is left of the step's time and of its budget.
 *
 * @throws {RunError} RUN_DEADLINE_PASSED
 */
function deadlineFor({ call, context, time: { endsAt }, tried }: Asking): number {
  const { host, ledger } = context;
  const leftMs = endsAt - host.now();
  if (leftMs <= 0) throw deadlinePassed(context, tried, endsAt);
  const callTimeMs = ledger.unused().seconds ?? Infinity;
  // With none left it asks for the least there is, which the ledger refuses.
  return Math.max(1, Math.min(call.deadlineMs, leftMs, callTimeMs));
}

/** With no other model left to try, a provider may ask for all the time there is. */
function patienceFor({
  call: { settings },
  context,
  isLastResort,
  time: { endsAt },
}: Asking): Pick<AttemptRequest, "patienceMs" | "isLast"> {
  if (isLastResort) return { patienceMs: endsAt - context.host.now(), isLast: true };
  return settings.patienceMs === undefined ? {} : { patienceMs: settings.patienceMs };
}

function correct(correction: string): Turn {
  const content = `Your last reply was refused: ${correction}. Answer again, so that it fits.`;
  return { role: "user", content };
}
