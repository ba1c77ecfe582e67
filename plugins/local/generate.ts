/** One call to a model in memory: reads the prompt, lets the model write, counts both with the model's own tokenizer. */

import type {
  ChatHistoryItem,
  ChatModelFunctions,
  GenerateResponseOptions,
  LlamaGrammar,
  Token,
} from "node-llama-cpp";
import {
  ProviderError,
  type CallContext,
  type FinishReason,
  type ModelReply,
  type ModelRequest,
  type ToolCall,
  type Usage,
} from "../contract.ts";
import { toFunctions, toHistory } from "./history.ts";
import { writeJsonGrammar, type JsonGrammarLimits } from "./json-grammar.ts";
import type { Place } from "./loaded-model.ts";

export interface LocalCall {
  readonly request: ModelRequest;
  readonly context: CallContext;
  /** Default: what the request says. */
  readonly maxOutputTokens: number;
  readonly limits: JsonGrammarLimits;
  /** Told of text as it is written. */
  readonly onText: (text: string) => void;
}

/** What the model may write: text, calls of tools, or what a grammar lets through. */
interface Form {
  readonly functions?: ChatModelFunctions;
  readonly grammar?: LlamaGrammar;
}

/** The prompt is read in pieces of so many tokens, between which a call can be aborted. */
const TOKENS_PER_PIECE = 64;

/** Room that node-llama-cpp keeps free in the window. Without it, it would drop the beginning of the conversation. */
const SPARE_TOKENS = 4;

/**
 * Answers `call`.
 *
 * @throws {ProviderError} context_length, bad_request
 */
export async function generateLocally(place: Place, call: LocalCall): Promise<ModelReply> {
  const { tools = [], outputSchema } = call.request;
  const history = toHistory(call.request);
  if (tools.length === 0) return write(place, call, history, await formOf(place, call));
  const functions = toFunctions(tools);
  if (outputSchema === undefined) return write(place, call, history, { functions });
  const asked = await write(place, { ...call, onText: () => {} }, history, { functions });
  if (asked.toolCalls !== undefined) return asked;
  // It wants no tool. node-llama-cpp cannot offer tools and hold to a schema at once, so the answer is written anew.
  const answer = await write(place, call, history, await formOf(place, call));
  return { ...answer, usage: addUsage(asked.usage, answer.usage) };
}

async function formOf({ llama }: Place, { request, limits }: LocalCall): Promise<Form> {
  if (request.outputSchema === undefined) return {};
  const grammar = writeJsonGrammar(request.outputSchema, limits);
  return { grammar: await llama.createGrammar({ grammar }) };
}

async function write(
  place: Place,
  call: LocalCall,
  history: ChatHistoryItem[],
  form: Form,
): Promise<ModelReply> {
  const { sequence } = place.chat;
  const prompt = readPrompt(place, history, form.functions);
  const room = place.contextSize - prompt.length - SPARE_TOKENS;
  if (room < 1) throw tooLong(prompt.length, place.contextSize);
  const cachedInputTokens = await readInPieces(place, prompt, call.context);
  const before = sequence.tokenMeter.getState();
  let reasoningTokens = 0;
  const { response, functionCalls, metadata } = await place.chat.generateResponse(history, {
    ...optionsOf(call, room, form),
    onResponseChunk({ type, text, tokens }) {
      call.context.reportProgress("receiving");
      if (type === "segment") reasoningTokens += tokens.length;
      else if (text !== "") call.onText(text);
    },
  });
  const outputTokens = sequence.tokenMeter.diff(before).usedOutputTokens;
  const toolCalls = functionCalls?.map(readCall) ?? [];
  return {
    text: response,
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    finishReason: FINISH_REASONS[metadata.stopReason],
    usage: { inputTokens: prompt.length, cachedInputTokens, outputTokens, reasoningTokens },
  };
}

function optionsOf(
  { request, context, maxOutputTokens }: LocalCall,
  room: number,
  { functions, grammar }: Form,
): Omit<GenerateResponseOptions, "onResponseChunk"> {
  const { temperature, topP, seed, stop } = request.sampling ?? {};
  return {
    ...(functions === undefined ? { grammar } : { functions, documentFunctionParams: true }),
    maxTokens: Math.min(request.maxOutputTokens ?? maxOutputTokens, room),
    temperature,
    topP,
    seed,
    customStopTriggers: stop,
    signal: context.signal,
  };
}

/** The very tokens that node-llama-cpp will make of the conversation. */
function readPrompt(
  { chat, model }: Place,
  chatHistory: ChatHistoryItem[],
  availableFunctions: ChatModelFunctions | undefined,
): Token[] {
  const { contextText } = chat.chatWrapper.generateContextState({
    chatHistory,
    availableFunctions,
    documentFunctionParams: availableFunctions !== undefined,
  });
  return contextText.tokenize(model.tokenizer);
}

/** Reads the prompt but for its last token, with which writing begins. Gives how many tokens were in memory already. */
async function readInPieces(
  { chat: { sequence } }: Place,
  prompt: readonly Token[],
  context: CallContext,
): Promise<number> {
  const tokens = prompt.slice(0, -1);
  await sequence.adaptStateToTokens(tokens, false);
  const cached = sequence.nextTokenIndex;
  for (let at = cached; at < tokens.length; at += TOKENS_PER_PIECE) {
    context.signal.throwIfAborted();
    context.reportProgress("waiting");
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + TOKENS_PER_PIECE));
  }
  context.signal.throwIfAborted();
  return cached;
}

function tooLong(tokens: number, contextSize: number): ProviderError {
  return new ProviderError(
    "context_length",
    `the prompt has ${tokens} tokens and leaves no room for an answer in a context of ${contextSize}`,
  );
}

function readCall({ functionName, params }: { functionName: string; params: unknown }): ToolCall {
  return { id: crypto.randomUUID(), tool: functionName, input: params ?? {} };
}

function addUsage(one: Usage, other: Usage): Usage {
  const add = (key: keyof Usage): number => (one[key] ?? 0) + (other[key] ?? 0);
  return {
    inputTokens: add("inputTokens"),
    cachedInputTokens: add("cachedInputTokens"),
    outputTokens: add("outputTokens"),
    reasoningTokens: add("reasoningTokens"),
  };
}

const FINISH_REASONS = {
  eogToken: "stop",
  stopGenerationTrigger: "stop",
  customStopTrigger: "stop",
  functionCalls: "tool_calls",
  maxTokens: "length",
  abort: "unknown",
} as const satisfies Record<string, FinishReason>;
