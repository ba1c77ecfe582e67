/** Reads histories, whole or as they come, into what their runs tell of themselves. */

import { readingAside } from "../../payloads/retrieve-payloads.ts";
import type { RunEvent } from "../run-event.ts";
import { FactReader } from "./fact-reader.ts";
import {
  timeOf,
  type History,
  type HistoryEvent,
  type LoadedDataConverter,
} from "./history-event.ts";
import { Trail, type Place } from "./trail.ts";

/** Reads one run. Events are to be given once each, in their order. */
export class TrailReader {
  readonly trail = new Trail();
  readonly #facts: FactReader;

  constructor(converter: LoadedDataConverter) {
    this.#facts = new FactReader(readingAside(converter));
  }

  /** What some more events of the history tell. */
  async read(events: readonly HistoryEvent[]): Promise<readonly RunEvent[]> {
    const told: RunEvent[] = [];
    for (const event of events) {
      told.push(...this.trail.read(placeOf(event), await this.#facts.read(event)));
    }
    return told;
  }

  /** As {@link read}, of events after which Temporal has no more for now. */
  async readToEnd(events: readonly HistoryEvent[]): Promise<readonly RunEvent[]> {
    return [...(await this.read(events)), ...this.trail.settle()];
  }
}

/** A run that was read as far as its history goes. */
export interface ReadTrail {
  readonly trail: Trail;
  readonly events: readonly RunEvent[];
}

export async function readTrail(
  { events }: History,
  converter: LoadedDataConverter,
): Promise<ReadTrail> {
  const reader = new TrailReader(converter);
  return { events: await reader.readToEnd(events ?? []), trail: reader.trail };
}

function placeOf(event: HistoryEvent): Place {
  return { eventId: Number(event.eventId), at: timeOf(event), by: causeOf(event) };
}

function causeOf(event: HistoryEvent): Place["by"] {
  if (event.workflowTaskCompletedEventAttributes) return "task";
  const isOfUpdate =
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.workflowExecutionUpdateCompletedEventAttributes;
  return isOfUpdate || Object.values(event).some(isAsked) ? "command" : "other";
}

/** Whatever a workflow asks for names the turn in which it did. */
function isAsked(attributes: unknown): boolean {
  return (
    typeof attributes === "object" &&
    attributes !== null &&
    "workflowTaskCompletedEventId" in attributes &&
    Number(attributes.workflowTaskCompletedEventId) > 0
  );
}
