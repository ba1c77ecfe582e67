/** Reads histories, whole or as they come, into what their runs tell of themselves. */

import { readingAside } from "../../payloads/retrieve-payloads.ts";
import { readContinued } from "../executions.ts";
import type { RunEvent } from "../run-event.ts";
import type { Contents } from "./contents.ts";
import { FactReader } from "./fact-reader.ts";
import {
  timeOf,
  type History,
  type HistoryEvent,
  type LoadedDataConverter,
} from "./history-event.ts";
import { readSpentBefore } from "./read-run-fact.ts";
import { readTraceId } from "./read-trace-id.ts";
import { Trail, type Place } from "./trail.ts";

/** Reads one run, with all its executions. Events are to be given once each, in their order. */
export class TrailReader {
  readonly trail = new Trail();
  readonly #contents: Contents | undefined;
  readonly #converter: LoadedDataConverter;
  #facts: FactReader;
  #execution = 1;
  #traceId: string | undefined;

  /** @param contents - is given what the events do not tell. */
  constructor(converter: LoadedDataConverter, contents?: Contents) {
    this.#contents = contents;
    this.#converter = readingAside(converter);
    this.#facts = new FactReader(this.#converter);
  }

  /** Which execution the last event was of, from 1. */
  get execution(): number {
    return this.#execution;
  }

  /** `undefined`: no event so far tells of a trace. */
  get traceId(): string | undefined {
    return this.#traceId;
  }

  /** What some more events of the history tell. */
  async read(events: readonly HistoryEvent[]): Promise<readonly RunEvent[]> {
    const told: RunEvent[] = [];
    for (const event of events) {
      if (event.workflowExecutionStartedEventAttributes) await this.#beginExecution(event);
      this.#traceId ??= await readTraceId(event, this.#converter);
      const fact = await this.#facts.read(event);
      const news = this.trail.read(this.#placeOf(event), fact);
      await this.#contents?.read(event, fact, news);
      told.push(...news);
    }
    return told;
  }

  async #beginExecution(event: HistoryEvent): Promise<void> {
    const continued = await readContinued(event, this.#converter);
    if (continued === undefined) return;
    this.#execution = continued.execution;
    this.#facts = new FactReader(this.#converter, this.#execution);
    if (this.trail.hasBegun) return;
    this.trail.addBefore(await readSpentBefore(event, this.#converter));
  }

  #placeOf(event: HistoryEvent): Place {
    const number = `${Number(event.eventId)}`;
    const name = this.#execution === 1 ? number : `${this.#execution}-${number}`;
    return { event: name, at: timeOf(event), by: causeOf(event) };
  }

  /** As {@link read}, of events after which Temporal has no more for now. */
  async readToEnd(events: readonly HistoryEvent[]): Promise<readonly RunEvent[]> {
    return [...(await this.read(events)), ...this.trail.settle()];
  }
}

/** A run that was read as far as its histories go. */
export interface ReadTrail {
  readonly trail: Trail;
  readonly events: readonly RunEvent[];
  /** The last event of the last history, as Temporal keeps it. */
  readonly last: HistoryEvent | undefined;
  /** `undefined`: none of the events tells of a trace. */
  readonly traceId: string | undefined;
}

/**
 * @param histories - of its executions, in their order.
 * @param contents - is given what the events do not tell.
 */
export async function readTrail(
  histories: Iterable<History> | AsyncIterable<History>,
  converter: LoadedDataConverter,
  contents?: Contents,
): Promise<ReadTrail> {
  const reader = new TrailReader(converter, contents);
  const told: RunEvent[] = [];
  let last: HistoryEvent | undefined;
  for await (const { events } of histories) {
    told.push(...(await reader.read(events ?? [])));
    last = events?.at(-1) ?? undefined;
  }
  const { trail, traceId } = reader;
  return { events: [...told, ...trail.settle()], trail, last, traceId };
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
