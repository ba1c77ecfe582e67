/** Replays recorded histories against the code of today: does a run that began with the old code still go through? */

import {
  DefaultLogger,
  makeTelemetryFilterString,
  ReplayError,
  Runtime,
  Worker,
  type ReplayWorkerOptions,
  type WorkflowBundleOption,
} from "@temporalio/worker";
import { IllegalStateError, type DataConverter } from "@temporalio/common";
import { DeterminismViolationError } from "@temporalio/workflow";
import type { AnyGraph } from "../graph/graph.ts";
import { openDataConverter } from "../payloads/data-converter.ts";
import { explainDifference, type Difference } from "./explain-difference.ts";
import { readFacts, type History, type RunFacts } from "./read-history.ts";
import { ReplayInputError } from "./replay-input-error.ts";
import { bundleGraphs } from "./bundle-graphs.ts";
import { bundledParts } from "./worker-payloads.ts";

export interface ReplayOptions {
  /** The module that exports the graphs. */
  readonly graphs: Readonly<Record<string, unknown>>;
  /** Where that module is, for Temporal to bundle. */
  readonly graphsUrl: URL;
  /** A bundle made earlier. Default: bundled once, before the first history. */
  readonly bundle?: WorkflowBundleOption;
  /** The one of the worker: payloads are decoded with it. Default: as the environment says. */
  readonly dataConverter?: DataConverter;
}

/** A history to replay. */
export interface RecordedRun {
  /** What people know it by: its file, or the run's id. */
  readonly name: string;
  /** Default: what the history says. */
  readonly workflowId?: string;
  /** An error: why there is none. */
  readonly history: History | Error;
}

/** What came of one history. */
export type Replayed = { readonly name: string; readonly events: number } & Partial<RunFacts> &
  (
    | { readonly status: "ok" }
    | { readonly status: "different"; readonly difference: Difference }
    | { readonly status: "not replayed"; readonly error: Error }
  );

type Refused = Replayed & { readonly status: "not replayed" };

/** A history that can be replayed, and what it says of itself. */
interface Replayable {
  readonly name: string;
  readonly workflowId: string;
  readonly facts: RunFacts;
  readonly history: History;
}

/**
 * Replays histories one by one; the results come in their order. Reads nothing but `runs`, calls no model.
 *
 * @throws {Error} when the graphs cannot be bundled, or `runs` throws.
 */
export async function* replayHistories(
  options: ReplayOptions,
  runs: Iterable<RecordedRun> | AsyncIterable<RecordedRun>,
): AsyncGenerator<Replayed> {
  installQuietRuntime();
  const { dataConverter = openDataConverter() } = options;
  let workflowBundle = options.bundle;
  let replayer: Replayer | undefined;
  try {
    for await (const run of runs) {
      const checked = checkRun(run, options.graphs);
      if ("status" in checked) {
        yield checked;
        continue;
      }
      // Takes seconds, so not before there is something to replay.
      workflowBundle ??= await bundleGraphs(options.graphsUrl, bundledParts(dataConverter));
      replayer ??= new Replayer({ workflowBundle, dataConverter });
      yield await replayOne(checked, replayer);
    }
  } finally {
    await replayer?.close();
  }
}

async function replayOne(
  { name, workflowId, facts, history }: Replayable,
  replayer: Replayer,
): Promise<Replayed> {
  const known = { name, events: history.events?.length ?? 0, ...facts };
  const error = await replayer.replay(history, workflowId);
  if (error === undefined) return { ...known, status: "ok" };
  if (!(error instanceof DeterminismViolationError) && !(error instanceof ReplayError)) throw error;
  return { ...known, status: "different", difference: explainDifference(error, history) };
}

/** One worker for all histories: to read the bundle takes longer than to replay most of them. */
class Replayer {
  /** What is pulled next. */
  #given: { readonly history: History; readonly workflowId: string } | undefined;
  readonly #results: ReturnType<typeof Worker.runReplayHistories>;

  constructor(options: ReplayWorkerOptions) {
    this.#results = Worker.runReplayHistories(options, this.#give());
  }

  /** @returns why it does not go through. */
  async replay(history: History, workflowId: string): Promise<Error | undefined> {
    this.#given = { history, workflowId };
    const result = await this.#results[Symbol.asyncIterator]().next();
    if (result.done) throw new Error(`The history of "${workflowId}" was not replayed.`);
    return result.value.error;
  }

  /** Asked for one more, it gives none: the worker ends. */
  async close(): Promise<void> {
    await this.#results[Symbol.asyncIterator]().next();
  }

  *#give(): Generator<{ readonly history: History; readonly workflowId: string }> {
    for (let next = this.#given; next !== undefined; next = this.#given) {
      this.#given = undefined;
      yield next;
    }
  }
}

/**
 * Keeps the SDK from logging every difference: it is told in our words. Has to come before anything else of Temporal in
 * this process, so whoever opens a connection first calls this before.
 */
export function installQuietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger("ERROR"),
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: "ERROR" }) } },
      shutdownSignals: [],
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

function checkRun(
  { name, history, workflowId }: RecordedRun,
  graphs: object,
): Replayable | Refused {
  if (history instanceof Error) return { name, events: 0, status: "not replayed", error: history };
  try {
    const facts = readFacts(history, name);
    assertKnown(facts, new Map<string, unknown>(Object.entries(graphs)), name);
    return { name, history, facts, workflowId: workflowId ?? facts.workflowId ?? name };
  } catch (error) {
    if (!(error instanceof ReplayInputError)) throw error;
    return { name, events: history.events?.length ?? 0, status: "not replayed", error };
  }
}

/** Hand-written workflows are replayed too; they have no versions. */
function assertKnown(
  { graph, version }: RunFacts,
  exported: ReadonlyMap<string, unknown>,
  name: string,
): void {
  const workflow = exported.get(graph);
  if (typeof workflow !== "function") {
    throw new ReplayInputError(
      "REPLAY_UNKNOWN_GRAPH",
      `"${name}" is a run of "${graph}", which the module of the graphs does not export. ` +
        `Export it, or name the right module.`,
    );
  }
  const versions = versionsOf(workflow);
  if (version === undefined || versions.length === 0 || versions.includes(version)) return;
  throw new ReplayInputError(
    "REPLAY_UNKNOWN_VERSION",
    `"${name}" is a run of version "${version}" of "${graph}", which is not there ` +
      `(there is: ${versions.map((known) => `"${known}"`).join(", ")}). ` +
      `Keep an old version beside the new one until its runs have ended.`,
  );
}

function versionsOf(workflow: Partial<AnyGraph> & object): readonly string[] {
  // Several versions may be behind one export.
  const { version, versions }: { version?: string; versions?: readonly { version: string }[] } =
    workflow;
  if (versions !== undefined) return versions.map((one) => one.version);
  return version === undefined ? [] : [version];
}
