/** One model step: asks for the route, then tries candidate after candidate until a reply fits. */

import type { AttemptReply, AttemptRequest, Candidate } from "../activities/contract.ts";
import { FAILURE_POLICIES } from "../graph/failure-kinds.ts";
import { describeProblems, listProblems, toJsonSchema, type Schema } from "../graph/schema.ts";
import type { AttemptFailure, Host } from "./host.ts";
import { RunError } from "./run-error.ts";

/** A model step with its callbacks done. */
export interface ModelCall {
  readonly graph: string;
  /** The step's path in its graph. */
  readonly step: string;
  readonly aliases: readonly string[];
  readonly system?: string;
  readonly prompt: string;
  readonly output: Schema;
  readonly deadlineMs: number;
}

/**
 * The value of the first reply that fits.
 *
 * @throws {RunError} RUN_NO_CANDIDATE_LEFT, which lists every attempt.
 */
export async function callModel(call: ModelCall, host: Host): Promise<unknown> {
  const { step, aliases } = call;
  const route = await host.route({ step, aliases });
  const failures: AttemptFailure[] = [];
  for (const [index, candidate] of route.candidates.entries()) {
    const outcome = await attemptCandidate(call, candidate, index, host);
    if (outcome.ok) return outcome.value;
    failures.push(outcome.failure);
    if (!FAILURE_POLICIES[outcome.failure.kind].tryNextModel) break;
  }
  throw noCandidateLeft(call, failures);
}

type CandidateOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: AttemptFailure };

async function attemptCandidate(
  call: ModelCall,
  { model }: Candidate,
  index: number,
  host: Host,
): Promise<CandidateOutcome> {
  const { step, system, prompt, deadlineMs } = call;
  const request: AttemptRequest = {
    step,
    model,
    system,
    prompt,
    output: toJsonSchema(call.output),
    deadlineMs,
  };
  const outcome = await host.attempt(request, {
    id: `${step}#${index}`,
    summary: summarise(step, model, index),
  });
  return outcome.ok ? readReply(outcome.reply, call.output, model) : outcome;
}

function summarise(step: string, model: string, index: number): string {
  return `${step} · ${model}${index === 0 ? "" : ` (fallback ${index})`}`;
}

/** JSON Schema cannot carry zod's refinements, transforms and defaults: the schema itself has the last word. */
function readReply(reply: AttemptReply, output: Schema, model: string): CandidateOutcome {
  const parsed = output.safeParse(reply.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const { durationMs, requestId } = reply;
  const problems = describeProblems(listProblems(parsed.error));
  const message = `${model}: the reply does not fit the step's schema: ${problems}`;
  return { ok: false, failure: { model, kind: "invalid_output", durationMs, requestId, message } };
}

function noCandidateLeft(call: ModelCall, failures: readonly AttemptFailure[]): RunError {
  const { graph, step } = call;
  const attempts = failures.map((failure, index) => `${index + 1}. ${describeFailure(failure)}`);
  const what =
    `Step "${step}" of graph "${graph}" has no model left to try. Attempts: ${attempts.join("; ")}. ` +
    `Add another model to the alias, or start the run again once a provider has recovered.`;
  return new RunError("RUN_NO_CANDIDATE_LEFT", what, { details: failures });
}

function describeFailure({
  message,
  kind,
  httpStatus,
  requestId,
  durationMs,
}: AttemptFailure): string {
  const facts = [
    kind,
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    requestId === undefined ? undefined : `request ${requestId}`,
    `${durationMs} ms`,
  ];
  return `${message} (${facts.filter((fact) => fact !== undefined).join(", ")})`;
}
