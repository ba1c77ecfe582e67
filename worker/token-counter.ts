/** Counts the tokens of a request before a route is decided, with the tokenizers there are. */

import type { TokenCounter } from "../activities/route-access.ts";
import { countConversation, tokenizerOf } from "../plugins/tokens/tokens.ts";

/** Some 30 ms of the worker's thread. Of longer requests, parts are counted. */
const MOST_CHARACTERS = 200_000;

/** Models of a catalogue are asked for again and again. */
const TOKENIZERS = new Map<string, string>();

export const TOKENS: TokenCounter = {
  tokenizerOf(model) {
    const known = TOKENIZERS.get(model) ?? tokenizerOf(model);
    TOKENIZERS.set(model, known);
    return known;
  },
  count({ messages, tools, outputSchema }, model) {
    const texts = countConversation({ messages }, model, { mostCharacters: MOST_CHARACTERS });
    // How a provider puts these in words is its own affair, and they are small: the texts say how good the count is.
    const around = countConversation({ messages: [], tools, outputSchema }, model);
    return { tokens: texts.tokens + around.tokens, isEstimate: texts.isEstimate };
  },
};
