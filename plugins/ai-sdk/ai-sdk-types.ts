/**
 * What is used of the Vercel AI SDK's model interface, as far as its versions v2, v3 and v4 agree. Written here, because
 * each version has its types in another version of a package, and objects of all of them are taken.
 */

/** A provider of the AI SDK, such as what `createOpenAI()` makes. */
export interface AiSdkProvider {
  languageModel(modelId: string): AiSdkModel;
}

/** A provider, or a function that gives its models: most providers are both. */
export type AiSdkSource = AiSdkProvider | ((modelId: string) => AiSdkModel);

/** A language model of the AI SDK, of `specificationVersion` `"v2"`, `"v3"` or `"v4"`. */
export interface AiSdkModel {
  readonly specificationVersion: string;
  // `never`: whatever the version asks for, it is given.
  doGenerate(options: never): PromiseLike<unknown>;
  doStream(options: never): PromiseLike<unknown>;
}

/** What a call is asked. */
export interface AiSdkCall {
  readonly prompt: readonly AiSdkMessage[];
  readonly tools: readonly object[] | undefined;
  readonly responseFormat: object;
  readonly maxOutputTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stopSequences: readonly string[] | undefined;
  readonly providerOptions: Readonly<Record<string, object>> | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly abortSignal: AbortSignal;
}

export interface AiSdkMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | readonly object[];
}

/** A part of a reply, or of a stream of one. Read with care: it comes from anybody's code. */
export interface AiSdkPart {
  readonly type: string;
  readonly text?: unknown;
  readonly delta?: unknown;
  readonly toolCallId?: unknown;
  readonly toolName?: unknown;
  readonly input?: unknown;
  readonly providerExecuted?: unknown;
  readonly finishReason?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly id?: unknown;
  readonly modelId?: unknown;
}
