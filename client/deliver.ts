/** Takes decisions and events to a run that waits for them. */

import {
  ApplicationFailure,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from "@temporalio/client";
import { BUDGET_QUESTION } from "../graph/budget.ts";
import { isStepOfPart } from "../graph/part-place.ts";
import { DELIVER_UPDATE } from "../graph/timer-words.ts";
import type { Letter, OpenStep } from "../workflows/mailbox.ts";
import type { OpenPart, RunState } from "../workflows/queries.ts";
import { isUnknownRun } from "./as-client-error.ts";
import { ClientError, isClientError, type ClientErrorCode } from "./client-error.ts";

/** Who sends a decision or an event; goes on record with it. */
export type Sender = Pick<Letter, "by" | "comment">;

/** What the workflow refuses a letter with; see workflows/mailbox.ts. */
const REFUSALS: Readonly<Record<string, ClientErrorCode>> = {
  MAIL_STEP_NOT_OPEN: "CLIENT_STEP_NOT_OPEN",
  MAIL_INVALID_VALUE: "CLIENT_INVALID_VALUE",
};

/**
 * Delivers a letter, to the part of the run in which its step waits; resolves once it is in the history there.
 *
 * @throws {ClientError} CLIENT_STEP_NOT_OPEN or CLIENT_INVALID_VALUE, and nothing has changed.
 */
export async function deliver(temporal: Client, id: string, letter: Letter): Promise<void> {
  const handle = temporal.workflow.getHandle(id);
  try {
    await handle.executeUpdate<void, [Letter]>(DELIVER_UPDATE, { args: [letter] });
  } catch (error) {
    const refusal = readRefusal(error) ?? (await readEnded(handle, letter, error));
    const parts = refusal?.code === "CLIENT_STEP_NOT_OPEN" ? partsWith(letter.step, error) : [];
    if (parts.length === 0) throw refusal ?? error;
    await deliverToOne(temporal, parts, letter);
  }
}

/** At most one of them takes it: a step waits in one place. */
async function deliverToOne(
  temporal: Client,
  parts: readonly OpenPart[],
  letter: Letter,
): Promise<void> {
  for (const [index, { id }] of parts.entries()) {
    try {
      return await deliver(temporal, id, letter);
    } catch (error) {
      const isLast = index === parts.length - 1;
      if (isLast || !isClientError(error, "CLIENT_STEP_NOT_OPEN")) throw error;
    }
  }
}

/** The steps of a run that wait, in the order in which they began to; then those of its parts. Asks a worker. */
export async function readOpenSteps(temporal: Client, id: string): Promise<readonly OpenStep[]> {
  const { waiting, parts = [] } = await readState(temporal, id);
  const inParts = await Promise.all(parts.map((part) => readOpenStepsOf(temporal, part)));
  return [...waiting, ...inParts.flat()];
}

/** A part may be about to start, or have ended since. */
async function readOpenStepsOf(temporal: Client, { id }: OpenPart): Promise<readonly OpenStep[]> {
  try {
    return await readOpenSteps(temporal, id);
  } catch (error) {
    if (isUnknownRun(error)) return [];
    throw error;
  }
}

/** Asks a worker where an execution stands: a run, or a part of one. */
export function readState(temporal: Client, id: string): Promise<RunState> {
  return temporal.workflow.getHandle(id).query<RunState>("state");
}

/** The parts in flight that may have a step, as the refusal of what started them tells. */
function partsWith(step: string, error: unknown): readonly OpenPart[] {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/mailbox.ts.
  const parts = (cause.details?.[0] ?? []) as readonly OpenPart[];
  // What a budget asks is asked by whichever part comes up against it.
  return parts.filter((part) => step === BUDGET_QUESTION || isStepOfPart(step, part));
}

/** Temporal says of a run that has ended what it says of one that never was. */
async function readEnded(
  handle: WorkflowHandle,
  { step }: Letter,
  cause: unknown,
): Promise<ClientError | undefined> {
  if (cause instanceof WorkflowUpdateFailedError) return undefined;
  const description = await handle.describe().catch(() => undefined);
  if (description === undefined || description.status.name === "RUNNING") return undefined;
  return new ClientError(
    "CLIENT_STEP_NOT_OPEN",
    `Step "${step}" does not wait any more: run "${handle.workflowId}" has ended as ${description.status.name.toLowerCase()}.`,
    { cause },
  );
}

function readRefusal(error: unknown): ClientError | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const code = REFUSALS[cause.type ?? ""];
  return code && new ClientError(code, cause.message, { cause: error });
}
