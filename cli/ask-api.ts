/** Asks a running API how its models are. */

import { z } from "zod";
import { DEFAULT_HOST, DEFAULT_PORT, urlOf } from "../api/hosts.ts";
import type { ModelHealth, ModelStatus } from "../worker/model-status.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

const TIMEOUT_MS = 5_000;

const breaker = z.looseObject({
  state: z.enum(["closed", "open", "half-open"]),
  blockedUntil: z.string().optional(),
});
const percentiles = z.looseObject({ p50: z.number(), p95: z.number() });
const health = z.looseObject({
  calls: z.number(),
  successRate: z.number().optional(),
  failures: z.record(z.string(), z.number()),
  durationMs: percentiles.optional(),
  tokensPerSecond: percentiles.optional(),
  headroom: z.number().optional(),
  breaker,
});
const answerSchema = z.object({
  models: z.array(
    z.looseObject({
      model: z.string(),
      aliases: z.array(z.string()),
      health,
      providerBreaker: breaker,
    }),
  ),
});
const problemSchema = z.object({ code: z.string() });

type ShownFact =
  | "calls"
  | "successRate"
  | "failures"
  | "durationMs"
  | "tokensPerSecond"
  | "headroom"
  | "breaker";

/** What is shown of a model to people. A newer API may say more, which JSON keeps. */
export type ShownModel = Pick<ModelStatus, "model" | "aliases" | "providerBreaker"> & {
  readonly health: Pick<ModelHealth, ShownFact>;
};

/** The API of `SIGNALBOX_HOST` and `SIGNALBOX_PORT`: where `npm start` listens. */
export function defaultApi({ env }: Pick<Terminal, "env">): string {
  return urlOf(env["SIGNALBOX_HOST"] || DEFAULT_HOST, env["SIGNALBOX_PORT"] || DEFAULT_PORT);
}

/**
 * Asks the API at `url`, which has no slash at its end.
 *
 * @throws {CliError} CLI_API_UNREACHABLE, CLI_API_NO_WORKER or CLI_NOT_AN_API.
 */
export async function askApi(url: string): Promise<readonly ShownModel[]> {
  const { status, body } = await get(url);
  const answer = answerSchema.safeParse(body);
  if (status === 200 && answer.success) return answer.data.models;
  if (problemSchema.safeParse(body).data?.code === "API_NO_WORKER") {
    throw new CliError(
      "CLI_API_NO_WORKER",
      `The API at ${url} runs without a worker beside it, so it knows of no models. Name one that has a worker with --api.`,
    );
  }
  throw new CliError(
    "CLI_NOT_AN_API",
    `What answers at ${url} is no Signalbox API of this version: its answer to GET /v1/models, of status ${status}, is another. ` +
      `Name the API with --api.`,
  );
}

/** `body` is `undefined` where it is no JSON. */
async function get(url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/v1/models`, { signal });
    return { status: response.status, body: parse(await response.text()) };
  } catch (cause) {
    throw new CliError(
      "CLI_API_UNREACHABLE",
      `No API answers at ${url}: ${describe(cause)}. Start one, or name it with --api.`,
      { cause },
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What `fetch` throws says only that it failed; its cause has the code of the network. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}
