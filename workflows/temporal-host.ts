/** The interpreter's host inside Temporal: routes are local activities, attempts are activities. */

import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from "@temporalio/workflow";
import type {
  Activities,
  AttemptFailureDetails,
  AttemptRequest,
  RouteRequest,
} from "../activities/contract.ts";
import { isFailureKind } from "../graph/failure-kinds.ts";
import type { AttemptFailure, AttemptLabel, AttemptOutcome, Host } from "./host.ts";

/** The worker gives up by itself at the step's deadline; only a dead worker lets Temporal's own run out. */
const GRACE_MS = 10_000;
const HEARTBEAT_TIMEOUT = "10 seconds";
/** Room for retries of the same model and for workers that died; the activity itself says when to stop. */
const MAXIMUM_TRIES = 4;

export const temporalHost: Host = {
  async route(request) {
    const { "signalbox.route": decide } = proxyLocalActivities<Activities>({
      startToCloseTimeout: "10 seconds",
      retry: { maximumAttempts: 3 },
      summary: `${request.step} · route`,
    });
    const route = await decide(request);
    assertSameStep(request, route.step);
    return route;
  },

  async attempt(request, label) {
    try {
      const { "signalbox.attempt": call } = attemptActivity(request, label);
      return { ok: true, reply: await call(request) };
    } catch (error) {
      return readFailure(error, request);
    }
  },
};

function attemptActivity(
  { deadlineMs }: AttemptRequest,
  { id, summary }: AttemptLabel,
): Activities {
  return proxyActivities<Activities>({
    // Replay compares activity ids: with this, a swapped step is noticed instead of taking another's reply.
    activityId: id,
    summary,
    startToCloseTimeout: deadlineMs + GRACE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: {
      maximumAttempts: MAXIMUM_TRIES,
      initialInterval: "250 milliseconds",
      maximumInterval: "5 seconds",
    },
  });
}

/** Local activities have no id to compare on replay, so the recorded route names its step. */
function assertSameStep(request: RouteRequest, recorded: string): void {
  if (recorded === request.step) return;
  // A plain error fails the workflow task, not the run: a worker with the right code can still finish it.
  throw new Error(
    `The history holds the route of step "${recorded}" where this code routes "${request.step}": the graph was changed under a run in flight.`,
  );
}

function readFailure(error: unknown, request: AttemptRequest): AttemptOutcome {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure && isFailureKind(cause.type)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
    const details = cause.details?.[0] as AttemptFailureDetails;
    return { ok: false, failure: { ...details, message: cause.message } };
  }
  return { ok: false, failure: lostAttempt(cause, request) };
}

/** No worker reported how the call ended: it died, or lost its connection, as often as Temporal allows. */
function lostAttempt(
  cause: Error | undefined,
  { model, deadlineMs }: AttemptRequest,
): AttemptFailure {
  const why =
    cause instanceof TimeoutFailure
      ? `no worker reported back (${cause.timeoutType})`
      : "no worker reported back";
  return { model, kind: "timeout", durationMs: deadlineMs, message: `${model}: ${why}` };
}
