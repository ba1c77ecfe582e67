/** The interpreter's host inside Temporal: routes are local activities, everything else is a command of its own. */

import {
  ActivityCancellationType,
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  upsertMemo,
  workflowInfo,
  type ActivityOptions,
} from "@temporalio/workflow";
import type {
  Activities,
  AttemptRequest,
  GuardRequest,
  RewardReport,
  Route,
} from "../activities/contract.ts";
import { VERDICTS_MEMO } from "../graph/attempt-id.ts";
import { fingerprintGraph } from "../graph/fingerprint.ts";
import { describeGraph } from "../graph/graph-json.ts";
import { describeRun } from "../graph/run-details.ts";
import { DEFAULT_WORKSPACE, startAttributes } from "../graph/search-attributes.ts";
import { readFailedAttempt } from "./attempt-outcome.ts";
import type {
  AttemptLabel,
  AttemptOutcome,
  CallLabel,
  GuardOutcome,
  Host,
  Outcome,
  RouteQuestion,
  SubOutcome,
  SubRequest,
  ToolRequest,
} from "./host.ts";
import { attemptLocally } from "./local-attempt.ts";
import type { Mailbox } from "./mailbox.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import type { RunInfo } from "./run-info.ts";
import { executePart } from "./temporal-part.ts";
import { outcomeOf, subOutcomeOf } from "./temporal-outcome.ts";

/** The worker gives up by itself at the deadline; only a dead worker lets Temporal's own run out. */
const GRACE_MS = 10_000;
/**
 * Room for retries of what cost nothing, for waits until a model may be called, and for workers that died; the attempt itself
 * says when to stop.
 */
const MAXIMUM_ATTEMPT_TRIES = 8;
const MAXIMUM_TOOL_TRIES = 3;

/** The run that an execution belongs to, and what it hands on to the runs that it starts. */
export interface HostedRun extends Pick<RunInfo, "historyLimit"> {
  /** The id: its own, but for a part. */
  readonly run: string;
  readonly workspace: string;
}

/** Makes the host of one workflow execution. */
export function createTemporalHost(mailbox: Pick<Mailbox, "receive">, hosted: HostedRun): Host {
  const locals = new OneAtATime();
  const host: Host = {
    now: () => Date.now(),
    route: (question) => locals.run(() => route(question, hosted)),
    attempt: (asked, label) => {
      const request = ofWorkspace(asked, hosted);
      return label.placement === "local"
        ? attemptLocally(request, label, locals)
        : attempt(request, label);
    },
    guard,
    callTool,
    runSub: (request, label) => runSub(request, label, hosted),
    runPart: (request, label) => executePart(request, label, hosted),
    sleep: (durationMs, { summary }) => sleep(durationMs, { summary }),
    receive: (request, label) => mailbox.receive(request, label),
    keepVerdicts: (verdicts) => upsertMemo({ [VERDICTS_MEMO]: verdicts }),
    reward: (report) => locals.run(() => reward(report)),
    isolate: (part) => cancelAtEnd(() => part(host)),
  };
  return host;
}

/** The worker counts costs by it. Every request is kept in the history: of most runs there is no more to say. */
function ofWorkspace(request: AttemptRequest, { workspace }: HostedRun): AttemptRequest {
  return workspace === DEFAULT_WORKSPACE ? request : { ...request, workspace };
}

async function attempt(request: AttemptRequest, label: AttemptLabel): Promise<AttemptOutcome> {
  const { "signalbox.attempt": call } = proxyActivities<Activities>({
    ...activityOptions(label, request.deadlineMs, MAXIMUM_ATTEMPT_TRIES),
    ...queueOptions(label),
    // The worker's last word says what may still be billed.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const startedAt = Date.now();
  try {
    return { ok: true, reply: await call(request) };
  } catch (error) {
    return readFailedAttempt(error, request, Date.now() - startedAt);
  }
}

function guard(
  request: GuardRequest,
  { deadlineMs, ...label }: CallLabel & { readonly deadlineMs: number },
): Promise<GuardOutcome> {
  const { "signalbox.guard": look } = proxyActivities<Activities>(
    activityOptions(label, deadlineMs, MAXIMUM_TOOL_TRIES),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
  return outcomeOf(() => look(request)) as Promise<GuardOutcome>;
}

function callTool({ tool, input, deadlineMs }: ToolRequest, label: CallLabel): Promise<Outcome> {
  const options = activityOptions(label, deadlineMs, MAXIMUM_TOOL_TRIES);
  const call = proxyActivities<ToolActivities>(options)[tool];
  return outcomeOf(() => call?.(input));
}

function runSub(
  { graph, input, limits }: SubRequest,
  { id, summary, timeLeftMs }: CallLabel,
  { run, workspace, historyLimit }: HostedRun,
): Promise<SubOutcome> {
  const parent = { limits, timeLeftMs };
  const fingerprint = fingerprintGraph(describeGraph(graph));
  const own = { version: graph.version, fingerprint, workspace, parent };
  const info: RunInfo = { ...own, ...(historyLimit !== undefined && { historyLimit }) };
  const options = {
    args: [input, info],
    workflowId: `${run}/${id}`,
    staticSummary: summary,
    staticDetails: describeRun(graph, fingerprint),
    typedSearchAttributes: startAttributes({
      graph: graph.id,
      version: graph.version,
      fingerprint,
      workspace,
    }),
  };
  return subOutcomeOf(() => executeChild(graph.id, options));
}

/** Cancels all that `part` has started, when it fails. */
export function cancelOnFailure<T>(part: () => Promise<T>): Promise<T> {
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

/** As {@link cancelOnFailure}, and when it has succeeded too: what it no longer waits for is not needed. */
function cancelAtEnd<T>(part: () => Promise<T>): Promise<T> {
  return CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    try {
      return await part();
    } finally {
      scope.cancel();
    }
  });
}

async function reward(report: Omit<RewardReport, "graph">): Promise<void> {
  const { "signalbox.reward": send } = proxyLocalActivities<Activities>({
    startToCloseTimeout: "10 seconds",
    retry: { maximumAttempts: 3 },
    summary: `${report.step} · reward`,
  });
  try {
    await send({ ...report, graph: workflowInfo().workflowType });
  } catch (error) {
    // What routers learn is for later runs: this one does not fail for it.
    if (isCancellation(error)) throw error;
  }
}

async function route(question: RouteQuestion, { run, workspace }: HostedRun): Promise<Route> {
  const { "signalbox.route": decide } = proxyLocalActivities<Activities>({
    startToCloseTimeout: "10 seconds",
    retry: { maximumAttempts: 3 },
    summary: `${question.step} · route`,
  });
  const { workflowType: graph } = workflowInfo();
  const decided = await decide({ ...question, graph, run, workspace });
  assertSameStep(question.step, decided.step);
  return decided;
}

type ToolActivities = Record<string, (input: unknown) => Promise<unknown>>;

function activityOptions(
  { id, summary, timeLeftMs }: CallLabel,
  deadlineMs: number,
  maximumAttempts: number,
): ActivityOptions {
  return {
    // Replay compares activity ids: with this, a swapped step is noticed instead of taking another's reply.
    activityId: id,
    summary,
    startToCloseTimeout: deadlineMs + GRACE_MS,
    // All tries, and the waits between them. The worker knows its own deadline, and is to have the last word.
    scheduleToCloseTimeout: timeLeftMs + GRACE_MS,
    heartbeatTimeout: "10 seconds",
    retry: { maximumAttempts, initialInterval: "250 milliseconds", maximumInterval: "5 seconds" },
  };
}

/** One that waits for longer than it may is given up before it has begun, and Temporal's own word for that says so. */
function queueOptions({
  queue,
  timeLeftMs,
}: AttemptLabel): Pick<ActivityOptions, "taskQueue" | "scheduleToStartTimeout"> {
  if (queue === undefined) return {};
  const { name, longestWaitMs = timeLeftMs } = queue;
  return { taskQueue: name, scheduleToStartTimeout: Math.min(longestWaitMs, timeLeftMs) };
}

/** Local activities have no id to compare on replay, so the recorded route names its step. */
function assertSameStep(step: string, recorded: string): void {
  if (recorded === step) return;
  // A plain error fails the workflow task, not the run: a worker with the right code can still finish it.
  throw new Error(
    `The history holds the route of step "${recorded}" where this code routes "${step}": the graph was changed under a run in flight.`,
  );
}
