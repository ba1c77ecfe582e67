/** Decides whether a reply is an answer. A 200 is not yet one: gateways pass on empty, cut and filtered replies as if they were. */

import type { FailureKind } from "../graph/failure-kinds.ts";
import { describeProblems } from "../graph/schema.ts";
import { ProviderError, type ModelReply } from "../plugins/contract.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import type { OutputForm } from "./output-form.ts";

/** A reply that is whole and does not fit. The model can be told what to mend. */
export class UnfitReplyError extends ProviderError {
  /** What is wrong, as the model is told. Names paths of the schema, never the reply. */
  readonly correction: string;

  constructor(reply: ModelReply, message: string) {
    super("invalid_output", message, detailsOf(reply));
    this.correction = message;
  }
}

/**
 * The value of a reply, or the tool calls it asks for.
 *
 * @throws {ProviderError} of the kind of what it falls short of.
 */
export function readReply(
  reply: ModelReply,
  form: OutputForm,
  request: AttemptRequest,
): Pick<AttemptReply, "value" | "toolCalls"> {
  const { text, toolCalls = [] } = reply;
  checkFinish(reply);
  if (toolCalls.length > 0) {
    checkToolCalls(reply, request);
    return { toolCalls };
  }
  if (reply.finishReason === "tool_calls") {
    throw failed(reply, "malformed", "the reply says it calls tools, and calls none");
  }
  if (text.trim() === "") throw failed(reply, "malformed", "the reply is empty");
  const read = form.read(text);
  if (read.ok) return { value: read.value };
  if (read.problems === undefined) throw new UnfitReplyError(reply, "the reply is not JSON");
  const problems = describeProblems(read.problems);
  throw new UnfitReplyError(reply, `the reply does not fit the step's schema: ${problems}`);
}

function checkFinish(reply: ModelReply): void {
  switch (reply.finishReason) {
    case "content_filter":
      throw failed(reply, "content_filtered", "the provider's content filter stopped the reply");
    case "refusal":
      throw failed(reply, "refused", "the model refused to answer");
    case "length":
      throw new UnfitReplyError(reply, "the model's output limit cut the reply short");
    case "unknown":
      throw failed(reply, "malformed", "the reply does not say that it is complete");
    case "stop":
    case "tool_calls":
      break;
  }
}

function checkToolCalls(reply: ModelReply, { tools = [] }: AttemptRequest): void {
  if (reply.toolCalls?.every(({ tool }) => tools.includes(tool))) return;
  throw new UnfitReplyError(reply, "the model calls a tool that it was not offered");
}

function failed(reply: ModelReply, kind: FailureKind, message: string): ProviderError {
  return new ProviderError(kind, message, detailsOf(reply));
}

/** It came, so it is paid for. */
function detailsOf({ requestId, usage, costUsd }: ModelReply): ProviderError["details"] {
  return { requestId, usage, costUsd };
}
