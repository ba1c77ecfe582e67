/** Asks one candidate as an attempt does: with the leave of the live signals, and with the retries that Temporal would make. */

import type {
  AttemptReply,
  AttemptRequest,
  Candidate,
  TriesSoFar,
} from "../../activities/contract.ts";
import { NO_TRIES, readFailedCall } from "../../activities/failed-attempt.ts";
import { callWithLeave, NotCalledError } from "../../activities/signals/call-with-leave.ts";
import type { LiveSignals } from "../../activities/signals/live-signals.ts";
import type { CallHost } from "../../activities/watch-call.ts";
import { ProviderError } from "../../plugins/contract.ts";
import { findModel } from "./models.ts";
import type { SimulatedTime } from "./simulated-time.ts";
import type { Tally } from "./tally.ts";
import type { SimulatedReply, SimulatedRequest, World } from "./world.ts";

/** As the workflow's proxy of activities has it. */
const RETRY_MS = 250;
const DEADLINE_MS = 60_000;
const STEP_MS = 10 * 60_000;
/** The graph that all requests are of. */
export const GRAPH = "simulated";

export interface AttemptContext {
  readonly time: SimulatedTime;
  readonly world: World;
  readonly live: LiveSignals;
  readonly tally: Tally;
}

export interface Attempted {
  /** Absent: it failed. */
  readonly reply?: SimulatedReply;
  /** How often the model was called. */
  readonly calls: number;
}

/** @param isLast - there is no other model left to try. */
export async function attempt(
  request: SimulatedRequest,
  { model }: Candidate,
  isLast: boolean,
  context: AttemptContext,
): Promise<Attempted> {
  const { time, live, tally } = context;
  const asked = attemptRequest(request, model, isLast);
  const startedAt = time.now();
  let tries: TriesSoFar = NO_TRIES;
  for (;;) {
    const calling = { ...tries, calls: tries.calls + 1 };
    try {
      const reply = await call(request, asked, calling.calls, context);
      tally.sawAnswer(model, time.elapsedMs());
      live.reward({ graph: GRAPH, step: asked.step, model, value: reply.isGood ? 1 : 0 });
      return { reply, calls: calling.calls };
    } catch (error) {
      const soFar = error instanceof NotCalledError ? tries : calling;
      const durationMs = time.now() - startedAt;
      const failed = readFailedCall(error, {
        request: asked,
        durationMs,
        tries: soFar,
        verdicts: [],
      });
      ({ tries } = failed);
      if (!failed.isRetryable) {
        if (tries.calls === 0) tally.refusedAttempts += 1;
        return { calls: tries.calls };
      }
      await time.sleep(failed.retryAfterMs ?? RETRY_MS);
    }
  }
}

async function call(
  request: SimulatedRequest,
  asked: AttemptRequest,
  calls: number,
  { time, world, live, tally }: AttemptContext,
): Promise<SimulatedReply> {
  const model = findModel(asked.model);
  let simulated: SimulatedReply | undefined;
  await callWithLeave({ graph: GRAPH, request: asked }, live, hostOf(time), async (observer) => {
    if (world.isDown(model.provider)) tally.callsToDead += 1;
    if (model.isForbidden) tally.forbiddenCalls += 1;
    const made = await world.call(request, model, calls);
    simulated = made;
    observer.sawLimits(world.limitsOf(model.provider));
    const { durationMs, outputTokens, costNanoUsd } = made;
    const { inputTokens } = request;
    return { value: {}, durationMs, inputTokens, outputTokens, costNanoUsd } satisfies AttemptReply;
  });
  if (simulated === undefined) throw new ProviderError("malformed", "there is no reply");
  return simulated;
}

function hostOf(time: SimulatedTime): CallHost {
  return {
    cancellation: NEVER,
    now: () => time.now(),
    sleep: (durationMs) => time.sleep(durationMs),
  };
}

const NEVER = new AbortController().signal;

function attemptRequest(
  { step, inputTokens }: SimulatedRequest,
  model: string,
  isLast: boolean,
): AttemptRequest {
  return {
    step,
    model,
    messages: messagesOf(inputTokens),
    output: {},
    deadlineMs: DEADLINE_MS,
    ...(isLast && { patienceMs: STEP_MS, isLast: true }),
  };
}

/** A message that says how long it is: what it would say is nobody's business here. */
export function messagesOf(inputTokens: number): AttemptRequest["messages"] {
  return [{ role: "user", content: String(inputTokens) }];
}
