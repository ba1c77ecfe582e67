/**
 * The interpreter's host without a server: calls providers and tools directly, on a clock that jumps.
 * What Temporal would keep in the history crosses as JSON here too, so that a `Date` does not outlive a test.
 */

import { setMaxListeners } from "node:events";
import { ApplicationFailure } from "@temporalio/common";
import { callProvider, type ModelAccess } from "../activities/call-provider.ts";
import { readFailedCall } from "../activities/failed-attempt.ts";
import { decideRoute, type ModelLists } from "../activities/route.ts";
import { runTool, ToolSchemaError, type Tools } from "../activities/tool.ts";
import type { AttemptRequest } from "../activities/contract.ts";
import type { Attempt } from "../client/run.ts";
import { fallbackOf } from "../graph/attempt-id.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import type { Provider } from "../plugins/contract.ts";
import type {
  AttemptOutcome,
  Host,
  Label,
  Outcome,
  Received,
  ReceiveRequest,
  ToolRequest,
} from "../workflows/host.ts";
import { interpret } from "../workflows/interpreter.ts";
import { RunError } from "../workflows/run-error.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a test's run can reach. */
export interface InProcessWorld extends Omit<ModelAccess, "providers"> {
  readonly providers: readonly Provider[];
  readonly models: ModelLists;
  readonly clock: VirtualClock;
  /** Decides and sends events in place of the world outside. `undefined`: nothing comes. */
  readonly answer: (request: ReceiveRequest) => Received | undefined;
  /** Kept here: what waits for an answer, without a deadline, that will not come. */
  readonly waiting: Set<ReceiveRequest>;
  /** Told of every attempt that begins; gives what is to be told of its end. */
  readonly begin: (attempt: Attempt) => (end: Attempt) => void;
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
    route: async (request) => decideRoute(request, world.models),
    attempt: (request, label) => attempt(request, label, { world, access, part }),
    callTool: (request) => callTool(request, { tools, clock, cancellation }),
    async runSub(graph, input, { id }) {
      try {
        const value = await isolate({ prefix: `${prefix}${id}/`, cancellation }, (own) =>
          interpret(graph, toPlainJson(input), createHost(world, own)),
        );
        return { ok: true, value: toPlainJson(value) };
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        return { ok: false, error: { code: error.code, message: error.message } };
      }
    },
    sleep: (durationMs) => clock.sleep(durationMs, cancellation),
    receive: (request) =>
      receive({ ...request, step: `${prefix}${request.step}` }, world, cancellation),
    isolate: (run) => isolate(part, (own) => run(createHost(world, own))),
  };
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
  readonly part: Part;
}

async function attempt(
  request: AttemptRequest,
  { id }: Label,
  { world, access, part: { prefix, cancellation } }: AttemptWorld,
): Promise<AttemptOutcome> {
  cancellation.throwIfAborted();
  const { clock } = world;
  const { model } = request;
  const base = { step: `${prefix}${request.step}`, model, fallback: fallbackOf(id) };
  const end = world.begin({ ...base, status: "running", tries: 1 });
  for (let tries = 1; ; tries++) {
    const startedAt = clock.now();
    try {
      const reply = await callProvider(request, access, {
        cancellation,
        now: () => clock.now(),
        sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
        reportProgress: () => {},
      });
      const { value: _value, toolCalls: _toolCalls, ...measured } = reply;
      end({ ...base, status: "completed", tries, ...measured });
      return { ok: true, reply };
    } catch (error) {
      // The run lists it as cancelled.
      cancellation.throwIfAborted();
      const durationMs = clock.now() - startedAt;
      const failed = readFailedCall(error, { model, durationMs, tries });
      if (failed.isRetryable) {
        const delayMs = failed.retryAfterMs ?? FIRST_RETRY_DELAY_MS * 2 ** (tries - 1);
        await clock.sleep(delayMs, cancellation);
        continue;
      }
      const { message, details } = failed;
      end({ ...base, status: "failed", tries, ...details, message });
      return { ok: false, failure: { ...details, message } };
    }
  }
}

/** Providers whose work stops the clock, except while they wait for it. */
function workingProviders({ providers, clock }: InProcessWorld): ReadonlyMap<string, Provider> {
  const working = providers.map((provider): [string, Provider] => [
    provider.id,
    {
      id: provider.id,
      generate: (request, context) =>
        clock.work((pause) =>
          provider.generate(request, {
            ...context,
            sleep: (durationMs) => pause(() => context.sleep(durationMs)),
          }),
        ),
    },
  ]);
  return new Map(working);
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
  if (request.timeoutMs !== undefined) {
    await clock.sleep(request.timeoutMs, cancellation);
    return undefined;
  }
  waiting.add(request);
  cancellation.addEventListener("abort", () => waiting.delete(request), { once: true });
  // Nothing will come: the clock finds that out and says so.
  return new Promise(() => {});
}
