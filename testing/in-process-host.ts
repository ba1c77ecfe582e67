/**
 * The interpreter's host without a server: calls providers and tools directly, on a clock that jumps.
 * What Temporal would keep in the history crosses as JSON here too, so that a `Date` does not outlive a test.
 */

import { setMaxListeners } from "node:events";
import { callGuardrail } from "../activities/guarding/guard-call.ts";
import type { GuardRequest, RewardReport } from "../activities/contract.ts";
import { decideRoute } from "../activities/route.ts";
import type { RouteAccess } from "../activities/route-access.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import type { Tools } from "../activities/tool.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import type { PlainData } from "../graph/plain-data.ts";
import type { Provider } from "../plugins/contract.ts";
import type {
  CallLabel,
  GuardOutcome,
  Host,
  PartEnd,
  PartOutcome,
  PartRequest,
  Received,
  ReceiveRequest,
  SubOutcome,
  SubRequest,
} from "../workflows/host.ts";
import { endOfRun, interpret, interpretPart, openLedger } from "../workflows/interpreter.ts";
import { Ledger } from "../workflows/ledger.ts";
import { RunError } from "../workflows/run-error.ts";
import { RunRecord, type AttemptListener, type DecisionListener } from "../workflows/run-record.ts";
import { attempt, keyOf, type AttemptWorld } from "./in-process-attempt.ts";
import { callTool } from "./in-process-tool.ts";
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
  /** Told of the decisions that parts of the run take. */
  readonly decided: DecisionListener;
  /** A map of more items runs in parts. */
  readonly itemsPerPart: number | undefined;
}

/** Stands for the names that a run has on a server. */
const RUN = "in-process";

/** What of a run a host is for. */
interface Scope {
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

function createHost(world: InProcessWorld, scope: Scope): Host {
  const { clock } = world;
  const { prefix, cancellation } = scope;
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
    runSub: (request, label) => runSub(request, label, world, scope),
    runPart: (request, label) => runPart(request, label, world, scope),
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
    isolate: (run) => isolate(scope, (own) => run(createHost(world, own))),
  };
}

async function runSub(
  { graph, input, limits }: SubRequest,
  { id, timeLeftMs }: CallLabel,
  world: InProcessWorld,
  { prefix, cancellation }: Scope,
): Promise<SubOutcome> {
  const own: Scope = { prefix: `${prefix}${id}/`, cancellation };
  const record = new RunRecord((begun) =>
    world.begin({ ...begun, step: `${own.prefix}${begun.step}` }),
  );
  const ledger = openLedger(graph.budget, limits);
  try {
    const value = await isolate(own, (isolated) => {
      const hasDeadline = world.hasDeadline || graph.deadlineMs !== undefined;
      const host = createHost({ ...world, graph: graph.id, hasDeadline }, isolated);
      const { itemsPerPart } = world;
      const endsAt = endOfRun(graph, host.now(), timeLeftMs);
      const options = { host, record, ledger, endsAt, itemsPerPart };
      return interpret(graph, toPlainJson(input), options);
    });
    await settle(record);
    return { ok: true, value: toPlainJson(value), totals: record.totals() };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { code, message } = error;
    return { ok: false, error: { code, message }, totals: record.totals() };
  }
}

/** Here and now, on accounts of its own. What would cross between executions is written as JSON and read again. */
async function runPart(
  { graph, view, part }: PartRequest,
  { timeLeftMs }: CallLabel,
  world: InProcessWorld,
  scope: Scope,
): Promise<PartOutcome> {
  const { prefix, cancellation } = scope;
  const record = new RunRecord(
    (begun) => world.begin({ ...begun, step: `${prefix}${begun.step}` }),
    // Those of a sub-graph are told by nobody.
    { decided: prefix === "" ? world.decided : undefined },
  );
  const ledger = Ledger.restore(part.accounts);
  const end = (): PartEnd => ({ totals: record.totals(), accounts: ledger.accounts() });
  try {
    cancellation.throwIfAborted();
    const value = await isolate(scope, (own) => {
      const { itemsPerPart } = world;
      const host = createHost(world, own);
      const endsAt = host.now() + timeLeftMs;
      const options = { host, record, ledger, endsAt, itemsPerPart };
      return interpretPart(graph, crossed(view), { ...part, items: crossed(part.items) }, options);
    });
    await settle(record);
    return { ok: true, value: crossed(value), ...end() };
  } catch (error) {
    await settle(record);
    return { ok: false, error, ...end() };
  }
}

function crossed(data: PlainData): PlainData {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It is JSON, so it comes out as it went in.
  return toPlainJson(data) as PlainData;
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

async function isolate<T>(scope: Scope, run: (scope: Scope) => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const cancellation = AbortSignal.any([scope.cancellation, ended.signal]);
  setMaxListeners(0, cancellation);
  try {
    return await run({ ...scope, cancellation });
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
