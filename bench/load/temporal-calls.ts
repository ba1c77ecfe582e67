/** What a run costs of Temporal: actions, events, bytes of history, and requests of its worker. */

import type { Client } from "@temporalio/client";

export interface RunCost {
  /** What Temporal Cloud bills, as far as the history shows it: it does not show heartbeats. */
  readonly actions: number;
  readonly events: number;
  readonly historyBytes: number;
  readonly workflowTasks: number;
}

type HistoryEvent = NonNullable<
  NonNullable<
    Awaited<ReturnType<ReturnType<Client["workflow"]["getHandle"]>["fetchHistory"]>>["events"]
  >[number]
>;

/** Reads what a run has cost. */
export async function readRunCost({ workflow }: Client, id: string): Promise<RunCost> {
  const handle = workflow.getHandle(id);
  const { events } = await handle.fetchHistory();
  const { historyLength, historySize = 0 } = await handle.describe();
  return {
    actions: countActions(events ?? []),
    events: historyLength,
    historyBytes: historySize,
    workflowTasks: (events ?? []).filter((event) => event.workflowTaskStartedEventAttributes)
      .length,
  };
}

/**
 * Each start, activity, timer, signal, update, marker and change of search attributes is an action; the local activities of one
 * workflow task are one together.
 *
 * @see https://docs.temporal.io/cloud/actions
 */
function countActions(events: readonly HistoryEvent[]): number {
  const tasksWithMarkers = new Set<string>();
  let actions = 0;
  for (const event of events) {
    const marker = event.markerRecordedEventAttributes;
    if (marker)
      tasksWithMarkers.add(`${marker.markerName} ${String(marker.workflowTaskCompletedEventId)}`);
    if (event.activityTaskStartedEventAttributes)
      actions += event.activityTaskStartedEventAttributes.attempt ?? 1;
    if (isAction(event)) actions += 1;
  }
  return actions + tasksWithMarkers.size;
}

function isAction(event: HistoryEvent): boolean {
  return [
    event.workflowExecutionStartedEventAttributes,
    event.timerStartedEventAttributes,
    event.workflowExecutionSignaledEventAttributes,
    event.workflowExecutionUpdateAcceptedEventAttributes,
    event.upsertWorkflowSearchAttributesEventAttributes,
    event.workflowPropertiesModifiedEventAttributes,
    event.startChildWorkflowExecutionInitiatedEventAttributes,
  ].some((attributes) => attributes !== null && attributes !== undefined);
}

/** How often a worker has asked what of Temporal, by the name of the request, long polls too. */
export async function readRequests(metricsUrl: string): Promise<ReadonlyMap<string, number>> {
  const requests = new Map<string, number>();
  const text = await (await fetch(metricsUrl)).text();
  for (const [, labels = "", value] of text.matchAll(
    /^temporal_(?:long_)?request(?:_total)?\{([^}]*)\} (\d+)/gm,
  )) {
    const [, operation = ""] = /operation="([^"]+)"/.exec(labels) ?? [];
    requests.set(operation, (requests.get(operation) ?? 0) + Number(value));
  }
  return requests;
}
