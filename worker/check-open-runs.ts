/** Finds, when a worker starts, open runs that its graphs would break: begun with a graph that has changed since. */

import { Client } from "@temporalio/client";
import type { AnyGraph } from "../graph/graph.ts";
import { quoteForFilter, SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import { ConfigError } from "./config-error.ts";
import type { Graphs } from "./graph-module.ts";
import type { Temporal } from "./temporal.ts";

export interface OpenRunsCheck {
  readonly temporal: Pick<Temporal, "connection" | "namespace"> &
    Partial<Pick<Temporal, "dataConverter">>;
  /** Runs of other task queues are no concern of this worker. */
  readonly taskQueue: string;
  /** Whether what is found ends the start or is told to `onWarning`. */
  readonly onChangedGraph: "refuse" | "warn";
  readonly onWarning: (message: string) => void;
}

/** Open runs that this worker cannot go on with. */
interface Finding {
  readonly message: string;
}

/**
 * Looks for open runs of every graph that were begun with another graph of the same version, or with a version that is
 * not here any more. Where Temporal cannot list runs it warns: a worker that runs what ran before must be able to start
 * while the index of runs is down.
 *
 * @throws {ConfigError} CONFIG_GRAPH_CHANGED
 */
export async function checkOpenRuns(graphs: Graphs, check: OpenRunsCheck): Promise<void> {
  const { onChangedGraph, onWarning, temporal } = check;
  const client = new Client(temporal);
  let findings;
  try {
    findings = await findChanges(graphs, client, check.taskQueue);
  } catch (error) {
    onWarning(
      `Temporal cannot list the open runs, so nobody knows whether a graph was changed under one of them. ` +
        `The worker starts all the same. Cause: ${error instanceof Error ? error.message : String(error)}`,
    );
    return;
  }
  const [first] = findings;
  if (first !== undefined && onChangedGraph === "refuse") {
    throw new ConfigError("CONFIG_GRAPH_CHANGED", first.message);
  }
  for (const { message } of findings) onWarning(message);
}

async function findChanges(
  graphs: Graphs,
  client: Client,
  taskQueue: string,
): Promise<readonly Finding[]> {
  const findings = [...graphs.values()].flatMap((graph) => [
    ...graph.versions.map((version) => findChanged(version, client, taskQueue)),
    findWithoutVersion(graph, client, taskQueue),
  ]);
  return (await Promise.all(findings)).filter((finding) => finding !== undefined);
}

async function findChanged(
  { id, version, fingerprint }: AnyGraph,
  client: Client,
  taskQueue: string,
): Promise<Finding | undefined> {
  const open = await findOpen(client, [
    ...ofGraph(id, taskQueue),
    `${SEARCH_ATTRIBUTES.version.name} = ${quoteForFilter(version)}`,
    `${SEARCH_ATTRIBUTES.fingerprint.name} != ${quoteForFilter(fingerprint)}`,
  ]);
  return (
    open && {
      message:
        `Graph "${id}" was changed under its version "${version}": ${describeOpen(open)} begun with another form of it. ` +
        `Give the changed graph a new "version" and keep the old one beside it: versions(new, old). ` +
        `Where diffGraphs says that the change is safe for open runs, start the worker with onChangedGraph: "warn".`,
    }
  );
}

async function findWithoutVersion(
  { id, versions }: AnyGraph,
  client: Client,
  taskQueue: string,
): Promise<Finding | undefined> {
  const known = versions.map(({ version }) => quoteForFilter(version)).join(", ");
  const open = await findOpen(client, [
    ...ofGraph(id, taskQueue),
    `${SEARCH_ATTRIBUTES.version.name} NOT IN (${known})`,
  ]);
  return (
    open && {
      message:
        `Graph "${id}" is not here in version "${open.version}" any more: ${describeOpen(open)} begun with a version that is missing. ` +
        `Keep the old version beside the new one, versions(new, old), until its runs have ended. ` +
        `Where other workers of the task queue have it, start this one with onChangedGraph: "warn".`,
    }
  );
}

function ofGraph(id: string, taskQueue: string): readonly string[] {
  return [
    `${SEARCH_ATTRIBUTES.graph.name} = ${quoteForFilter(id)}`,
    `TaskQueue = ${quoteForFilter(taskQueue)}`,
    `ExecutionStatus = 'Running'`,
  ];
}

interface OpenRuns {
  readonly count: number;
  /** One of them. */
  readonly run: string;
  readonly version: string | undefined;
}

async function findOpen(
  { workflow }: Client,
  conditions: readonly string[],
): Promise<OpenRuns | undefined> {
  const query = conditions.join(" AND ");
  for await (const { workflowId, typedSearchAttributes } of workflow.list({ query, pageSize: 1 })) {
    const { count } = await workflow.count(query);
    const version = typedSearchAttributes.get(SEARCH_ATTRIBUTES.version);
    // A run may have ended in between.
    return { count: Math.max(count, 1), run: workflowId, version };
  }
  return undefined;
}

function describeOpen({ count, run }: OpenRuns): string {
  return count === 1 ? `1 open run, "${run}", was` : `${count} open runs, such as "${run}", were`;
}
