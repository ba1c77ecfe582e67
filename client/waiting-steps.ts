/** The steps of a run that wait, and what they show to whoever decides. */

import type { Client } from "@temporalio/client";
import type { OpenStep } from "../workflows/mailbox.ts";
import { readState } from "./deliver.ts";
import type { RunEvent, StepWaiting } from "./run-event.ts";
import type { WaitingStep } from "./run.ts";

/** What a run shows is only known to a worker, which may be away or busy: the rest is told without it. */
const PATIENCE_MS = 2_000;

/** In the order in which they began to wait, as far as the history tells. */
export function waitsOf(events: readonly RunEvent[]): readonly WaitingStep[] {
  const waits = new Map<string, WaitingStep>();
  for (const event of events) {
    if (event.type === "step.waiting") waits.set(event.step, addWait(waits.get(event.step), event));
    if (event.type === "step.decided") waits.delete(event.step);
  }
  return [...waits.values()];
}

function addWait(
  known: WaitingStep | undefined,
  { step, kind, reminders, at }: StepWaiting,
): WaitingStep {
  return { step, kind, since: known?.since ?? at, reminders };
}

/** The steps that wait in one execution: a run, or a part of one. */
export interface ExecutionWaits {
  /** Its workflow id. */
  readonly id: string;
  readonly waits: readonly WaitingStep[];
}

/** Adds what workers know of them. */
export async function showWaits(
  executions: readonly ExecutionWaits[],
  temporal: Client,
): Promise<readonly WaitingStep[]> {
  const shown = await Promise.all(executions.map((execution) => withShow(execution, temporal)));
  return shown.flat();
}

/** Nobody is asked where nothing waits. */
async function withShow(
  { id, waits }: ExecutionWaits,
  temporal: Client,
): Promise<readonly WaitingStep[]> {
  if (waits.length === 0) return [];
  const shown = await askWorker(temporal, id);
  const byStep = new Map(shown.map((open) => [open.step, open]));
  return waits.map((wait) => {
    const open = byStep.get(wait.step);
    return open === undefined ? wait : { ...wait, show: open.show, until: open.until };
  });
}

async function askWorker(temporal: Client, id: string): Promise<readonly OpenStep[]> {
  try {
    return await temporal.connection.withDeadline(Date.now() + PATIENCE_MS, async () => {
      const { waiting } = await readState(temporal, id);
      return waiting;
    });
  } catch {
    return [];
  }
}
