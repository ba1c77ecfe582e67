/** Counts tokens by the length of a request, where no tokenizer is at hand, as in unit tests of graphs. */

import { estimateTokens } from "../graph/token-bound.ts";
import type { TokenCounter } from "./route-access.ts";

export const ROUGH_TOKENS: TokenCounter = {
  tokenizerOf: () => "length",
  count: (request) => ({ tokens: estimateTokens(JSON.stringify(request)), isEstimate: true }),
};
