/** Looks into answers of OpenAI's responses API: not every version of the package passes a refusal on. */

import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import { ProviderError } from "../contract.ts";
import type { Exchange } from "../http/exchange.ts";
import { readJsonBody, withBody, type Inspection } from "../http/inspect-answer.ts";
import { readLimits } from "../http/limit-headers.ts";
import { readRequestId } from "../http/provider-error.ts";
import { isRecord } from "../http/vendor-error.ts";
import { watchBody } from "../http/watch-body.ts";

/** In the words of a model the quotes would have backslashes. */
const REFUSAL = /"type"\s*:\s*"response\.refusal\./;

/**
 * The look for responses, whole or streamed. A refusal in a stream goes to `notes`; a whole one is a failure.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export function inspectResponses(exchange: Exchange, notes: ReplyNotes): Inspection {
  return async (response, { isStream }) => {
    if (isStream) {
      const see = (): void => void (notes.isRefusal = true);
      return watchBody(response, exchange, { pattern: REFUSAL, see });
    }
    const { text, body } = await readJsonBody(response, exchange);
    if (contentsOf(body).some(({ type }) => type === "refusal")) throw refusal(exchange);
    return withBody(response, text);
  };
}

/** Some versions of the package take a refusal for an answer that the API does not promise. */
function refusal({ status, headers, charge }: Exchange): ProviderError {
  const requestId = readRequestId(headers);
  const limits = readLimits(headers, Date.now());
  const details = { httpStatus: status, requestId, limits, ...charge };
  return new ProviderError("refused", "the model declined to answer", details);
}

function contentsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const output = isRecord(body) ? body["output"] : undefined;
  if (!Array.isArray(output)) return [];
  return output
    .flatMap((item: unknown) => (isRecord(item) ? item["content"] : []))
    .filter(isRecord);
}
