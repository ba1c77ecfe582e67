/** The interpreter's host inside Temporal: routes are local activities, everything else is a command of its own. */

import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TimeoutFailure,
  workflowInfo,
  type ActivityOptions,
} from "@temporalio/workflow";
import type {
  Activities,
  AttemptFailureDetails,
  AttemptRequest,
  Route,
  RouteRequest,
} from "../activities/contract.ts";
import { isFailureKind } from "../graph/failure-kinds.ts";
import type { AttemptFailure, AttemptOutcome, Host, Label, Outcome } from "./host.ts";
import type { Mailbox } from "./mailbox.ts";

/** The worker gives up by itself at the deadline; only a dead worker lets Temporal's own run out. */
const GRACE_MS = 10_000;
/** Room for retries of the same model and for workers that died; the attempt itself says when to stop. */
const MAXIMUM_ATTEMPT_TRIES = 4;
const MAXIMUM_TOOL_TRIES = 3;

/** Makes the host of one workflow execution. */
export function createTemporalHost(mailbox: Mailbox): Host {
  const host: Host = {
    route,

    async attempt(request, label) {
      const { "signalbox.attempt": call } = proxyActivities<Activities>(
        activityOptions(label, request.deadlineMs, MAXIMUM_ATTEMPT_TRIES),
      );
      try {
        return { ok: true, reply: await call(request) };
      } catch (error) {
        return readAttemptFailure(error, request);
      }
    },

    async callTool({ tool, input, deadlineMs }, label) {
      const call = proxyActivities<ToolActivities>(
        activityOptions(label, deadlineMs, MAXIMUM_TOOL_TRIES),
      )[tool];
      return outcomeOf(() => call?.(input));
    },

    async runSub(graph, input, { id, summary }) {
      const workflowId = `${workflowInfo().workflowId}/${id}`;
      const options = { args: [input], workflowId, staticSummary: summary };
      return outcomeOf(() => executeChild(graph.id, options));
    },

    sleep: (durationMs, { summary }) => sleep(durationMs, { summary }),

    receive: (request, label) => mailbox.receive(request, label),

    isolate: (part) => cancelOnFailure(() => part(host)),
  };
  return host;
}

function cancelOnFailure<T>(part: () => Promise<T>): Promise<T> {
  return CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    try {
      return await part();
    } catch (error) {
      scope.cancel();
      throw error;
    }
  });
}

async function route(request: RouteRequest): Promise<Route> {
  const { "signalbox.route": decide } = proxyLocalActivities<Activities>({
    startToCloseTimeout: "10 seconds",
    retry: { maximumAttempts: 3 },
    summary: `${request.step} · route`,
  });
  const decided = await decide(request);
  assertSameStep(request.step, decided.step);
  return decided;
}

type ToolActivities = Record<string, (input: unknown) => Promise<unknown>>;

function activityOptions(
  { id, summary }: Label,
  deadlineMs: number,
  maximumAttempts: number,
): ActivityOptions {
  return {
    // Replay compares activity ids: with this, a swapped step is noticed instead of taking another's reply.
    activityId: id,
    summary,
    startToCloseTimeout: deadlineMs + GRACE_MS,
    heartbeatTimeout: "10 seconds",
    retry: { maximumAttempts, initialInterval: "250 milliseconds", maximumInterval: "5 seconds" },
  };
}

/** Local activities have no id to compare on replay, so the recorded route names its step. */
function assertSameStep(step: string, recorded: string): void {
  if (recorded === step) return;
  // A plain error fails the workflow task, not the run: a worker with the right code can still finish it.
  throw new Error(
    `The history holds the route of step "${recorded}" where this code routes "${step}": the graph was changed under a run in flight.`,
  );
}

function readAttemptFailure(error: unknown, request: AttemptRequest): AttemptOutcome {
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
  const message = `${model}: ${describeLoss(cause)}`;
  return { model, kind: "timeout", durationMs: deadlineMs, message };
}

function describeLoss(cause: Error | undefined): string {
  const how = cause instanceof TimeoutFailure ? ` (${cause.timeoutType})` : "";
  return `no worker reported back${how}`;
}

async function outcomeOf(call: () => Promise<unknown> | undefined): Promise<Outcome> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (!(error instanceof ActivityFailure) && !(error instanceof ChildWorkflowFailure))
      throw error;
    const { cause } = error;
    return cause instanceof ApplicationFailure
      ? { ok: false, error: { code: cause.type ?? "Error", message: cause.message } }
      : { ok: false, error: { code: "timeout", message: describeLoss(cause) } };
  }
}
