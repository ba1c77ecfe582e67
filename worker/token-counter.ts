/** Counts the tokens of a request before a route is decided, with the tokenizers there are. */

import type { TokenCounter } from "../activities/route-access.ts";
import { countConversation, tokenizerOf } from "../plugins/tokens/tokens.ts";

export const TOKENS: TokenCounter = { tokenizerOf, count: countConversation };
