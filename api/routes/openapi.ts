/** The route that describes the others. */

import { z } from "zod";
import { readPackageVersion } from "../../worker/package-json.ts";
import { describeApi, type ApiDescription } from "../openapi.ts";
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
    // Made when it is first asked for: it takes longer than all else that an API does when it starts.
    handle: () => ({ status: 200, json: (document ??= describe()) }),
  });
  const describe = (): ApiDescription => describeApi([...routes, route], readPackageVersion());
  let document: ApiDescription | undefined;
  return route;
}
