/** Runs as Temporal's server keeps them: bytes that no data converter has seen. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { temporal as proto } from "@temporalio/proto";
import type { Temporal } from "../../worker/temporal.ts";

/** All that the server tells of a run: its history, and its description. */
export async function rawBytesOf(
  { client, namespace }: Pick<Temporal, "client" | "namespace">,
  workflowId: string,
): Promise<Buffer> {
  const execution = { workflowId };
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const description = await client.workflowService.describeWorkflowExecution({
    namespace,
    execution,
  });
  const { DescribeWorkflowExecutionResponse } = proto.api.workflowservice.v1;
  return Buffer.concat([
    proto.api.history.v1.History.encode(history).finish(),
    DescribeWorkflowExecutionResponse.encode(description).finish(),
  ]);
}

/** Waits until the history has an event of this kind; gives it. */
export async function awaitEvent<Name extends keyof proto.api.history.v1.IHistoryEvent>(
  { client, namespace }: Pick<Temporal, "client" | "namespace">,
  workflowId: string,
  name: Name,
): Promise<NonNullable<proto.api.history.v1.IHistoryEvent[Name]>> {
  let nextPageToken: Uint8Array | undefined;
  for (;;) {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
      waitNewEvent: true,
      nextPageToken,
    });
    const found = page.history?.events?.map((event) => event[name]).find((one) => one != null);
    if (found != null) return found;
    if (!page.nextPageToken.length) throw new Error(`The run has ended without "${name}"`);
    ({ nextPageToken } = page);
  }
}

/** The files with payloads below a folder. */
export async function payloadFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((one) => one.isFile() && one.name !== "run.json")
    .map((one) => join(one.parentPath, one.name));
}
