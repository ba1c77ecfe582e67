/** Lists runs that have ended, also those that could not say so themselves. */

import type { Client } from "@temporalio/client";
import { decodeTypedSearchAttributes } from "@temporalio/common/lib/converter/payload-search-attributes.js";
import {
  DEFAULT_WORKSPACE,
  quoteForFilter,
  SEARCH_ATTRIBUTES,
} from "../graph/search-attributes.ts";
import { asUnavailable } from "./as-client-error.ts";

export interface ClosedRun {
  readonly id: string;
  readonly workspace: string;
  /** It was ended from outside, at once: nobody told its worker. */
  readonly isCutOff: boolean;
}

export interface ClosedRunsQuery {
  readonly taskQueue: string;
  /** Only those that ended then or later; ISO 8601. Default: all that Temporal keeps. */
  readonly since?: string | undefined;
  /** Default: 200. */
  readonly pageSize?: number;
}

/** `temporal.api.enums.v1.WorkflowExecutionStatus`: TERMINATED, TIMED_OUT. */
const CUT_OFF: ReadonlySet<number> = new Set([5, 7]);

/**
 * A page at a time. Sub-runs are among them; parts are not, nor executions that another goes on for.
 *
 * @throws {ClientError} CLIENT_TEMPORAL_UNAVAILABLE
 */
export async function* listClosedRuns(
  { workflowService, options: { namespace } }: Pick<Client, "workflowService" | "options">,
  { taskQueue, since, pageSize = 200 }: ClosedRunsQuery,
): AsyncGenerator<readonly ClosedRun[]> {
  const query = [
    `TaskQueue = ${quoteForFilter(taskQueue)}`,
    `${SEARCH_ATTRIBUTES.graph.name} IS NOT NULL`,
    `ExecutionStatus != 'Running'`,
    `ExecutionStatus != 'ContinuedAsNew'`,
    ...(since === undefined ? [] : [`CloseTime >= ${quoteForFilter(since)}`]),
  ].join(" AND ");
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await askFor({ namespace, query, pageSize, nextPageToken });
    yield page.executions.map(({ execution, status, searchAttributes }) => ({
      id: execution?.workflowId ?? "",
      workspace:
        decodeTypedSearchAttributes(searchAttributes?.indexedFields).get(
          SEARCH_ATTRIBUTES.workspace,
        ) ?? DEFAULT_WORKSPACE,
      isCutOff: CUT_OFF.has(status ?? 0),
    }));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);

  async function askFor(
    request: Parameters<typeof workflowService.listWorkflowExecutions>[0],
  ): ReturnType<typeof workflowService.listWorkflowExecutions> {
    try {
      return await workflowService.listWorkflowExecutions(request);
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}
