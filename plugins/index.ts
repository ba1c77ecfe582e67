/** `signalbox/plugins`: what a plugin's author imports. */

export {
  PluginError,
  ProviderError,
  type CallContext,
  type FinishReason,
  type ModelReply,
  type ModelRequest,
  type PluginErrorCode,
  type Provider,
  type ProviderErrorDetails,
  type ToolCall,
  type ToolOffer,
  type Turn,
  type Usage,
} from "./contract.ts";
export type { FilePart, Message, MessagePart, TextPart } from "../graph/message.ts";
export type { FailureKind } from "../graph/failure-kinds.ts";
export type { JsonSchema } from "../graph/schema.ts";
