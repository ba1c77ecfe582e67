/** Writes filters as a query of Temporal's visibility. Nothing that a filter holds can change what is asked. */

import { quoteForFilter, SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import { ClientError } from "./client-error.ts";
import type { RunFilters, RunStatus } from "./run.ts";

/** Temporal's own names, as a query spells them. */
const STATUSES: Readonly<Record<RunStatus, string>> = {
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Canceled",
  terminated: "Terminated",
  timed_out: "TimedOut",
  continued: "ContinuedAsNew",
};

const MAX_TEXT_LENGTH = 1_000;

/**
 * What no id, version or model has: the server (1.29) finds no value with a quote or a backslash in it, and fails, or takes
 * the request for broken, at control characters and halves of characters.
 */
const UNUSUAL = /["\\\p{Cc}\p{Cs}]/u;

const DAY = String.raw`\d{4}-\d\d-\d\d`;
const TIME = String.raw`T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)`;
const ISO_8601 = new RegExp(`^${DAY}(?:${TIME})?$`);

/**
 * The query for the runs that fit.
 *
 * @throws {ClientError} CLIENT_INVALID_FILTER
 */
export function writeRunQuery(filters: RunFilters): string {
  const { fallback, includesSubRuns = false } = filters;
  const { graph, version, workspace, models, costUsd, fallbacks } = SEARCH_ATTRIBUTES;
  const conditions = [
    // Other workflows share the namespace.
    `${graph.name} IS NOT NULL`,
    !includesSubRuns && "ParentWorkflowId IS NULL",
    equals(graph.name, "graph", filters.graph),
    equals(version.name, "version", filters.version),
    equals(workspace.name, "workspace", filters.workspace),
    // Of a list, `=` asks whether it is in there.
    equals(models.name, "model", filters.model),
    // Without that, a run that has continued as new would be listed once for each of its executions.
    filters.status === undefined
      ? `ExecutionStatus != '${STATUSES.continued}'`
      : `ExecutionStatus = '${temporalStatus(filters.status)}'`,
    bound("StartTime >=", filters.startedFrom, (text) => quoteTime("startedFrom", text)),
    bound("StartTime <", filters.startedBefore, (text) => quoteTime("startedBefore", text)),
    bound(`${costUsd.name} >=`, filters.costFrom, (usd) => writeUsd("costFrom", usd)),
    bound(`${costUsd.name} <`, filters.costBelow, (usd) => writeUsd("costBelow", usd)),
    fallback !== undefined && `${fallbacks.name} ${fallback ? ">" : "="} 0`,
  ];
  return conditions.filter((condition) => condition !== false).join(" AND ");
}

function equals(name: string, filter: keyof RunFilters, text: string | undefined): string | false {
  return bound(`${name} =`, text, (value) => quoteText(filter, value));
}

function bound<T>(left: string, value: T | undefined, write: (value: T) => string): string | false {
  return value !== undefined && `${left} ${write(value)}`;
}

function quoteText(filter: keyof RunFilters, text: string): string {
  if (text.length <= MAX_TEXT_LENGTH && !UNUSUAL.test(text)) return quoteForFilter(text);
  throw invalidFilter(
    filter,
    `has more than ${MAX_TEXT_LENGTH} characters, or a double quote, a backslash or a control character, which none of them has`,
  );
}

function temporalStatus(status: RunStatus): string {
  // Callers without types may give anything, `"constructor"` included.
  if (Object.hasOwn(STATUSES, status)) return STATUSES[status];
  throw invalidFilter("status", `is none of ${Object.keys(STATUSES).join(", ")}`);
}

function quoteTime(filter: keyof RunFilters, text: string): string {
  const time = ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
  // An offset can take the last day of the year 9999 over the end of what the server reads.
  const written = Number.isNaN(time) ? "" : new Date(time).toISOString();
  if (ISO_8601.test(written)) return `'${written}'`;
  throw invalidFilter(filter, 'is no time such as "2026-11-25T12:00:00Z" or "2026-11-25"');
}

function writeUsd(filter: keyof RunFilters, usd: number): string {
  if (Number.isFinite(usd)) return String(usd);
  throw invalidFilter(filter, "is no number");
}

/** The value is not quoted: it may be of any length. */
function invalidFilter(filter: keyof RunFilters, why: string): ClientError {
  return new ClientError("CLIENT_INVALID_FILTER", `The filter "${filter}" ${why}. Mend it.`);
}
