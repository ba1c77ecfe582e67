/** The steps of a run that wait, and what they show to whoever decides. */

import type { Client } from "@temporalio/client";
import type { OpenStep } from "../workflows/mailbox.ts";
import { readOpenSteps } from "./deliver.ts";
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

/** Adds what a worker knows of them. Nobody is asked where nothing waits. */
export async function withShow(
  waits: readonly WaitingStep[],
  temporal: Client,
  id: string,
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
  const handle = temporal.workflow.getHandle(id);
  try {
    return await temporal.connection.withDeadline(Date.now() + PATIENCE_MS, () =>
      readOpenSteps(handle),
    );
  } catch {
    return [];
  }
}
