/** Looks into answers of Bedrock's Converse: the package does not pass on why a stream broke off. */

import type { Exchange } from "../http/exchange.ts";
import { inspectAnyAnswer, type Inspection } from "../http/inspect-answer.ts";
import { failureOfAnswer } from "../http/provider-error.ts";
import { watchBody } from "../http/watch-body.ts";

/** A header of a frame: after its name one byte for its type, two for its length, and the text. */
const EXCEPTION = /:exception-type[\s\S]{3}([A-Za-z]+?Exception)/;

/**
 * The look for Converse, whole or streamed.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 */
export function inspectConverse(exchange: Exchange): Inspection {
  const inspectWhole = inspectAnyAnswer(exchange);
  return async (response, request) => {
    const type = response.headers.get("content-type") ?? "";
    if (!type.includes("eventstream")) return inspectWhole(response, request);
    return watchBody(response, exchange, {
      pattern: EXCEPTION,
      // The first failure of a call counts: whatever the package makes of the frame comes after it.
      see: ([, exception = ""]) => void exchange.fail(failureOf(exception, exchange)),
    });
  };
}

function failureOf(exception: string, { status, headers, charge, reading }: Exchange): Error {
  const body = JSON.stringify({ error: { code: exception } });
  return failureOfAnswer({ status, headers, body }, reading, { mayBeBilled: true, ...charge });
}
