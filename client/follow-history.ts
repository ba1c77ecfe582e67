/** Follows the history of a run by Temporal's long poll, through times in which Temporal is away. */

import type { Client } from "@temporalio/client";
import { asClientError, GRPC, grpcCode } from "./as-client-error.ts";
import { isClientError } from "./client-error.ts";
import { findEarlier, readSuccessor } from "./executions.ts";
import type { HistoryEvent } from "./trail/history-event.ts";

/**
 * How long one poll lasts at most. The server would make it 20 seconds; but a poll of a worker's connection, which knows deadlines and
 * no abort signal, is left behind when its reader goes, and is to be over soon.
 */
const POLL_MS = 10_000;

const MOST_PATIENCE_MS = 5_000;
const FIRST_PATIENCE_MS = 100;

/** Some events of a history. A batch never parts what Temporal writes at once, such as all commands of a workflow's turn. */
export interface Batch {
  readonly events: readonly HistoryEvent[];
  /** It begins with the first event of the run, which also happens when Temporal cannot go on where it was. */
  readonly isFirst: boolean;
}

/** Where to go on. */
interface Position {
  /** Of the execution; `undefined`: the latest. */
  readonly runId?: string | undefined;
  /** `undefined`: at its first event. */
  readonly token?: Uint8Array | undefined;
}

/** The latest execution, whichever that is. */
const LATEST: Position = {};

/**
 * Yields the events of a run as they come, from the first one, until the signal or its reader ends it. Where the run continues as new,
 * it goes on with the next execution.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN; CLIENT_TEMPORAL_UNAVAILABLE when Temporal is away at the start, and only then.
 */
export async function* followHistory(
  temporal: Client,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  let position = LATEST;
  let isFirst = true;
  let failures = 0;
  for (;;) {
    try {
      const page = await poll(temporal, id, position, signal);
      const earlier = await findStart(temporal, id, position, page);
      failures = 0;
      const events = page.history?.events ?? [];
      if (earlier === undefined && events.length > 0) {
        yield { events, isFirst };
        isFirst = false;
      }
      const next = earlier ?? (await findNext(temporal, position, page));
      if (next === undefined) return;
      position = next;
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst && failures === 0) throw asClientError(error, id);
      // A run that was reset has another history by now: it is read from its start.
      if (grpcCode(error) === GRPC.invalidArgument) [position, isFirst] = [LATEST, true];
      else if (!isPassing(error, id)) throw asClientError(error, id);
      failures += 1;
      await pause(patienceOf(failures), signal);
    }
    if (signal.aborted) return;
  }
}

/** The first execution of the run, where the latest is another. Known by the first page of that. */
async function findStart(
  temporal: Client,
  id: string,
  { runId, token }: Position,
  { history }: Page,
): Promise<Position | undefined> {
  if (runId !== undefined || token !== undefined) return undefined;
  const [first] = await findEarlier(temporal, id, history?.events?.[0]);
  return first === undefined ? undefined : { runId: first };
}

/** Where to go on behind a page; `undefined`: the run has ended. */
async function findNext(
  { workflow: { options } }: Client,
  { runId }: Position,
  { history, nextPageToken: token }: Page,
): Promise<Position | undefined> {
  if (token?.length) return { runId, token };
  const next = await readSuccessor(history?.events?.at(-1), options.loadedDataConverter);
  return next === undefined ? undefined : { runId: next };
}

type Page = Awaited<ReturnType<Client["workflowService"]["getWorkflowExecutionHistory"]>>;

function poll(
  { connection, workflowService, options: { namespace } }: Client,
  id: string,
  { runId, token }: Position,
  signal: AbortSignal,
): Promise<Page> {
  const ask = (): Promise<Page> =>
    workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId: id, runId },
      skipArchival: true,
      waitNewEvent: true,
      nextPageToken: token,
    });
  const inTime = (): Promise<Page> => connection.withDeadline(Date.now() + POLL_MS, ask);
  // One for each poll: the SDK leaves a listener, and with it the call, on the signal that it is given.
  const own = new AbortController();
  const polling = untilAborted(connection.withAbortSignal(own.signal, inTime), signal);
  return polling.finally(() => own.abort());
}

/** Whether it may work later: Temporal is away, or a poll took too long. */
function isPassing(error: unknown, id: string): boolean {
  return isClientError(asClientError(error, id), "CLIENT_TEMPORAL_UNAVAILABLE");
}

function patienceOf(failures: number): number {
  return Math.min(MOST_PATIENCE_MS, FIRST_PATIENCE_MS * 2 ** Math.min(failures - 1, 10));
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Rejects once the signal is aborted; leaves no listener behind. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("nobody listens any more"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
