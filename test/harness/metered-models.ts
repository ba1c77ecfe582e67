/** Models that cost what a test says, for runs in process: their prices, their tokens and what they were asked. */

import type { ModelPrice } from "../../graph/money.ts";
import {
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
} from "../../plugins/contract.ts";

/** Only what is written has a price, so that a test can count: a thousandth of a dollar a token. */
export const MILLI_USD_A_TOKEN: ModelPrice = { inputUsdPerMTok: 0, outputUsdPerMTok: 1_000 };

/** What a call of a model comes to: text and tokens, or a failure. */
export interface MeteredReply extends Partial<ModelReply> {
  /** How long it takes on the run's clock. */
  readonly afterMs?: number;
  readonly error?: ProviderError;
}

export interface MeteredCall extends ModelRequest {
  /** The step's path. */
  readonly step: string;
  readonly call: number;
}

/** As options of `runInProcess`: `one` is one model, `two` a dear and a cheap one. */
export interface MeteredModels {
  readonly providers: readonly Provider[];
  readonly models: Readonly<Record<"one" | "two", readonly string[]>>;
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** In the order in which they began. */
  readonly calls: readonly MeteredCall[];
}

/** Models whose replies are of two tokens, unless `replies` says otherwise. */
export function meteredModels(
  replies: (call: MeteredCall) => MeteredReply = () => ({}),
): MeteredModels {
  const calls: MeteredCall[] = [];
  const generate = async (request: ModelRequest, context: CallContext): Promise<ModelReply> => {
    const { step, call } = context;
    calls.push({ ...request, step, call });
    const { afterMs = 0, error, ...reply } = replies({ ...request, step, call });
    if (afterMs > 0) await context.sleep(afterMs);
    if (error) throw error;
    const usage = { inputTokens: 10, outputTokens: 2 };
    return { text: "here", finishReason: "stop", usage, ...reply };
  };
  return {
    calls,
    providers: [{ id: "metered", generate }],
    models: { one: ["metered/dear"], two: ["metered/dear", "metered/cheap"] },
    prices: {
      "metered/dear": MILLI_USD_A_TOKEN,
      "metered/cheap": { ...MILLI_USD_A_TOKEN, outputUsdPerMTok: 100 },
    },
  };
}

/** A call that failed after the model had written two tokens. */
export function paidFailure(kind: ProviderError["kind"] = "malformed"): ProviderError {
  return new ProviderError(kind, "as asked", { usage: { inputTokens: 10, outputTokens: 2 } });
}
