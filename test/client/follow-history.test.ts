/** What following a run leaves behind, with a connection that treats abort signals as the SDK's does. */

import { getEventListeners } from "node:events";
import type { Client } from "@temporalio/client";
import { followHistory } from "../../client/follow-history.ts";

it("leaves nothing on its signal, however often it polls", async () => {
  const following = new AbortController();
  const given: AbortSignal[] = [];
  let polls = 0;
  const temporal = {
    options: { namespace: "default" },
    workflow: { options: {} },
    connection: {
      withDeadline: (_deadline: number, ask: () => unknown) => ask(),
      async withAbortSignal(signal: AbortSignal, ask: () => unknown) {
        given.push(signal);
        // As `Connection` does for each call, and takes it away for none.
        signal.addEventListener("abort", () => {});
        return ask();
      },
    },
    workflowService: {
      async getWorkflowExecutionHistory() {
        polls += 1;
        const nextPageToken = polls < 20 ? Uint8Array.of(polls) : undefined;
        return { history: { events: [{}] }, nextPageToken };
      },
    },
  };

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The part of a client that is asked.
  const client = temporal as unknown as Client;

  for await (const { events } of followHistory(client, "run", following.signal)) {
    expect(events).toHaveLength(1);
  }

  expect(polls).toBe(20);
  expect(getEventListeners(following.signal, "abort")).toEqual([]);
  expect(given.every((signal) => signal.aborted)).toBe(true);
});
