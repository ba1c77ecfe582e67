/** Where else to look for a run: the links of an answer. */

import { z } from "zod";
import { linkToRun } from "../../client/temporal-ui.ts";
import type { AppOptions } from "../app-options.ts";

export const runLinksSchema = z
  .object({
    self: z.string().describe("The run, as a path of this API"),
    events: z.string().describe("Its events as they happen, as server-sent events"),
    audit: z.string().describe("Its events so far"),
    temporalUi: z.string().optional().describe("The run in the Temporal UI"),
  })
  .meta({ id: "RunLinks", description: "Where to look for a run" });

export const cancelReceiptSchema = z
  .object({ id: z.string().describe("The run's id"), links: runLinksSchema })
  .meta({ id: "CancelReceipt", description: "A run that was asked to stop" });

export const deliveryReceiptSchema = z
  .object({
    id: z.string().describe("The run's id"),
    step: z.string().describe("The step's path"),
    links: runLinksSchema,
  })
  .meta({ id: "DeliveryReceipt", description: "What was sent is in the run's history" });

export type RunLinks = Readonly<z.output<typeof runLinksSchema>>;

export function linksOf(runId: string, { temporalUi }: Pick<AppOptions, "temporalUi">): RunLinks {
  const self = `/v1/runs/${encodeURIComponent(runId)}`;
  return {
    self,
    events: `${self}/events`,
    audit: `${self}/audit`,
    ...(temporalUi && { temporalUi: linkToRun(temporalUi, runId) }),
  };
}
