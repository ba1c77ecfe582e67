/** The routes that show how the models are. */

import { z } from "zod";
import type { ModelStatus } from "../../worker/model-status.ts";
import { modelStatusSchema } from "../answers/model.ts";
import { ApiError } from "../api-error.ts";
import type { ApiMetrics } from "../api-metrics.ts";
import type { AppOptions } from "../app-options.ts";
import { createModelMetrics } from "../../worker/telemetry/model-metrics.ts";
import { processMetrics } from "../../worker/telemetry/process-metrics.ts";
import { NO_QUERY } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";

const modelListSchema = z
  .object({ models: z.array(modelStatusSchema) })
  .meta({ id: "ModelList", description: "How the models are" });

export function listModels(options: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/models",
    operationId: "listModels",
    summary: "How the models are: aliases, price, and what the worker beside the API has learned",
    access: "read",
    query: NO_QUERY,
    answers: {
      200: {
        description: "Every model of the configuration, and all that are remembered",
        schema: modelListSchema,
      },
    },
    errors: ["API_NO_WORKER"],
    handle: () => ({ status: 200, json: { models: readModels(options) } }),
  });
}

export function readMetrics({ models }: AppOptions, ofApi: ApiMetrics): Route {
  const ofModels = createModelMetrics();
  return defineRoute({
    method: "get",
    path: "/metrics",
    operationId: "readMetrics",
    summary: "How the API, the models and the work of this process are, for Prometheus",
    access: "read",
    answers: { 200: { description: "Prometheus's text form", type: "text/plain" } },
    async handle() {
      const metrics = processMetrics();
      const filled = ofModels.filled(models?.() ?? []);
      const texts = await Promise.all([ofApi.write(), metrics.write(filled)]);
      return { status: 200, type: metrics.contentType, text: texts.join("\n") };
    },
  });
}

/** An empty list would say that no model is configured. */
function readModels({ models }: AppOptions): readonly ModelStatus[] {
  if (models !== undefined) return models();
  throw new ApiError(
    "API_NO_WORKER",
    'This API runs without a worker beside it, so it knows of no models. Ask one that has a worker, or start it with "models".',
  );
}
