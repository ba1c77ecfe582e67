/** The routes that bring decisions and events to the steps that wait for them. */

import { z } from "zod";
import type { Sender } from "../../client/deliver.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { deliveryReceiptSchema, linksOf } from "../answers/links.ts";
import { ApiError } from "../api-error.ts";
import type { AppOptions } from "../app-options.ts";
import { BODY_REFUSALS } from "../json-body.ts";
import { NO_QUERY } from "../query-text.ts";
import { defineRoute, type Answer, type Route, type RouteRequest } from "../route.ts";
import { assertVisible, signerOf } from "../visible-run.ts";

/** Only a worker can take a decision, and Temporal waits for one as long as it takes. */
const WORKER_PATIENCE_MS = 15_000;

const params = z.object({
  id: z.string().describe("The run's id"),
  step: z.string().describe("The step's path, percent-encoded: files%5B2%5D%2Fcheck"),
});

const sender = {
  by: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Who it comes from. With a key, the key's id goes on record too. Default: its id"),
  comment: z.string().max(10_000).optional().describe("Goes on record with it"),
};

const errors = [
  ...BODY_REFUSALS,
  "API_UNKNOWN_RUN",
  "API_STEP_NOT_OPEN",
  "API_WORKER_UNAVAILABLE",
  "API_TEMPORAL_UNAVAILABLE",
] as const;

export function decideStep(options: AppOptions): Route {
  return defineRoute({
    method: "post",
    path: "/v1/runs/{id}/approvals/{step}",
    operationId: "decideStep",
    summary: "Decide an approval that a run waits for",
    access: "approve",
    params,
    query: NO_QUERY,
    body: z
      .strictObject({ decision: z.unknown().describe("As the step's schema says"), ...sender })
      .meta({ id: "DecisionBody", description: "A decision" }),
    answers: { 200: { description: "It is in the run's history", schema: deliveryReceiptSchema } },
    errors,
    handle(request) {
      const { id, step } = request.params;
      return deliver(request, options, (from) =>
        options.client.decide(id, step, request.body.decision, from),
      );
    },
  });
}

export function sendRunEvent(options: AppOptions): Route {
  return defineRoute({
    method: "post",
    path: "/v1/runs/{id}/events/{step}",
    operationId: "sendRunEvent",
    summary: "Send the outside event that a step of a run waits for",
    access: "run",
    params,
    query: NO_QUERY,
    body: z
      .strictObject({ event: z.unknown().describe("As the step's schema says"), ...sender })
      .meta({ id: "EventBody", description: "An outside event" }),
    answers: { 200: { description: "It is in the run's history", schema: deliveryReceiptSchema } },
    errors,
    handle(request) {
      const { id, step } = request.params;
      return deliver(request, options, (from) =>
        options.client.sendEvent(id, step, request.body.event, from),
      );
    },
  });
}

type DeliveryRequest = Pick<
  RouteRequest<{ readonly id: string; readonly step: string }, unknown, Sender>,
  "params" | "body" | "caller"
>;

async function deliver(
  { params: { id, step }, body: { by, comment }, caller }: DeliveryRequest,
  options: AppOptions,
  send: (from: Sender) => Promise<void>,
): Promise<Answer> {
  await assertVisible(caller, id, options);
  const from = { by: signerOf(caller, by), ...(comment !== undefined && { comment }) };
  await takeInTime(send(from), { id, step, client: options.client });
  return { status: 200, json: { id, step, links: linksOf(id, options) } };
}

interface Delivery {
  readonly id: string;
  readonly step: string;
  readonly client: SignalboxClient;
}

/** What is taken late is taken all the same; nobody waits for the answer then. */
async function takeInTime(taken: Promise<void>, delivery: Delivery): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), WORKER_PATIENCE_MS);
  });
  // Lost the race, it still must not go unheard: that would end the process.
  taken.catch(() => undefined);
  try {
    if (await Promise.race([taken, isLate])) throw await explainDelay(delivery);
  } finally {
    clearTimeout(timer);
  }
}

async function explainDelay({ id, step, client }: Delivery): Promise<ApiError> {
  const advice = "It may still arrive: read the run before it is sent again";
  if (!(await client.isReachable())) {
    return new ApiError(
      "API_TEMPORAL_UNAVAILABLE",
      `Temporal does not answer, so nobody knows of what was sent for step "${step}" of run "${id}". ${advice}.`,
    );
  }
  return new ApiError(
    "API_WORKER_UNAVAILABLE",
    `No worker has taken what was sent for step "${step}" of run "${id}" within ${WORKER_PATIENCE_MS / 1_000} seconds. ${advice}, and see that a worker is up.`,
  );
}
