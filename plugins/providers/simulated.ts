/** A provider without a model behind it: keyless, deterministic, and able to fail on request. Never a real answer. */

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type ToolCall,
  type Turn,
} from "../contract.ts";

export interface SimulatedOptions {
  /** What to answer: a function of the call, or the path of a JSON file that holds a list of {@link SimulatedRule}. */
  readonly replies: ((call: SimulatedCall) => SimulatedReply) | string;
}

/** What a reply may depend on. */
export interface SimulatedCall {
  readonly step: string;
  /** Without the provider, such as `"large"`. */
  readonly model: string;
  /** All messages, one after the other. */
  readonly prompt: string;
}

/** A good answer, an answer word for word, however bad, calls of tools, a failure, or silence until the deadline. */
export type SimulatedReply =
  | { readonly value: unknown }
  | { readonly text: string }
  | { readonly calls: readonly ToolCall[] }
  | Failing;

type Failing =
  | { readonly fail: FailureKind; readonly httpStatus?: number }
  | { readonly stall: true };

/** Longer than any deadline; timers cannot wait longer. */
const FOREVER_MS = 2 ** 31 - 1;

/** A reply for the calls of one step, one model or both; without either it matches every call. The first match counts. */
export interface SimulatedRule {
  readonly step?: string;
  readonly model?: string;
  readonly reply: SimulatedReply;
}

const Rules: z.ZodType<readonly SimulatedRule[]> = z.array(
  z.strictObject({
    step: z.string().optional(),
    model: z.string().optional(),
    reply: z.union([
      z.strictObject({ value: z.json() }),
      z.strictObject({ text: z.string() }),
      z.strictObject({
        fail: z.custom<FailureKind>((kind) => typeof kind === "string"),
        httpStatus: z.int().optional(),
      }),
      z.strictObject({ stall: z.literal(true) }),
      z.strictObject({
        calls: z.array(z.strictObject({ id: z.string(), tool: z.string(), input: z.json() })),
      }),
    ]),
  }),
);

/**
 * A provider whose models answer what they are told to. Its id is always `simulated`, so that every model,
 * summary and record that comes from it says so.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS when the file of replies cannot be read.
 */
export function simulated({ replies }: SimulatedOptions): Provider {
  const findReply = typeof replies === "string" ? matchRules(readRules(replies)) : replies;
  return {
    id: "simulated",
    async generate(request, context) {
      const prompt = request.messages.map(textOf).join("\n");
      const reply = findReply({ step: context.step, model: request.model, prompt });
      return act(reply, request, prompt, context);
    },
  };
}

function readRules(path: string): readonly SimulatedRule[] {
  try {
    return Rules.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `The simulated provider cannot use "${path}": ${why}. Give it a JSON list of { "step", "model", "reply" }.`,
      { cause: error },
    );
  }
}

function matchRules(rules: readonly SimulatedRule[]): (call: SimulatedCall) => SimulatedReply {
  return (call) => {
    const rule = rules.find(
      ({ step = call.step, model = call.model }) => step === call.step && model === call.model,
    );
    if (rule !== undefined) return rule.reply;
    throw new ProviderError(
      "not_found",
      `no simulated reply for step "${call.step}" and model "${call.model}"`,
    );
  };
}

async function act(
  reply: SimulatedReply,
  request: ModelRequest,
  prompt: string,
  context: CallContext,
): Promise<ModelReply> {
  if ("stall" in reply) await context.sleep(FOREVER_MS);
  if ("stall" in reply || "fail" in reply) throw failureOf(reply);
  const text = readText(reply, request);
  const toolCalls = "calls" in reply ? reply.calls : undefined;
  return {
    text,
    toolCalls,
    finishReason: toolCalls === undefined ? "stop" : "tool_calls",
    usage: { inputTokens: estimateTokens(prompt), outputTokens: estimateTokens(text) },
  };
}

function failureOf(reply: Failing): ProviderError {
  if ("stall" in reply) return new ProviderError("timeout", "the simulated model never answers");
  const { fail, httpStatus } = reply;
  return new ProviderError(fail, `simulated failure "${fail}"`, { httpStatus });
}

/** Like a model: plain text where text was asked for, else JSON. */
function readText(reply: Exclude<SimulatedReply, Failing>, request: ModelRequest): string {
  if ("text" in reply) return reply.text;
  if ("calls" in reply) return "";
  const isText = request.outputSchema === undefined && typeof reply.value === "string";
  return isText ? reply.value : JSON.stringify(reply.value);
}

/** What a turn says, as far as it is text. */
function textOf(turn: Turn): string {
  if ("toolCalls" in turn) return JSON.stringify(turn.toolCalls);
  if ("toolCallId" in turn) return JSON.stringify(turn.output);
  if (typeof turn.content === "string") return turn.content;
  return turn.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

/** About four characters a token, the usual rule of thumb for English. An estimate, as all of this is. */
function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
