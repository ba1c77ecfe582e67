/** The route that describes the others. */

import { z } from "zod";
import { describeApi } from "../openapi.ts";
import { readPackageVersion } from "../package-version.ts";
import { defineRoute, type Route } from "../route.ts";

/** @param routes - the others. */
export function readOpenApi(routes: readonly Route[]): Route {
  const route = defineRoute({
    method: "get",
    path: "/openapi.json",
    operationId: "readOpenApi",
    summary: "This description, as OpenAPI 3.1",
    access: "open",
    answers: {
      200: { description: "OpenAPI 3.1", schema: z.looseObject({ openapi: z.string() }) },
    },
    handle: () => ({ status: 200, json: document }),
  });
  const document = describeApi([...routes, route], readPackageVersion());
  return route;
}
