/** `signalbox/testing`: what tests of graphs and plugins import. */

export {
  createLiveSignals,
  type LiveSignalsOptions,
} from "../activities/signals/create-live-signals.ts";
export type { LiveSignals } from "../activities/signals/live-signals.ts";
export {
  InProcessError,
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from "./run-in-process.ts";
export { inputContent, outputContent } from "./guard-content.ts";
export {
  guardrailContract,
  mebibyteOf,
  type GuardrailCheck,
  type GuardrailContractOptions,
} from "./guardrail-contract.ts";
export { journalContract } from "./journal-contract.ts";
export type { JournalContractOptions } from "./keeping/subject.ts";
export { providerContract } from "./provider-contract.ts";
export { routerContract } from "./router-contract.ts";
export { sinkContract } from "./sink-contract.ts";
export type { SinkContractOptions, SinkPart } from "./trails/subject.ts";
export type { RouterContractOptions } from "./ranking/subject.ts";
export type { ContractCheck } from "./contract/check.ts";
export type { Connection, ProviderContractOptions } from "./contract/subject.ts";
export type {
  AskedFor,
  ContractFeature,
  ContractKind,
  ScriptedReply,
  VendorFailure,
  VendorFake,
  WireAnswer,
  WireRequest,
} from "./vendor-fake.ts";
export { openaiChatFake, type OpenAIChatFakeOptions } from "./vendors/openai-chat.ts";
