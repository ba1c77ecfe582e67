/** One model call of a graph: asks for the route, then tries candidate after candidate until a reply fits. */

import type { AttemptReply, AttemptRequest, ToolCall, Turn } from "../activities/contract.ts";
import { attemptId } from "../graph/attempt-id.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { FAILURE_POLICIES } from "../graph/failure-kinds.ts";
import { readMessages, type Message } from "../graph/message.ts";
import { describeProblems, readValue, toJsonSchema, type Schema } from "../graph/schema.ts";
import { callbackError, runCallback, runTextCallback } from "./callback.ts";
import type { AttemptFailure } from "./host.ts";
import { RunError } from "./run-error.ts";
import { placeOf, type StepContext } from "./step-context.ts";

/**
 * The value of the first reply that fits.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR, or RUN_NO_CANDIDATE_LEFT, which lists every attempt.
 */
export async function callModel(call: ModelCallDefinition, context: StepContext): Promise<unknown> {
  const { path, host } = context;
  const turns: Turn[] = [...(await readConversation(call, context))];
  const route = await host.route({ step: path, aliases: call.models });
  const failures: AttemptFailure[] = [];
  for (const [index, { model }] of route.candidates.entries()) {
    const outcome = await converse(call, { context, model, index, turns });
    if (outcome.ok) return outcome.value;
    failures.push(outcome.failure);
    if (!FAILURE_POLICIES[outcome.failure.kind].tryNextModel) break;
  }
  throw noCandidateLeft(context, failures);
}

async function readConversation(
  call: ModelCallDefinition,
  context: StepContext,
): Promise<readonly Message[]> {
  const { view } = context;
  if (call.messages) {
    const place = placeOf(context, "messages");
    const read = readMessages(await runCallback(call.messages, view, place));
    if (read.ok) return read.messages;
    throw callbackError(place, `it gave no conversation: ${describeProblems(read.problems)}`);
  }
  const messages: Message[] = [];
  if (call.system) {
    const content = await runTextCallback(call.system, view, placeOf(context, "system"));
    messages.push({ role: "system", content });
  }
  if (call.prompt) {
    const content = await runTextCallback(call.prompt, view, placeOf(context, "prompt"));
    messages.push({ role: "user", content });
  }
  return messages;
}

interface Candidacy {
  readonly context: StepContext;
  /** `provider/model`. */
  readonly model: string;
  /** 0 for the first choice. */
  readonly index: number;
  /** The conversation so far. Tool calls are added: the next candidate does not have them made again. */
  readonly turns: Turn[];
}

type CandidateOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: AttemptFailure };

/** Calls one model, and again with what its tools gave, until it answers. */
async function converse(
  call: ModelCallDefinition,
  candidacy: Candidacy,
): Promise<CandidateOutcome> {
  const { context, model, index, turns } = candidacy;
  const { path, host } = context;
  for (let round = 0; ; round++) {
    // In the last round it is not offered tools any more, so that it has to answer.
    const tools = round < call.maxToolRounds ? call.tools : [];
    const outcome = await host.attempt(attemptRequest(call, candidacy, tools), {
      id: attemptId(path, index, round),
      summary: summarise(path, model, index, round),
    });
    if (!outcome.ok) return outcome;
    const { toolCalls } = outcome.reply;
    if (toolCalls === undefined) return readReply(outcome.reply, call.output, model);
    turns.push({ role: "assistant", toolCalls });
    turns.push(...(await callTools(toolCalls, call, candidacy, round)));
  }
}

function attemptRequest(
  call: ModelCallDefinition,
  { context, model, turns }: Candidacy,
  tools: readonly string[],
): AttemptRequest {
  const { output, deadlineMs } = call;
  return {
    step: context.path,
    model,
    messages: [...turns],
    output: toJsonSchema(output),
    deadlineMs,
    ...(tools.length > 0 && { tools }),
  };
}

function summarise(path: string, model: string, index: number, round: number): string {
  const fallback = index === 0 ? "" : ` (fallback ${index})`;
  return `${path} · ${model}${fallback}${round === 0 ? "" : ` · after tools ${round}`}`;
}

/** Makes the calls side by side. One that fails is told to the model, which may cope. */
function callTools(
  toolCalls: readonly ToolCall[],
  { deadlineMs }: ModelCallDefinition,
  { context, index }: Candidacy,
  round: number,
): Promise<readonly Turn[]> {
  const { path, host } = context;
  return Promise.all(
    toolCalls.map(async ({ id, tool, input }, position): Promise<Turn> => {
      const label = {
        id: `${attemptId(path, index, round)}/${position}`,
        summary: `${path} · ${tool} for the model`,
      };
      const outcome = await host.callTool({ tool, input, deadlineMs }, label);
      const output = outcome.ok ? outcome.value : { error: outcome.error.message };
      return { role: "tool", toolCallId: id, tool, output };
    }),
  );
}

/** JSON Schema cannot carry zod's refinements, transforms and defaults: the schema itself has the last word. */
function readReply(reply: AttemptReply, output: Schema, model: string): CandidateOutcome {
  const read = readValue(output, reply.value);
  if (read.ok) return read;
  const { durationMs, requestId } = reply;
  const problems = describeProblems(read.problems);
  const message = `${model}: the reply does not fit the step's schema: ${problems}`;
  return { ok: false, failure: { model, kind: "invalid_output", durationMs, requestId, message } };
}

function noCandidateLeft(
  { graph, path }: StepContext,
  failures: readonly AttemptFailure[],
): RunError {
  const attempts = failures.map((failure, index) => `${index + 1}. ${describeFailure(failure)}`);
  return new RunError(
    "RUN_NO_CANDIDATE_LEFT",
    `Step "${path}" of graph "${graph}" has no model left to try. Attempts: ${attempts.join("; ")}. ` +
      `Add another model to the alias, or start the run again once a provider has recovered.`,
    { details: failures },
  );
}

function describeFailure(failure: AttemptFailure): string {
  const { message, kind, httpStatus, requestId, durationMs } = failure;
  const facts = [
    kind,
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    requestId === undefined ? undefined : `request ${requestId}`,
    `${durationMs} ms`,
  ];
  return `${message} (${facts.filter((fact) => fact !== undefined).join(", ")})`;
}
