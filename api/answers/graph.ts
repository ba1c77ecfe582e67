/** What the API tells of graphs. */

import { z } from "zod";
import { createGraphSchema } from "../../graph/graph-format.ts";
import { jsonSchemaSchema } from "./quantities.ts";

/** The data form; docs/reference/graph-format.md. */
export const graphSchema = createGraphSchema().meta({
  id: "Graph",
  description: "A graph as data: what is asked of which models in which order",
});

export const graphListSchema = z
  .object({ graphs: z.array(graphSchema).describe("Every version, the newest of a graph first") })
  .meta({ id: "GraphList", description: "The graphs there are" });

export const graphDetailsSchema = z
  .object({
    id: z.string(),
    version: z.string(),
    versions: z.array(z.string()).describe("All there are, the newest first"),
    fingerprint: z.string().describe("16 hexadecimal digits for what a run depends on"),
    input: jsonSchemaSchema.describe("What a run takes, as JSON Schema, draft 2020-12"),
    output: jsonSchemaSchema.describe("What a run gives, as JSON Schema, draft 2020-12"),
    graph: graphSchema,
    mermaid: z.string().describe("The graph as a Mermaid flowchart"),
    links: z
      .object({
        self: z.string().describe("This version, as a path of this API"),
        runs: z.string().describe("Where a POST starts a run of it"),
      })
      .describe("Where to go from here"),
  })
  .meta({ id: "GraphDetails", description: "One version of a graph" });

export type GraphDetails = z.output<typeof graphDetailsSchema>;
