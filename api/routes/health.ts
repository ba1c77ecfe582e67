/** The routes by which a process is watched. */

import { z } from "zod";
import { defineRoute, type Route } from "../route.ts";

export function readHealth(): Route {
  return defineRoute({
    method: "get",
    path: "/healthz",
    operationId: "readHealth",
    summary: "Whether the process is up",
    access: "open",
    answers: {
      200: { description: "It is", schema: z.object({ status: z.literal("ok") }) },
    },
    handle: () => ({ status: 200, json: { status: "ok" } }),
  });
}
