/** What is said of how a model call is made: its deadlines, its retries and its limits. Read from options into plain JSON. */

import type { Budget } from "./budget.ts";
import { parseDuration, type Duration } from "./duration.ts";
import type { RecoveryPolicy } from "./failure-kinds.ts";
import { GraphError } from "./graph-error.ts";

/** How long the stages of one attempt may take. */
export interface CallDeadlines {
  /** The whole attempt. Default: `"60 seconds"`. */
  readonly total?: Duration;
  /** Until there is a connection. Default: `"10 seconds"`. */
  readonly connect?: Duration;
  /** From the request to the first part of the answer. Default: as long as `total`. */
  readonly firstByte?: Duration;
  /** Between two parts of the answer. Default: `"30 seconds"`. */
  readonly idle?: Duration;
}

/**
 * Where attempts are made. `"activity"`: in an activity of their own, which any worker may take. `"local"`: in the worker that has
 * the run, while Temporal waits for its word: sooner, and for calls of a few seconds at most.
 */
export type Placement = "activity" | "local";

/** How the model picks its words. Providers leave out what their API does not know. */
export interface Sampling {
  /** From 0, the most predictable, up to 2. */
  readonly temperature?: number;
  /** From 0 to 1. */
  readonly topP?: number;
  /** A whole number: the same seed gives the same words, as far as the provider keeps that promise. */
  readonly seed?: number;
  /** The reply ends before any of these. */
  readonly stop?: readonly string[];
}

/** How hard, how long and how freely a model is asked. */
export interface CallOptionsOfPolicy extends RecoveryPolicy {
  /** How long one attempt may take, as a whole or stage by stage. Default: the graph's, else `"60 seconds"`. */
  readonly deadline?: Duration | CallDeadlines;
  /**
   * How long all attempts of the step may take together, the waits between them included. It stands still while the
   * step waits for its budget. Default: the graph's, else `"10 minutes"`, or four times `deadline` where that is longer.
   */
  readonly stepDeadline?: Duration;
  /**
   * How long a provider may ask to wait before another model is the better wait. With no other model left, it may ask
   * for all the time the step has. Default: the graph's, else `"5 seconds"`.
   */
  readonly patience?: Duration;
  /** The model must not write more tokens than this. Default: the provider's limit; under a budget in USD or tokens, 4,096. */
  readonly maxOutputTokens?: number;
  readonly sampling?: Sampling;
  /** Whether the reply is read as it is written: a model that stops in the middle is then noticed sooner. Default: `false`. */
  readonly stream?: boolean;
  /**
   * `"local"` makes the attempts as local activities, and a call then has 8 seconds, or less where `deadline` says so.
   * Default: the graph's, else `"activity"`.
   */
  readonly placement?: Placement;
  /** What this step may use up, within what its run may. */
  readonly budget?: Budget;
}

/** The same as plain JSON, durations in milliseconds. What is absent is left to the engine's defaults. */
export interface CallSettings extends RecoveryPolicy {
  readonly connectMs?: number;
  readonly firstByteMs?: number;
  readonly idleMs?: number;
  readonly stepMs?: number;
  readonly patienceMs?: number;
  readonly maxOutputTokens?: number;
  readonly sampling?: Sampling;
  readonly stream?: boolean;
  /** Absent: in an activity of its own. */
  readonly placement?: "local";
  readonly budget?: Budget;
}

const DEFAULT_DEADLINE = "60 seconds";

/**
 * How long a call may take whose attempts are local. Temporal holds a workflow task open meanwhile, for ten seconds: at eight
 * the SDK asks for another one, which costs what a local attempt was to save, and until then the run hears of nothing else.
 */
export const LONGEST_LOCAL_MS = 8_000;

type TimedPolicy = Partial<
  Record<"deadline", CallOptionsOfPolicy["deadline"]> & Record<"placement", Placement | undefined>
>;

/**
 * The whole attempt's deadline in milliseconds: the first one that is given.
 *
 * @throws {GraphError} GRAPH_INVALID_DURATION, GRAPH_LOCAL_TOO_LONG
 */
export function readTotalDeadline(policies: readonly TimedPolicy[], id: string): number {
  const totals = policies.map(({ deadline }) => stagesOf(deadline).total);
  const given = totals.find((total) => total !== undefined);
  const placement = policies.find((policy) => policy.placement !== undefined)?.placement;
  if (placement !== "local") return readCallDuration(given ?? DEFAULT_DEADLINE, id);
  const milliseconds = given === undefined ? LONGEST_LOCAL_MS : readCallDuration(given, id);
  if (milliseconds <= LONGEST_LOCAL_MS) return milliseconds;
  throw new GraphError("GRAPH_LOCAL_TOO_LONG", describeLongLocal(`Step "${id}"`, milliseconds));
}

/** What is wrong with a local call that may take longer than one can. */
export function describeLongLocal(who: string, deadlineMs: number): string {
  return (
    `${who} is placed "local" and has a deadline of ${deadlineMs / 1_000} seconds; a local call may take ${LONGEST_LOCAL_MS / 1_000}. ` +
    `Give it a shorter "deadline", or leave "placement" out for a call that may take longer.`
  );
}

/**
 * What `options` say, and where they say nothing, `defaults`.
 *
 * @throws {GraphError} GRAPH_INVALID_DURATION
 */
export function readCallSettings(
  options: CallOptionsOfPolicy,
  defaults: CallOptionsOfPolicy,
  id: string,
): CallSettings {
  const { stepDeadline, patience, ...rest } = { ...defaults, ...options };
  const { retryOn, fallbackOn, maxOutputTokens, sampling, stream, placement, budget } = rest;
  const stages = { ...stagesOf(defaults.deadline), ...stagesOf(options.deadline) };
  const read = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : readCallDuration(text, id);
  return dropAbsent({
    connectMs: read(stages.connect),
    firstByteMs: read(stages.firstByte),
    idleMs: read(stages.idle),
    stepMs: read(stepDeadline),
    patienceMs: read(patience),
    retryOn,
    fallbackOn,
    maxOutputTokens,
    sampling,
    stream,
    // The other one is the default, and a graph that says so is the same graph.
    placement: placement === "local" ? placement : undefined,
    budget,
  });
}

function stagesOf(deadline: CallOptionsOfPolicy["deadline"]): CallDeadlines {
  return typeof deadline === "object" ? deadline : { total: deadline };
}

/** A call is timed by Node, which lets a timer that is longer than this fire at once. */
const LONGEST_CALL_MS = 2_147_483_647;

/**
 * A duration that a call may take, in milliseconds.
 *
 * @throws {GraphError} GRAPH_INVALID_DURATION
 */
export function readCallDuration(text: string, id: string): number {
  const milliseconds = readDuration(text, id);
  if (milliseconds <= LONGEST_CALL_MS) return milliseconds;
  throw new GraphError(
    "GRAPH_INVALID_DURATION",
    `Step "${id}" is given the deadline "${text}"; a call may take up to 24 days. Write it as "30 seconds" or "2 minutes".`,
  );
}

/**
 * A duration in milliseconds.
 *
 * @throws {GraphError} GRAPH_INVALID_DURATION
 */
export function readDuration(text: string, id: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new GraphError(
    "GRAPH_INVALID_DURATION",
    `Step "${id}" is given "${text}", which is no duration. Write it as "30 seconds" or "2 days".`,
  );
}

/** JSON has no `undefined`: absent is absent. */
function dropAbsent<T extends object>(members: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only optional members are ever absent.
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as T;
}
