/**
 * Azure OpenAI as it is on the wire: OpenAI's responses, with errors of Azure's gateway.
 *
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/reference
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 */

import type { VendorFailure, VendorFake, WireAnswer } from "../../../testing/index.ts";
import { responsesFake } from "./openai-responses.ts";

const responses = responsesFake();

export const azureFake: VendorFake = responsesFake({
  name: "Azure OpenAI",
  model: "our-gpt",
  basePath: "/openai/v1",
  failures: (quoted) => {
    const answer = (
      status: number,
      code: string,
      message: string,
      members: object = {},
    ): WireAnswer => ({
      status,
      body: JSON.stringify({ error: { code, message: `${message} ${quoted}`, ...members } }),
    });
    const filter = {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { hate: { filtered: true } },
    };
    const own: readonly VendorFailure[] = [
      {
        kind: "rate_limited",
        name: "429 with retry-after-ms",
        retryAfterMs: 7_000,
        answer: {
          ...answer(429, "429", "Requests have exceeded the call rate limit."),
          headers: { "retry-after": "7", "retry-after-ms": "7000" },
        },
      },
      {
        kind: "overloaded",
        name: "503",
        answer: answer(503, "ServiceUnavailable", "The service is busy."),
      },
      { kind: "unavailable", name: "500", answer: answer(500, "InternalServerError", "Failed.") },
      {
        kind: "auth",
        name: "401",
        answer: answer(401, "401", "Access denied due to invalid subscription key."),
      },
      {
        kind: "not_found",
        name: "404 DeploymentNotFound",
        answer: answer(404, "DeploymentNotFound", "No deployment."),
      },
      { kind: "bad_request", name: "400", answer: answer(400, "BadRequest", "Unknown parameter.") },
      {
        kind: "content_filtered",
        name: "400 content_filter",
        answer: answer(
          400,
          "content_filter",
          "The prompt triggered Azure's content management policy.",
          {
            innererror: filter,
          },
        ),
      },
    ];
    const shared = responses
      .failures(quoted)
      .filter(({ kind, only }) => only !== undefined || kind === "context_length");
    return [...own, ...shared];
  },
  notExpressible: {
    ...responses.notExpressible,
    insufficient_credit: "Azure bills afterwards",
    listModels: "Azure lists what could be deployed, not what is",
  },
});
