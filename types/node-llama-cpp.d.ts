/**
 * As much of node-llama-cpp 3 as we use. Its own declarations do not compile without `skipLibCheck`, which would leave
 * every other declaration unchecked as well.
 */

export interface LlamaOptions {
  readonly build: "never";
  readonly skipDownload: boolean;
  readonly progressLogs: boolean;
  readonly logLevel: LlamaLogLevel;
  readonly logger: (level: LlamaLogLevel, message: string) => void;
  readonly gpu: "auto" | false;
  readonly maxThreads: number;
}

export declare const LlamaLogLevel: { readonly disabled: LlamaLogLevel };
export type LlamaLogLevel = "disabled" | "fatal" | "error" | "warn" | "info" | "log" | "debug";

export declare function getLlama(options: LlamaOptions): Promise<Llama>;

export interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  createGrammar(options: { readonly grammar: string }): Promise<LlamaGrammar>;
  dispose(): Promise<void>;
}

declare const brand: unique symbol;

export interface LlamaGrammar {
  readonly [brand]: "grammar";
}

export type Token = number & { readonly [brand]: "token" };

export interface Tokenizer {
  readonly [brand]: "tokenizer";
}

export interface LlamaModel {
  readonly tokenizer: Tokenizer;
  readonly trainContextSize: number;
  tokenize(text: string): Token[];
  createContext(options: {
    readonly contextSize: number;
    readonly sequences: number;
    readonly threads: number;
  }): Promise<LlamaContext>;
}

export interface LlamaContext {
  getSequence(): LlamaContextSequence;
}

export interface LlamaContextSequence {
  /** How many tokens are in memory. */
  readonly nextTokenIndex: number;
  readonly tokenMeter: TokenMeter;
  adaptStateToTokens(tokens: Token[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: Token[]): Promise<void>;
}

export interface TokenMeter {
  getState(): TokenCounts;
  diff(before: TokenCounts): TokenCounts;
}

export interface TokenCounts {
  readonly usedInputTokens: number;
  readonly usedOutputTokens: number;
}

export type ChatHistoryItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: (string | ChatModelFunctionCall)[] };

export interface ChatModelFunctionCall {
  readonly type: "functionCall";
  readonly name: string;
  readonly params: unknown;
  readonly result: unknown;
}

export type ChatModelFunctions = Readonly<
  Record<string, { readonly description?: string; readonly params?: unknown }>
>;

export declare class LlamaChat {
  constructor(options: { readonly contextSequence: LlamaContextSequence });
  readonly sequence: LlamaContextSequence;
  readonly chatWrapper: {
    generateContextState(options: {
      readonly chatHistory: ChatHistoryItem[];
      readonly availableFunctions?: ChatModelFunctions;
      readonly documentFunctionParams?: boolean;
    }): { readonly contextText: { tokenize(tokenizer: Tokenizer): Token[] } };
  };
  generateResponse(
    history: ChatHistoryItem[],
    options: GenerateResponseOptions,
  ): Promise<LlamaChatResponse>;
}

export interface GenerateResponseOptions {
  readonly grammar?: LlamaGrammar;
  readonly functions?: ChatModelFunctions;
  readonly documentFunctionParams?: boolean;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly customStopTriggers?: readonly string[];
  readonly signal: AbortSignal;
  readonly onResponseChunk: (chunk: {
    /** `"segment"`: thoughts, which are not part of the reply. */
    readonly type: "segment" | undefined;
    readonly text: string;
    readonly tokens: Token[];
  }) => void;
}

export interface LlamaChatResponse {
  readonly response: string;
  readonly functionCalls?: readonly { readonly functionName: string; readonly params: unknown }[];
  readonly metadata: {
    readonly stopReason:
      | "eogToken"
      | "stopGenerationTrigger"
      | "customStopTrigger"
      | "functionCalls"
      | "maxTokens"
      | "abort";
  };
}
