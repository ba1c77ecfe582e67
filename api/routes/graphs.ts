/** The routes that show the graphs. */

import { z } from "zod";
import type { AppOptions } from "../app-options.ts";
import { defineRoute, type Route } from "../route.ts";

export function listGraphs({ graphs }: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/graphs",
    operationId: "listGraphs",
    summary: "The graphs as data, every version, the newest first",
    access: "read",
    answers: {
      200: {
        description: "Steps, needs, aliases and JSON Schemas",
        schema: z.object({ graphs: z.array(z.looseObject({ id: z.string() })) }),
      },
    },
    handle() {
      const versions = [...graphs.values()].flatMap((graph) => graph.versions);
      return { status: 200, json: { graphs: versions.map((graph) => graph.toJSON()) } };
    },
  });
}
