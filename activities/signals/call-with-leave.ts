/** Puts a call under the live signals: asks for leave before it, tells how it ended after it. */

import { estimateTokens } from "../../graph/token-bound.ts";
import { ProviderError, type CallStage, type ProviderLimits } from "../../plugins/contract.ts";
import { asProviderError } from "../as-provider-error.ts";
import type { AttemptReply, AttemptRequest } from "../contract.ts";
import type { CallHost } from "../watch-call.ts";
import type { Admission, LiveSignals, ObservedCall, StepPlace } from "./live-signals.ts";

/** A call that was not made, and costs nothing. */
export class NotCalledError extends ProviderError {
  readonly refusal: Extract<Admission, { readonly ok: false }>;

  constructor(refusal: NotCalledError["refusal"]) {
    const { kind, why, retryAfterMs } = refusal;
    super(kind, `not called: ${why}`, { retryAfterMs, mayBeBilled: false });
    this.refusal = refusal;
  }
}

/** Is told of a call what its outcome does not say. */
export interface CallObserver {
  sawStage(stage: CallStage | undefined): void;
  sawLimits(limits: ProviderLimits | undefined): void;
}

interface LedCall {
  readonly graph: string;
  readonly request: AttemptRequest;
}

/** What is learned of an answer. */
type Answered = Pick<AttemptReply, "outputTokens" | "costNanoUsd">;

/** @throws {NotCalledError} when there is no leave; whatever the call rejects with. */
export async function callWithLeave<Answer extends Answered>(
  { graph, request }: LedCall,
  live: LiveSignals,
  host: CallHost,
  make: (observer: CallObserver) => Promise<Answer>,
): Promise<Answer> {
  const { model, step, deadlineMs } = request;
  const tokens = tokensOf({ graph, step }, request, live);
  const admission = await live.admit({ model, tokens, deadlineMs });
  if (!admission.ok) throw new NotCalledError(admission);
  const observed = new ObservedBy(host, { graph, step, model, ...probeOf(admission) });
  try {
    const reply = await make(observed);
    live.observe(observed.answered(reply));
    return reply;
  } catch (error) {
    live.observe(observed.failed(error, request));
    throw error;
  }
}

type Base = Pick<ObservedCall, "graph" | "step" | "model" | "probe">;

class ObservedBy implements CallObserver {
  readonly #host: CallHost;
  readonly #base: Base;
  readonly #startedAt: number;
  #firstTokenMs: number | undefined;
  #limits: ProviderLimits | undefined;

  constructor(host: CallHost, base: Base) {
    this.#host = host;
    this.#base = base;
    this.#startedAt = host.now();
  }

  sawStage(stage: CallStage | undefined): void {
    if (stage === "receiving") this.#firstTokenMs ??= this.#host.now() - this.#startedAt;
  }

  sawLimits(limits: ProviderLimits | undefined): void {
    this.#limits = limits;
  }

  answered({ outputTokens, costNanoUsd }: Answered): ObservedCall {
    return {
      ...this.#measured(),
      ok: true,
      ...(outputTokens !== undefined && { outputTokens }),
      ...(costNanoUsd !== undefined && { costNanoUsd }),
    };
  }

  failed(error: unknown, { deadlineMs }: AttemptRequest): ObservedCall {
    // A run that does not need the answer any more says nothing of the model.
    if (this.#host.cancellation.aborted) {
      return { ...this.#measured(), ok: false, kind: "cancelled" };
    }
    const { kind, details } = asProviderError(error);
    this.#limits ??= details.limits;
    const measured = this.#measured();
    const { retryAfterMs } = details;
    return {
      ...measured,
      ok: false,
      kind,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(kind === "timeout" && measured.durationMs >= deadlineMs && { isCutShort: true as const }),
    };
  }

  #measured(): Base & Pick<ObservedCall, "durationMs" | "firstTokenMs" | "limits"> {
    return {
      ...this.#base,
      durationMs: this.#host.now() - this.#startedAt,
      ...(this.#firstTokenMs !== undefined && { firstTokenMs: this.#firstTokenMs }),
      ...(this.#limits && { limits: this.#limits }),
    };
  }
}

function probeOf({ probe }: Extract<Admission, { readonly ok: true }>): Pick<Base, "probe"> {
  return probe === undefined ? {} : { probe };
}

/** What the call will take, near enough for a limit a minute: four characters a token, and a reply like those before it. */
function tokensOf(
  place: StepPlace,
  { messages, maxOutputTokens = Infinity }: AttemptRequest,
  live: LiveSignals,
): number {
  const expected = live.outputTokensOf(place) ?? 0;
  return estimateTokens(JSON.stringify(messages)) + Math.ceil(Math.min(expected, maxOutputTokens));
}
