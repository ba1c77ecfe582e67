/** What an exported graph does when Temporal runs it as a workflow. */

import { ApplicationFailure } from "@temporalio/workflow";
import type { GraphDefinition } from "../graph/definition.ts";
import { interpret } from "./interpreter.ts";
import { Mailbox } from "./mailbox.ts";
import { RunError } from "./run-error.ts";
import { createTemporalHost } from "./temporal-host.ts";

/** Runs `graph` inside a workflow. Only Temporal's own failures fail a run, so ours are turned into one here. */
export async function runGraph(graph: GraphDefinition, input: unknown): Promise<unknown> {
  try {
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
