/** The worker's workflows: one written by hand, as before, and now a graph. */

import { proxyActivities } from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { findDebt } = proxyActivities<typeof activities>({ startToCloseTimeout: "1 minute" });

export async function invoice(customer: string): Promise<string> {
  return `${customer} owes ${await findDebt(customer)} EUR`;
}

export { reminder } from "./graphs.ts";
