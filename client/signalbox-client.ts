/** Starts runs, waits for them and reads them. A thin, typed layer over Temporal's own client. */

import {
  ActivityFailure,
  ApplicationFailure,
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from "@temporalio/client";
import type { AnyGraph, InputOf, ResultOf } from "../graph/graph.ts";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import type { GivenUp } from "../workflows/give-up.ts";
import type { OpenStep } from "../workflows/mailbox.ts";
import { ClientError } from "./client-error.ts";
import { deliver, readOpenSteps, type Sender } from "./deliver.ts";
import { isReachable } from "./is-reachable.ts";
import { readAttempts } from "./read-attempts.ts";
import { readRoutes, type RecordedRoute } from "./read-routes.ts";
import type { Run, RunFailure, RunStatus } from "./run.ts";
import { describeStart, findVersion, type StartOptions } from "./start-run.ts";
import { waitUntilClosed } from "./wait-until-closed.ts";

export interface SignalboxClientOptions {
  /** Temporal's own client; stays yours to close. */
  readonly temporal: Client;
  /** Where the workers listen. Default: `"signalbox"`. */
  readonly taskQueue?: string;
}

/** Temporal's own limit. An id far above it makes the server's answer too large to be sent. */
const MAX_ID_LENGTH = 1_000;

/** @see https://grpc.io/docs/guides/status-codes/ */
const GRPC_NOT_FOUND = 5;

/** INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED: Temporal did answer. */
const GRPC_REFUSALS: ReadonlySet<number> = new Set([3, 7, 9, 12, 16]);

const STATUSES: Readonly<Record<string, RunStatus>> = {
  RUNNING: "running",
  COMPLETED: "completed",
  FAILED: "failed",
  CANCELLED: "cancelled",
  TERMINATED: "terminated",
  TIMED_OUT: "timed_out",
  CONTINUED_AS_NEW: "continued",
};

/** Starts and reads runs of graphs. */
export class SignalboxClient {
  readonly #temporal: Client;
  readonly #taskQueue: string;

  constructor({ temporal, taskQueue = "signalbox" }: SignalboxClientOptions) {
    this.#temporal = temporal;
    this.#taskQueue = taskQueue;
  }

  /**
   * Starts a run and gives its id without waiting for it. The worker checks the input.
   *
   * @throws {ClientError} CLIENT_RUN_EXISTS when the id is taken; CLIENT_UNKNOWN_VERSION, and nothing is started.
   */
  async start<G extends AnyGraph>(
    graph: G,
    input: InputOf<G>,
    options: StartOptions = {},
  ): Promise<string> {
    const workflowId = options.id ?? `${graph.id}-${crypto.randomUUID()}`;
    const version = findVersion(graph, options.version);
    try {
      await this.#temporal.workflow.start(graph.id, {
        ...describeStart(version, input, options),
        workflowId,
        taskQueue: this.#taskQueue,
        workflowIdReusePolicy: "REJECT_DUPLICATE",
      });
      return workflowId;
    } catch (error) {
      throw asClientError(error, workflowId);
    }
  }

  /**
   * Waits until a run has ended, however it ends, but no longer than `timeoutMs`.
   *
   * @param timeoutMs - default: as long as it takes.
   * @returns whether it has ended.
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  waitUntilClosed(id: string, timeoutMs?: number): Promise<boolean> {
    return this.#ask(id, () => waitUntilClosed(this.#temporal, id, timeoutMs));
  }

  /**
   * Waits for a run and gives its result.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   * @throws {WorkflowFailedError} Temporal's own, when the run did not complete; its cause says why.
   */
  result<G extends AnyGraph>(_graph: G, id: string): Promise<ResultOf<G>> {
    return this.#ask(id, (handle): Promise<ResultOf<G>> => handle.result());
  }

  /**
   * A run as it stands now, with every attempt made so far.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  get(id: string): Promise<Run> {
    return this.#ask(id, async (handle) => {
      const description = await handle.describe();
      const [history, end] = await Promise.all([
        handle.fetchHistory(),
        readEnd(handle, description),
      ]);
      const { loadedDataConverter } = this.#temporal.workflow.options;
      const isClosed = description.status.name !== "RUNNING";
      const givenUpStep = end.error?.step;
      const attempts = await readAttempts(history, loadedDataConverter, { isClosed, givenUpStep });
      return { ...readDescription(description), ...end, attempts };
    });
  }

  /**
   * Which models the steps of a run might use, and why, as it was decided then; of sub-graphs, their own runs tell.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  routes(id: string): Promise<readonly RecordedRoute[]> {
    return this.#ask(id, async (handle) => {
      const { loadedDataConverter } = this.#temporal.workflow.options;
      return readRoutes(await handle.fetchHistory(), loadedDataConverter);
    });
  }

  /**
   * Asks a run to stop. Its calls in flight are cancelled upstream; what they may still cost stays on record.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN, also when it has ended.
   */
  async cancel(id: string): Promise<void> {
    await this.#ask(id, (handle) => handle.cancel());
  }

  /**
   * The steps of a run that wait for a decision or an event. Needs a worker that is up.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  openSteps(id: string): Promise<readonly OpenStep[]> {
    return this.#ask(id, readOpenSteps);
  }

  /**
   * Decides an approval.
   *
   * @param step - its path, as {@link openSteps} gives it.
   * @throws {ClientError} CLIENT_STEP_NOT_OPEN, CLIENT_INVALID_VALUE or CLIENT_UNKNOWN_RUN, and nothing has changed.
   */
  decide(id: string, step: string, decision: unknown, sender: Sender = {}): Promise<void> {
    return this.#ask(id, (handle) =>
      deliver(handle, { ...sender, kind: "approval", step, value: decision }),
    );
  }

  /**
   * Sends the event a `wait` waits for.
   *
   * @param step - its path, as {@link openSteps} gives it.
   * @throws {ClientError} CLIENT_STEP_NOT_OPEN, CLIENT_INVALID_VALUE or CLIENT_UNKNOWN_RUN, and nothing has changed.
   */
  sendEvent(id: string, step: string, event: unknown, sender: Sender = {}): Promise<void> {
    return this.#ask(id, (handle) =>
      deliver(handle, { ...sender, kind: "event", step, value: event }),
    );
  }

  /**
   * Whether Temporal answers now. Never rejects.
   *
   * @param timeoutMs - default: 1,000.
   */
  isReachable(timeoutMs = 1_000): Promise<boolean> {
    return isReachable(this.#temporal, timeoutMs);
  }

  async #ask<T>(id: string, ask: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
    assertPossibleId(id);
    try {
      return await ask(this.#temporal.workflow.getHandle(id));
    } catch (error) {
      throw asClientError(error, id);
    }
  }
}

function readDescription(description: WorkflowExecutionDescription): Omit<Run, "attempts"> {
  const { workflowId, type, status, startTime, closeTime, typedSearchAttributes } = description;
  return {
    id: workflowId,
    graph: type,
    version: typedSearchAttributes.get(SEARCH_ATTRIBUTES.version),
    status: STATUSES[status.name] ?? "running",
    startedAt: startTime.toISOString(),
    closedAt: closeTime?.toISOString(),
  };
}

async function readEnd(
  handle: WorkflowHandle,
  { status }: WorkflowExecutionDescription,
): Promise<Pick<Run, "result" | "error">> {
  if (status.name === "RUNNING") return {};
  try {
    return { result: await handle.result() };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { error: readFailure(error) };
    throw error;
  }
}

function readFailure({ cause, message }: WorkflowFailedError): RunFailure {
  // "Activity task failed" says nothing: what the activity failed with does.
  const failure = cause instanceof ActivityFailure ? (cause.cause ?? cause) : cause;
  if (!(failure instanceof ApplicationFailure)) {
    return { code: failure?.name ?? "Error", message: failure?.message ?? message };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/workflow-failure.ts; other failures have none.
  const details = failure.details?.[0] as Partial<GivenUp> | null | undefined;
  const step = typeof details?.step === "string" ? { step: details.step } : {};
  return { code: failure.type ?? "Error", message: failure.message, ...step };
}

function assertPossibleId(id: string): void {
  if (id === "" || id.length > MAX_ID_LENGTH) throw unknownRun(id);
}

/** Gives what is no concern of ours back as it is, such as a failed run. */
function asClientError(error: unknown, id: string): unknown {
  const code = grpcCode(error);
  if (error instanceof WorkflowNotFoundError || code === GRPC_NOT_FOUND) {
    return unknownRun(id, error);
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message = `There is already a run "${id}". Read that one, or start another with a new id.`;
    return new ClientError("CLIENT_RUN_EXISTS", message, { cause: error });
  }
  if (code !== undefined && !GRPC_REFUSALS.has(code)) {
    const message =
      "Temporal does not answer. Runs that were started go on; try again in a moment.";
    return new ClientError("CLIENT_TEMPORAL_UNAVAILABLE", message, { cause: error });
  }
  return error;
}

function unknownRun(id: string, cause?: unknown): ClientError {
  const message = `There is no run "${id}", or Temporal no longer keeps it. Check the id.`;
  return new ClientError("CLIENT_UNKNOWN_RUN", message, { cause });
}

/** The SDK wraps what Temporal's service throws, though not from every call. */
function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof ServiceError ? grpcCode(error.cause) : undefined;
}
