/** `signalbox/plugins`: what a plugin's author imports. */

export {
  PluginError,
  ProviderError,
  type CallContext,
  type CallStage,
  type Capabilities,
  type DataPolicy,
  type FinishReason,
  type ModelFacts,
  type ModelInfo,
  type ModelReply,
  type ModelRequest,
  type PluginErrorCode,
  type Provider,
  type ProviderErrorDetails,
  type StreamPart,
  type ToolCall,
  type ToolOffer,
  type Turn,
  type Usage,
} from "./contract.ts";
export type { FilePart, Message, MessagePart, TextPart } from "../graph/message.ts";
export type { Sampling } from "../graph/call-settings.ts";
export type { ModelPrice, PriceTier } from "../graph/money.ts";
export type { FailureKind } from "../graph/failure-kinds.ts";
export type { JsonSchema } from "../graph/schema.ts";
