/** The worker's workflows: one written by hand, as before; one written by hand that calls a model; and a graph. */

import { proxyActivities } from "@temporalio/workflow";
import { kit } from "signalbox";
import { callStep } from "signalbox/workflow";
import { z } from "zod";
import type * as activities from "./activities.ts";
import type config from "./signalbox.config.ts";

const { findDebt } = proxyActivities<typeof activities>({ startToCloseTimeout: "1 minute" });

export async function invoice(customer: string): Promise<string> {
  return `${customer} owes ${await findDebt(customer)} EUR`;
}

const { step } = kit<typeof config>();

const classify = step({
  input: z.object({ letter: z.string() }),
  model: "writer",
  output: z.object({ kind: z.enum(["complaint", "payment"]) }),
  budget: { usd: 0.01 },
  prompt: ({ input }) => `What is this letter about? ${input.letter}`,
});

export async function letter(text: string): Promise<string> {
  const { kind } = await callStep(classify, { letter: text }, { name: "classify" });
  return kind === "payment" ? `${await findDebt("Ann")} EUR are due` : "To a colleague";
}

export { reminder } from "./graphs.ts";
