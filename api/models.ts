/** The routes that show how the models are. */

import type { RequestHandler } from "express";
import type { ModelStatus } from "../worker/model-status.ts";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { createModelMetrics } from "./model-metrics.ts";

/** `GET /v1/models`. */
export function listModelsRoute(options: AppOptions): RequestHandler {
  return (_request, response) => void response.json({ models: readModels(options) });
}

/** `GET /metrics`. */
export function metricsRoute(options: AppOptions): RequestHandler {
  const metrics = createModelMetrics();
  return async (_request, response) => {
    const text = await metrics.write(readModels(options));
    response.set("Content-Type", metrics.contentType).send(text);
  };
}

/** An empty list would say that no model is configured, and a scrape without values that all is well. */
function readModels({ models }: AppOptions): readonly ModelStatus[] {
  if (models !== undefined) return models();
  throw new ApiError(
    "API_NO_WORKER",
    'This API runs without a worker beside it, so it knows of no models. Ask one that has a worker, or start it with "models".',
  );
}
