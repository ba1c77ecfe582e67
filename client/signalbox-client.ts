/** Starts runs, waits for them and reads them. A thin, typed layer over Temporal's own client. */

import type { Client, WorkflowHandle } from "@temporalio/client";
import type { AnyGraph, InputOf, ResultOf } from "../graph/graph.ts";
import type { OpenStep } from "../workflows/mailbox.ts";
import type { AuditRecord } from "../audit/record.ts";
import { asClientError, unknownRun } from "./as-client-error.ts";
import { readAudit, type AuditTrail, type AuditTrailOptions } from "./audit/read-audit.ts";
import { connect, type ConnectOptions } from "./connect.ts";
import { deliver, readOpenSteps, type Sender } from "./deliver.ts";
import { followEvents, followRun, type FollowedEvents, type FollowOptions } from "./follow-run.ts";
import { isReachable } from "./is-reachable.ts";
import { listRuns } from "./list-runs.ts";
import { readEvents, readRun } from "./read-parts.ts";
import { readSummary } from "./read-summary.ts";
import { readWhole } from "./read-whole.ts";
import { remoteCodec, type RemoteCodec } from "./remote-codec.ts";
import type { RunEvent } from "./run-event.ts";
import type { Attempt, ListOptions, Run, RunPage, RunSummary } from "./run.ts";
import type { StartOptions } from "./start-options.ts";
import { startRun } from "./start-run.ts";
import { waitUntilClosed } from "./wait-until-closed.ts";

export interface SignalboxClientOptions {
  /** Temporal's own client, with the data converter of the workers: see `openDataConverter`. Stays yours to close. */
  readonly temporal: Client;
  /** Where the workers listen. Default: `"signalbox"`. */
  readonly taskQueue?: string;
}

/** Temporal's own limit. An id far above it makes the server's answer too large to be sent. */
const MAX_ID_LENGTH = 1_000;

/** Starts and reads runs of graphs. */
export class SignalboxClient {
  readonly #temporal: Client;
  readonly #taskQueue: string;
  #ownsConnection = false;

  constructor({ temporal, taskQueue = "signalbox" }: SignalboxClientOptions) {
    this.#temporal = temporal;
    this.#taskQueue = taskQueue;
  }

  /**
   * A client with a connection of its own, opened as Temporal's configuration says. {@link close} closes it.
   *
   * @throws {ClientError} CLIENT_TEMPORAL_UNAVAILABLE when nothing answers within 5 seconds; CLIENT_INVALID_CONFIG.
   * @throws {PayloadError} when the settings of payloads are wrong.
   */
  static async connect(options: ConnectOptions = {}): Promise<SignalboxClient> {
    const temporal = await connect(options);
    const client = new SignalboxClient({ temporal, taskQueue: options.taskQueue });
    client.#ownsConnection = true;
    return client;
  }

  /** Closes the connection that {@link connect} opened; one that was handed in stays open. */
  async close(): Promise<void> {
    if (this.#ownsConnection) await this.#temporal.connection.close();
  }

  /**
   * Starts a run and gives its id without waiting for it. The worker checks the input.
   *
   * @throws {ClientError} CLIENT_RUN_EXISTS when the id is taken; CLIENT_KEY_REUSED when the idempotency key is, by another
   *   request; CLIENT_UNKNOWN_VERSION, CLIENT_INVALID_WORKSPACE, CLIENT_INVALID_KEY. Nothing is started then.
   */
  start<G extends AnyGraph>(
    graph: G,
    input: InputOf<G>,
    options: StartOptions = {},
  ): Promise<string> {
    return startRun(this.#temporal, { graph, input, options, taskQueue: this.#taskQueue });
  }

  /**
   * Starts a run, waits for it and gives its result.
   *
   * @throws {ClientError} as {@link start} does.
   * @throws {WorkflowFailedError} Temporal's own, when the run did not complete; its cause says why.
   */
  async run<G extends AnyGraph>(
    graph: G,
    input: InputOf<G>,
    options: StartOptions = {},
  ): Promise<ResultOf<G>> {
    return this.result(graph, await this.start(graph, input, options));
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
   * What a list shows of a run, as it stands now: quicker than all of it.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  summary(id: string): Promise<RunSummary> {
    return this.#ask(id, async (handle) => readSummary(await handle.describe()));
  }

  /**
   * A run as it stands now, with every attempt made so far.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  get(id: string): Promise<Run> {
    return this.#ask(id, (handle) => readWhole(this.#temporal, handle));
  }

  /**
   * The attempts of a run so far, in the order in which they were scheduled, those of each part of a large map together; of sub-graphs,
   * their own runs tell.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  attempts(id: string): Promise<readonly Attempt[]> {
    return this.#ask(id, async () => (await readRun(this.#temporal, id)).attempts);
  }

  /**
   * The runs that fit, a page at a time. A run that has just started or ended may take a moment to be listed so.
   *
   * @throws {ClientError} CLIENT_INVALID_FILTER, CLIENT_INVALID_CURSOR
   */
  list(options: ListOptions = {}): Promise<RunPage> {
    return listRuns(this.#temporal, options);
  }

  /**
   * What happens in a run, as it happens: first all that has happened, then the rest as it comes. Ends after `run.ended`. It goes on
   * when Temporal was away for a while.
   *
   * @param after - the id of the last event that is known: it goes on behind that.
   * @throws {ClientError} CLIENT_UNKNOWN_RUN; CLIENT_INVALID_CURSOR when the run has no event `after`.
   */
  events(id: string, options: FollowOptions = {}): AsyncIterable<RunEvent> {
    assertPossibleId(id);
    return followEvents(this.#temporal, id, options);
  }

  /** As {@link events}, as many at a time as there are. What comes first, maybe without events, says that the run is there. */
  follow(id: string, options: FollowOptions = {}): AsyncIterable<FollowedEvents> {
    assertPossibleId(id);
    return followRun(this.#temporal, id, options);
  }

  /**
   * What has happened in a run so far, from its start. What a part of a large map did stands behind the part's start; {@link events} of
   * the run tell of it, as of a sub-graph, its start and its end alone.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  audit(id: string): Promise<readonly RunEvent[]> {
    return this.#ask(id, () => readEvents(this.#temporal, id));
  }

  /**
   * What has happened in a run so far, as the audit trail keeps it: see docs/reference/audit-records.md. The same history gives the same
   * records, byte for byte.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  async auditRecords(id: string): Promise<readonly AuditRecord[]> {
    return (await this.auditTrail(id)).records;
  }

  /**
   * As {@link auditRecords}, with what was said in the run where that is wanted.
   *
   * @throws {ClientError} CLIENT_UNKNOWN_RUN
   */
  auditTrail(id: string, options: AuditTrailOptions = {}): Promise<AuditTrail> {
    return this.#ask(id, () => readAudit(this.#temporal, { id }, options));
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
    return this.#ask(id, () => readOpenSteps(this.#temporal, id));
  }

  /**
   * Decides an approval.
   *
   * @param step - its path, as {@link openSteps} gives it.
   * @throws {ClientError} CLIENT_STEP_NOT_OPEN, CLIENT_INVALID_VALUE or CLIENT_UNKNOWN_RUN, and nothing has changed.
   */
  decide(id: string, step: string, decision: unknown, sender: Sender = {}): Promise<void> {
    const letter = { ...sender, kind: "approval", step, value: decision } as const;
    return this.#ask(id, () => deliver(this.#temporal, id, letter));
  }

  /**
   * Sends the event a `wait` waits for.
   *
   * @param step - its path, as {@link openSteps} gives it.
   * @throws {ClientError} CLIENT_STEP_NOT_OPEN, CLIENT_INVALID_VALUE or CLIENT_UNKNOWN_RUN, and nothing has changed.
   */
  sendEvent(id: string, step: string, event: unknown, sender: Sender = {}): Promise<void> {
    const letter = { ...sender, kind: "event", step, value: event } as const;
    return this.#ask(id, () => deliver(this.#temporal, id, letter));
  }

  /**
   * Whether Temporal answers now. Never rejects.
   *
   * @param timeoutMs - default: 1,000.
   */
  isReachable(timeoutMs = 1_000): Promise<boolean> {
    return isReachable(this.#temporal, timeoutMs);
  }

  /** Decodes and encodes payloads for others, with the data converter of Temporal's client. */
  get remoteCodec(): RemoteCodec {
    return remoteCodec(this.#temporal.options.loadedDataConverter);
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

function assertPossibleId(id: string): void {
  if (id === "" || id.length > MAX_ID_LENGTH) throw unknownRun(id);
}
