/**
 * The interpreter's host without a server: calls providers and tools directly, on a clock that jumps.
 * What Temporal would keep in the history crosses as JSON here too, so that a `Date` does not outlive a test.
 */

import { setMaxListeners } from "node:events";
import { ApplicationFailure } from "@temporalio/common";
import { callGuardrail } from "../activities/guarding/guard-call.ts";
import type { GuardRequest, RewardReport } from "../activities/contract.ts";
import { decideRoute } from "../activities/route.ts";
import type { RouteAccess } from "../activities/route-access.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import { runTool, ToolSchemaError, type Tools } from "../activities/tool.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import type { Provider } from "../plugins/contract.ts";
import type {
  CallLabel,
  GuardOutcome,
  Host,
  Outcome,
  Received,
  ReceiveRequest,
  SubOutcome,
  SubRequest,
  ToolRequest,
} from "../workflows/host.ts";
import { endOfRun, interpret, openLedger } from "../workflows/interpreter.ts";
import { RunError } from "../workflows/run-error.ts";
import { RunRecord, type AttemptListener } from "../workflows/run-record.ts";
import { attempt, FIRST_RETRY_DELAY_MS, keyOf, type AttemptWorld } from "./in-process-attempt.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a test's run can reach. */
export interface InProcessWorld extends RouteAccess {
  /** The graph's id. */
  readonly graph: string;
  readonly providers: readonly Provider[];
  readonly live: LiveSignals;
  readonly clock: VirtualClock;
  /** Decides and sends events in place of the world outside. `undefined`: nothing comes. */
  readonly answer: (request: ReceiveRequest) => Received | undefined;
  /** Kept here: what waits for an answer, without a deadline, that will not come. */
  readonly waiting: Set<ReceiveRequest>;
  /** Whether the graph has a deadline of its own: then nothing waits for ever. */
  readonly hasDeadline: boolean;
  /** Told what steps report of replies. */
  readonly reward: (report: RewardReport) => void;
  /** Told of every attempt that begins; gives what is to be told of its end. */
  readonly begin: AttemptListener;
}

/** Stands for the names that a run has on a server. */
const RUN = "in-process";

/** As Temporal's retry policy in workflows/temporal-host.ts. */
const MAXIMUM_TOOL_TRIES = 3;

/** The part of a run that a host is for. */
interface Part {
  /** What the paths of its steps begin with: for a sub-graph, that of the step that started it. */
  readonly prefix: string;
  /** Aborted when the run goes on without this part. */
  readonly cancellation: AbortSignal;
}

/** Makes the host of one run. */
export function createInProcessHost(world: InProcessWorld): Host {
  const { signal: cancellation } = new AbortController();
  // Everything that a run does listens to it, which is no leak.
  setMaxListeners(0, cancellation);
  return createHost(world, { prefix: "", cancellation });
}

function createHost(world: InProcessWorld, part: Part): Host {
  const { clock } = world;
  const { prefix, cancellation } = part;
  const access = { ...world, providers: workingProviders(world) };
  const tools = workingTools(world);
  return {
    now: () => clock.now(),
    route: async (question) =>
      decideRoute({ ...question, graph: world.graph, run: RUN, workspace: RUN }, world),
    attempt: (request, label) =>
      attempt(request, label, { graph: world.graph, access, clock, cancellation }),
    guard: (request) => guard(request, { access: world, clock, cancellation }),
    callTool: (request, { id }) => {
      const idempotencyKey = keyOf(`${world.graph} ${prefix}${id} ${request.tool}`);
      return callTool(request, { tools, clock, cancellation, idempotencyKey });
    },
    runSub: (request, label) => runSub(request, label, world, part),
    sleep: (durationMs) => clock.sleep(durationMs, cancellation),
    receive: (request) =>
      receive({ ...request, step: `${prefix}${request.step}` }, world, cancellation),
    // The record of the run is told them too, and there is no history.
    keepVerdicts: () => {},
    reward: async (report) => {
      const about = { ...report, graph: world.graph };
      world.live.reward(about);
      world.reward({ ...about, step: `${prefix}${report.step}` });
    },
    isolate: (run) => isolate(part, (own) => run(createHost(world, own))),
  };
}

async function runSub(
  { graph, input, limits }: SubRequest,
  { id, timeLeftMs }: CallLabel,
  world: InProcessWorld,
  { prefix, cancellation }: Part,
): Promise<SubOutcome> {
  const own: Part = { prefix: `${prefix}${id}/`, cancellation };
  const record = new RunRecord((begun) =>
    world.begin({ ...begun, step: `${own.prefix}${begun.step}` }),
  );
  const ledger = openLedger(graph.budget, limits);
  try {
    const value = await isolate(own, (isolated) => {
      const hasDeadline = world.hasDeadline || graph.deadlineMs !== undefined;
      const host = createHost({ ...world, graph: graph.id, hasDeadline }, isolated);
      const endsAt = endOfRun(graph, host.now(), timeLeftMs);
      return interpret(graph, toPlainJson(input), { host, record, ledger, endsAt });
    });
    await settle(record);
    return { ok: true, value: toPlainJson(value), totals: record.totals() };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { code, message } = error;
    return { ok: false, error: { code, message }, totals: record.totals() };
  }
}

/** As an engine does: waits until the calls that were cancelled have said what they may cost. */
export function settle(record: RunRecord): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!record.isCalling()) resolve();
    };
    record.onChange(check);
    check();
  });
}

async function isolate<T>(part: Part, run: (part: Part) => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const cancellation = AbortSignal.any([part.cancellation, ended.signal]);
  setMaxListeners(0, cancellation);
  try {
    return await run({ ...part, cancellation });
  } finally {
    ended.abort();
  }
}

/** Providers whose work stops the clock, except while they wait for it. */
function workingProviders({ providers, clock }: InProcessWorld): ReadonlyMap<string, Provider> {
  const working = providers.map((provider): [string, Provider] => [
    provider.id,
    workingProvider(provider, clock),
  ]);
  return new Map(working);
}

function workingProvider(provider: Provider, clock: VirtualClock): Provider {
  return {
    id: provider.id,
    ...(provider.describeModel && {
      describeModel: (model: string) => provider.describeModel?.(model),
    }),
    generate: (request, context) =>
      clock.work((pause) =>
        provider.generate(request, {
          ...context,
          sleep: (durationMs) => pause(() => context.sleep(durationMs)),
        }),
      ),
  };
}

function workingTools({ tools, clock }: InProcessWorld): Tools {
  const working = Object.entries(tools).map(([name, tool]): [string, Tools[string]] => [
    name,
    { ...tool, run: (input, context) => clock.work(() => tool.run(input, context)) },
  ]);
  return Object.fromEntries(working);
}

interface ToolWorld {
  readonly tools: Tools;
  readonly clock: VirtualClock;
  readonly cancellation: AbortSignal;
  readonly idempotencyKey: string;
}

async function guard(
  request: GuardRequest,
  {
    access,
    clock,
    cancellation,
  }: Pick<AttemptWorld, "clock" | "cancellation"> & {
    readonly access: RouteAccess;
  },
): Promise<GuardOutcome> {
  const value = await clock.work((pause) =>
    callGuardrail(request, access.guarding, {
      cancellation,
      now: () => clock.now(),
      sleep: (durationMs, signal) => pause(() => clock.sleep(durationMs, signal)),
    }),
  );
  return { ok: true, value };
}

async function callTool(
  { tool: name, input, deadlineMs }: ToolRequest,
  world: ToolWorld,
): Promise<Outcome> {
  const { tools, clock, cancellation, idempotencyKey } = world;
  const tool = tools[name];
  if (tool === undefined) {
    return { ok: false, error: { code: "not_found", message: `there is no tool "${name}"` } };
  }
  for (let tries = 1; ; tries++) {
    try {
      const value = await withDeadline(deadlineMs, world, (signal) =>
        runTool(name, tool, toPlainJson(input), { signal, idempotencyKey }),
      );
      return { ok: true, value: toPlainJson(value) };
    } catch (error) {
      cancellation.throwIfAborted();
      const { name: code, message } = error instanceof Error ? error : new Error(String(error));
      if (isFinal(error) || tries >= MAXIMUM_TOOL_TRIES)
        return { ok: false, error: { code, message } };
      await clock.sleep(FIRST_RETRY_DELAY_MS * 2 ** (tries - 1), cancellation);
    }
  }
}

function isFinal(error: unknown): boolean {
  if (error instanceof ToolSchemaError) return true;
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

async function withDeadline<T>(
  deadlineMs: number,
  { clock, cancellation }: ToolWorld,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const finished = new AbortController();
  const deadline = new AbortController();
  const until = AbortSignal.any([finished.signal, cancellation]);
  const expired = clock.sleep(deadlineMs, until).then(() => {
    const error = new Error("no worker reported back (START_TO_CLOSE)");
    deadline.abort(error);
    throw error;
  });
  try {
    return await Promise.race([call(AbortSignal.any([deadline.signal, cancellation])), expired]);
  } finally {
    finished.abort();
    expired.catch(() => {});
  }
}

async function receive(
  request: ReceiveRequest,
  { answer, clock, waiting, hasDeadline }: InProcessWorld,
  cancellation: AbortSignal,
): Promise<Received | undefined> {
  cancellation.throwIfAborted();
  const received = answer(request);
  if (received) return received;
  if (!request.isOpenEnded || hasDeadline) {
    await clock.sleep(request.timeoutMs, cancellation);
    return undefined;
  }
  waiting.add(request);
  cancellation.addEventListener("abort", () => waiting.delete(request), { once: true });
  // Nothing will come: the clock finds that out and says so.
  return new Promise(() => {});
}
