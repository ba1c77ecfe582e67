/** What `graphs/three-steps.ts` does, as somebody who knows Temporal well writes it by hand. For the workflow sandbox. */

import { proxyActivities } from "@temporalio/workflow";
import type * as activities from "./hand-written-activities.ts";

const { triage, draft, review } = proxyActivities<typeof activities>({
  startToCloseTimeout: "70 seconds",
  scheduleToCloseTimeout: "10 minutes",
  retry: { maximumAttempts: 8, initialInterval: "250 milliseconds", maximumInterval: "5 seconds" },
});

export async function handWritten(ticket: { readonly body: string }): Promise<{ fit: boolean }> {
  const { kind } = await triage(ticket.body);
  const { text } = await draft(kind, ticket.body);
  return review(text);
}
