/** Starts the runs of a load and answers what they ask, however often that takes: what a careful user of the client does. */

import { setTimeout as sleep } from "node:timers/promises";
import { ClientError, type SignalboxClient } from "signalbox/client";
import type { PlannedRun } from "./load.ts";

/** How a run was driven. */
export interface Driven {
  readonly run: PlannedRun;
  readonly id: string;
  /** Other ids that a repeated start gave: there are to be none. */
  readonly otherIds: readonly string[];
  /** Whether it was seen to end. */
  readonly hasEnded: boolean;
}

export interface DriveOptions {
  /** Told apart from the same load of another seed on the same server. */
  readonly seed: number;
  /** How many runs are open at once. */
  readonly concurrency: number;
  /** Given up after so long. */
  readonly signal: AbortSignal;
  readonly onEnded: (run: PlannedRun) => void;
  /** Told what the client threw beside that Temporal, or every worker, is away. */
  readonly onError: (run: PlannedRun, error: unknown) => void;
}

const PATIENCE_MS = 250;

export async function driveLoad(
  client: SignalboxClient,
  load: readonly PlannedRun[],
  options: DriveOptions,
): Promise<readonly Driven[]> {
  const left = [...load];
  const driven: Driven[] = [];
  const work = async (): Promise<void> => {
    for (let run = left.shift(); run !== undefined; run = left.shift()) {
      driven.push(await drive(client, run, options));
      options.onEnded(run);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return driven;
}

async function drive(
  client: SignalboxClient,
  run: PlannedRun,
  { seed, signal, onError }: DriveOptions,
): Promise<Driven> {
  const patience = { signal, onError: (error: unknown) => onError(run, error) };
  const options = { idempotencyKey: `chaos-${seed}-${run.name}` };
  const start = (): Promise<string> => client.start(run.graph, run.input, options);
  const id = await untilDone(start, patience);
  if (id === undefined) return { run, id: "", otherIds: [], hasEnded: false };
  // As somebody does who did not hear of the first start.
  const again = (await untilDone(start, patience)) ?? id;
  const hasEnded = await attend(client, id, run, patience);
  return { run, id, otherIds: again === id ? [] : [again], hasEnded };
}

interface Patience {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Follows a run to its end and answers it. Begins anew where it cannot go on. */
async function attend(
  client: SignalboxClient,
  id: string,
  { letters }: PlannedRun,
  patience: Patience,
): Promise<boolean> {
  const ended = await untilDone(async () => {
    for await (const event of client.events(id, { signal: patience.signal })) {
      if (event.type === "run.ended") return true;
      if (event.type !== "step.waiting") continue;
      const { step, kind } = event;
      await untilDone(() => answer(client, { id, step, kind }, letters[step]), patience);
    }
    return false;
  }, patience);
  return ended ?? false;
}

async function answer(
  client: SignalboxClient,
  { id, step, kind }: { readonly id: string; readonly step: string; readonly kind: string },
  value: unknown,
): Promise<void> {
  try {
    if (kind === "approval") await client.decide(id, step, value, { by: "chaos" });
    else await client.sendEvent(id, step, value, { by: "chaos" });
  } catch (error) {
    // It was delivered, and the answer to that was lost; or another reading of the history has answered it.
    if (error instanceof ClientError && error.code === "CLIENT_STEP_NOT_OPEN") return;
    throw error;
  }
}

/** What says that Temporal, or the worker that would answer, is away for now. */
const PASSING = new Set(["CLIENT_TEMPORAL_UNAVAILABLE", "CLIENT_WORKER_UNAVAILABLE"]);

/** Repeats `act` while Temporal is away. `undefined`: given up. */
async function untilDone<T>(
  act: () => Promise<T>,
  { signal, onError }: Patience,
): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ClientError && PASSING.has(error.code))) onError(error);
      await sleep(PATIENCE_MS);
    }
  }
  return undefined;
}
