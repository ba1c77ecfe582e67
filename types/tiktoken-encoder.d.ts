// tiktoken declares its encoders as ES modules with a default export; for Node they are CommonJS without one.
declare const encoder: {
  readonly pat_str: string;
  readonly special_tokens: Record<string, number>;
  readonly bpe_ranks: string;
};
export default encoder;
