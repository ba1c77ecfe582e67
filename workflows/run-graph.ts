/** What an exported graph does when Temporal runs it as a workflow. */

import { ApplicationFailure } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import { beginRun } from "./begin-run.ts";
import { interpret } from "./interpreter.ts";
import { Mailbox } from "./mailbox.ts";
import { RunError } from "./run-error.ts";
import { createTemporalHost } from "./temporal-host.ts";

/**
 * Runs one of `versions` inside a workflow. Only Temporal's own failures fail a run, so ours are turned into one here.
 *
 * @param versions - the newest first.
 * @param info - a `RunInfo`, where the run was started with one.
 */
export async function runGraph(
  versions: readonly GraphDefinition[],
  input: unknown,
  info: unknown,
): Promise<unknown> {
  try {
    const { graph } = beginRun(versions, info);
    return await interpret(graph, input, createTemporalHost(new Mailbox()));
  } catch (error) {
    throw error instanceof RunError ? toWorkflowFailure(error) : error;
  }
}

function toWorkflowFailure({ code, message, details, cause }: RunError): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: true,
    details: details === undefined ? [] : [details],
    cause: cause instanceof Error ? cause : undefined,
  });
}
