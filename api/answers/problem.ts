/** What the API tells of a request that cannot be met: RFC 9457. */

import { z } from "zod";
import { API_ERRORS, type ApiErrorCode } from "../api-error.ts";
import { runLinksSchema } from "./links.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of that very object.
const CODES = Object.keys(API_ERRORS) as ApiErrorCode[];

export const problemSchema = z
  .looseObject({
    type: z.string().describe("urn:signalbox:error: and the code"),
    title: z.string(),
    status: z.int().describe("The status of the answer"),
    detail: z.string().describe("What is wrong, and what to do"),
    code: z.enum(CODES).describe("See docs/errors.md"),
    instance: z.string().describe("The path that was asked"),
    problems: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe("What does not fit, by dotted path; never the value itself"),
    graphs: z.array(z.string()).optional().describe("The graphs there are"),
    runId: z.string().optional().describe("The run that was started, and goes on"),
    links: runLinksSchema.optional().describe("Of that run"),
  })
  .meta({ id: "Problem", description: "Why a request cannot be met. RFC 9457" });
