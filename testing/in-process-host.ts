/**
 * The interpreter's host without a server: calls providers and tools directly, on a clock that jumps.
 * What Temporal would keep in the history crosses as JSON here too, so that a `Date` does not outlive a test.
 */

import { setMaxListeners } from "node:events";
import { ApplicationFailure } from "@temporalio/common";
import { callProvider, type ModelAccess } from "../activities/call-provider.ts";
import type { AttemptRequest } from "../activities/contract.ts";
import { readFailedCall } from "../activities/failed-attempt.ts";
import { decideRecordedRoute, type RouteAccess } from "../activities/routing.ts";
import { runTool, ToolSchemaError, type Tools } from "../activities/tool.ts";
import type { CallHost } from "../activities/watch-call.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import { boundCharge } from "../graph/token-bound.ts";
import type { Provider } from "../plugins/contract.ts";
import type {
  AttemptFailure,
  AttemptOutcome,
  CallLabel,
  Host,
  Outcome,
  Received,
  ReceiveRequest,
  SubOutcome,
  SubRequest,
  ToolRequest,
} from "../workflows/host.ts";
import { interpret, openLedger } from "../workflows/interpreter.ts";
import { RunError } from "../workflows/run-error.ts";
import { RunRecord, type AttemptListener } from "../workflows/run-record.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a test's run can reach. */
export interface InProcessWorld extends RouteAccess {
  readonly providers: readonly Provider[];
  readonly clock: VirtualClock;
  /** Decides and sends events in place of the world outside. `undefined`: nothing comes. */
  readonly answer: (request: ReceiveRequest) => Received | undefined;
  /** Kept here: what waits for an answer, without a deadline, that will not come. */
  readonly waiting: Set<ReceiveRequest>;
  /** Told of every attempt that begins; gives what is to be told of its end. */
  readonly begin: AttemptListener;
}

/** As Temporal's retry policy in workflows/temporal-host.ts. */
const FIRST_RETRY_DELAY_MS = 250;
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
    route: async (request) => decideRecordedRoute(request, world),
    attempt: (request, label) => attempt(request, label, { world, access, cancellation }),
    callTool: (request) => callTool(request, { tools, clock, cancellation }),
    runSub: (request, label) => runSub(request, label, world, part),
    sleep: (durationMs) => clock.sleep(durationMs, cancellation),
    receive: (request) =>
      receive({ ...request, step: `${prefix}${request.step}` }, world, cancellation),
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
      const host = createHost(world, isolated);
      return interpret(graph, toPlainJson(input), { host, record, ledger, timeLeftMs });
    });
    return { ok: true, value: toPlainJson(value), totals: record.totals() };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { code, message } = error;
    return { ok: false, error: { code, message }, totals: record.totals() };
  }
}

async function isolate<T>(part: Part, run: (part: Part) => Promise<T>): Promise<T> {
  const failed = new AbortController();
  const cancellation = AbortSignal.any([part.cancellation, failed.signal]);
  setMaxListeners(0, cancellation);
  try {
    return await run({ ...part, cancellation });
  } catch (error) {
    failed.abort();
    throw error;
  }
}

interface AttemptWorld {
  readonly world: InProcessWorld;
  readonly access: ModelAccess;
  readonly cancellation: AbortSignal;
}

async function attempt(
  request: AttemptRequest,
  { timeLeftMs }: CallLabel,
  { world: { clock }, access, cancellation }: AttemptWorld,
): Promise<AttemptOutcome> {
  const endsAt = clock.now() + timeLeftMs;
  const callHost: CallHost = {
    cancellation,
    now: () => clock.now(),
    sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
    reportProgress: () => {},
  };
  try {
    for (let tries = 1; ; tries++) {
      cancellation.throwIfAborted();
      const startedAt = clock.now();
      try {
        const call = (request.callsBefore ?? 0) + tries;
        const reply = await callProvider(request, call, access, callHost);
        return { ok: true, reply: tries === 1 ? reply : { ...reply, tries } };
      } catch (error) {
        cancellation.throwIfAborted();
        const durationMs = clock.now() - startedAt;
        const failed = readFailedCall(error, { request, durationMs, tries });
        const { message, details } = failed;
        const delayMs = failed.retryAfterMs ?? FIRST_RETRY_DELAY_MS * 2 ** (tries - 1);
        if (!failed.isRetryable || clock.now() + delayMs > endsAt) {
          return { ok: false, failure: { ...details, message } };
        }
        await clock.sleep(delayMs, cancellation);
      }
    }
  } catch (error) {
    if (!cancellation.aborted) throw error;
    return { ok: false, failure: cancelledAttempt(request), cancellation: error };
  }
}

function cancelledAttempt(request: AttemptRequest): AttemptFailure {
  const { model } = request;
  const message = `${model}: the run no longer needs the answer`;
  return { model, kind: "cancelled", durationMs: 0, tries: 1, ...boundCharge(request), message };
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
}

async function callTool(
  { tool: name, input, deadlineMs }: ToolRequest,
  world: ToolWorld,
): Promise<Outcome> {
  const { tools, clock, cancellation } = world;
  const tool = tools[name];
  if (tool === undefined) {
    return { ok: false, error: { code: "not_found", message: `there is no tool "${name}"` } };
  }
  for (let tries = 1; ; tries++) {
    try {
      const value = await withDeadline(deadlineMs, world, (signal) =>
        runTool(name, tool, toPlainJson(input), { signal }),
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
  { answer, clock, waiting }: InProcessWorld,
  cancellation: AbortSignal,
): Promise<Received | undefined> {
  cancellation.throwIfAborted();
  const received = answer(request);
  if (received) return received;
  if (!request.isOpenEnded) {
    await clock.sleep(request.timeoutMs, cancellation);
    return undefined;
  }
  waiting.add(request);
  cancellation.addEventListener("abort", () => waiting.delete(request), { once: true });
  // Nothing will come: the clock finds that out and says so.
  return new Promise(() => {});
}
