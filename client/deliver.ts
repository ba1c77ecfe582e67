/** Takes decisions and events to a run that waits for them. */

import {
  ApplicationFailure,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from "@temporalio/client";
import { DELIVER_UPDATE } from "../graph/timer-words.ts";
import type { Letter, OpenStep } from "../workflows/mailbox.ts";
import type { RunState } from "../workflows/queries.ts";
import { ClientError, type ClientErrorCode } from "./client-error.ts";

/** Who sends a decision or an event; goes on record with it. */
export type Sender = Pick<Letter, "by" | "comment">;

/** What the workflow refuses a letter with; see workflows/mailbox.ts. */
const REFUSALS: Readonly<Record<string, ClientErrorCode>> = {
  MAIL_STEP_NOT_OPEN: "CLIENT_STEP_NOT_OPEN",
  MAIL_INVALID_VALUE: "CLIENT_INVALID_VALUE",
};

/**
 * Delivers a letter; resolves once it is in the run's history.
 *
 * @throws {ClientError} CLIENT_STEP_NOT_OPEN or CLIENT_INVALID_VALUE, and nothing has changed.
 */
export async function deliver(handle: WorkflowHandle, letter: Letter): Promise<void> {
  try {
    await handle.executeUpdate<void, [Letter]>(DELIVER_UPDATE, { args: [letter] });
  } catch (error) {
    throw readRefusal(error) ?? (await readEnded(handle, letter, error)) ?? error;
  }
}

/** The steps of a run that wait, in the order in which they began to. Asks a worker. */
export async function readOpenSteps(handle: WorkflowHandle): Promise<readonly OpenStep[]> {
  const { waiting } = await handle.query<RunState>("state");
  return waiting;
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
