/** Lists runs, straight from Temporal's visibility. */

import type { Client } from "@temporalio/client";
import { decodeTypedSearchAttributes } from "@temporalio/common/lib/converter/payload-search-attributes.js";
import { optionalTsToDate, requiredTsToDate } from "@temporalio/common/lib/time.js";
import { asUnavailable, GRPC, grpcCode } from "./as-client-error.ts";
import { ClientError } from "./client-error.ts";
import { invalidCursor, readCursor, writeCursor } from "./cursor.ts";
import { CONTINUED_MEMO } from "../graph/continued-memo.ts";
import { readMemo } from "./executions.ts";
import type { LoadedDataConverter } from "./trail/history-event.ts";
import { readSummary } from "./read-summary.ts";
import type { ListOptions, RunPage, RunSummary } from "./run.ts";
import { writeRunQuery } from "./run-query.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** By `temporal.api.enums.v1.WorkflowExecutionStatus`, as the SDK spells them. */
const STATUS_NAMES: readonly string[] = [
  "UNSPECIFIED",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TERMINATED",
  "CONTINUED_AS_NEW",
  "TIMED_OUT",
];

/** @throws {ClientError} CLIENT_INVALID_FILTER, CLIENT_INVALID_CURSOR, CLIENT_TEMPORAL_UNAVAILABLE */
export async function listRuns(temporal: Client, options: ListOptions): Promise<RunPage> {
  const { cursor, limit = DEFAULT_LIMIT } = options;
  const query = writeRunQuery(options);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw invalidLimit();
  const list = `${temporal.options.namespace}\n${query}`;
  const from = cursor === undefined ? undefined : await readCursor(list, cursor);
  const { executions, nextPageToken } = await askForPage(temporal, query, limit, from);
  const { loadedDataConverter } = temporal.workflow.options;
  const runs = await Promise.all(executions.map((raw) => readExecution(raw, loadedDataConverter)));
  if (!nextPageToken?.length) return { runs };
  return { runs, next: await writeCursor(list, nextPageToken) };
}

type Page = Awaited<ReturnType<Client["workflowService"]["listWorkflowExecutions"]>>;

async function askForPage(
  { workflowService, options: { namespace } }: Client,
  query: string,
  pageSize: number,
  nextPageToken: Uint8Array | undefined,
): Promise<Page> {
  try {
    const request = { namespace, query, pageSize, nextPageToken };
    return await workflowService.listWorkflowExecutions(request);
  } catch (error) {
    const code = grpcCode(error);
    // The server (1.29) calls a token that is none an unknown error.
    const isAboutToken = code === GRPC.unknown || code === GRPC.invalidArgument;
    throw nextPageToken && isAboutToken ? invalidCursor(error) : asUnavailable(error);
  }
}

/** Of its memo only what a run needs that has continued as new: the rest is no part of a list. */
async function readExecution(
  raw: Page["executions"][number],
  converter: LoadedDataConverter,
): Promise<RunSummary> {
  const { execution, type, status, searchAttributes } = raw;
  return readSummary({
    workflowId: execution?.workflowId ?? "",
    type: type?.name ?? "",
    status: { name: STATUS_NAMES[status ?? 0] ?? "UNKNOWN" },
    startTime: requiredTsToDate(raw.startTime, "startTime"),
    closeTime: optionalTsToDate(raw.closeTime),
    memo: { [CONTINUED_MEMO]: await readMemo(raw.memo, converter) },
    typedSearchAttributes: decodeTypedSearchAttributes(searchAttributes?.indexedFields),
  });
}

function invalidLimit(): ClientError {
  return new ClientError(
    "CLIENT_INVALID_FILTER",
    `"limit" is no whole number from 1 to ${MAX_LIMIT}. Mend it, or leave it out for ${DEFAULT_LIMIT}.`,
  );
}
