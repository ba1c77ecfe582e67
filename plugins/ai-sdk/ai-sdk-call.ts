/** Writes a request of ours as the AI SDK's model interface takes it, for each of its versions. */

import type { FilePart, Message, MessagePart } from "../../graph/message.ts";
import type { AiSdkCall, AiSdkMessage } from "./ai-sdk-types.ts";
import { ProviderError, type ModelRequest, type ToolOffer, type Turn } from "../contract.ts";
import { closeObjects, isStrict } from "./strict-schema.ts";

export interface CallWriting {
  /** `specificationVersion` of the model. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Names under which the provider looks for its options. */
  readonly optionNames?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What the model is called with.
 *
 * @throws {ProviderError} bad_request: the interface cannot carry the request.
 */
export function writeCall(request: ModelRequest, writing: CallWriting): AiSdkCall {
  const { messages, tools, outputSchema, maxOutputTokens, sampling = {} } = request;
  const schema = outputSchema && closeObjects(outputSchema);
  return {
    prompt: messages.map((turn) => writeTurn(turn, writing.version)),
    tools: tools && tools.length > 0 ? tools.map(writeTool) : undefined,
    responseFormat: schema ? { type: "json", schema, name: "reply" } : { type: "text" },
    maxOutputTokens,
    temperature: sampling.temperature,
    topP: sampling.topP,
    seed: sampling.seed,
    stopSequences: sampling.stop,
    // The SDK's packages ask for strict mode unless they are told otherwise, whether the schema fits it or not.
    providerOptions: schema && writeOptions(writing, { strictJsonSchema: isStrict(schema) }),
    headers: writing.headers,
    abortSignal: writing.signal,
  };
}

/** Packages that know `strictJsonSchema`; each reads what stands under its own name. */
const OPTION_NAMES = ["openai", "azure", "openaiCompatible", "groq", "mistral", "xai"];

function writeOptions(
  { optionNames = [] }: CallWriting,
  options: object,
): Readonly<Record<string, object>> {
  return Object.fromEntries([...OPTION_NAMES, ...optionNames].map((name) => [name, options]));
}

function writeTool({ name, description, input }: ToolOffer): object {
  return { type: "function", name, description, inputSchema: input };
}

function writeTurn(turn: Turn, version: string): AiSdkMessage {
  if ("toolCalls" in turn) {
    const calls = turn.toolCalls.map(({ id, tool, input }) => ({
      type: "tool-call",
      toolCallId: id,
      toolName: tool,
      input,
    }));
    return { role: "assistant", content: calls };
  }
  if ("toolCallId" in turn) {
    const output = { type: "text", value: JSON.stringify(turn.output) ?? "null" };
    const { toolCallId, tool } = turn;
    return {
      role: "tool",
      content: [{ type: "tool-result", toolCallId, toolName: tool, output }],
    };
  }
  return writeMessage(turn, version);
}

function writeMessage({ role, content }: Message, version: string): AiSdkMessage {
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  if (role === "system") return { role, content: parts.map(readText).join("\n") };
  return { role, content: parts.map((part) => writePart(part, version)) };
}

function readText(part: MessagePart): string {
  if (part.type === "text") return part.text;
  throw new ProviderError("bad_request", "a system message holds a file; the API takes text only");
}

function writePart(part: MessagePart, version: string): object {
  if (part.type === "text") return part;
  const { mediaType, filename } = part;
  return { type: "file", mediaType, filename, data: writeData(part, version) };
}

/** From v4 on it is said which of the two it is. */
function writeData({ url, bytes = "" }: FilePart, version: string): unknown {
  const isTagged = version !== "v2" && version !== "v3";
  if (url === undefined) return isTagged ? { type: "data", data: bytes } : bytes;
  if (!URL.canParse(url)) {
    throw new ProviderError("bad_request", "the address of a file is none", { mayBeBilled: false });
  }
  return isTagged ? { type: "url", url: new URL(url) } : new URL(url);
}
