/** Reads the events of a history one by one, and knows what those before them were about. */

import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
  decodeUserMetadata,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { ApplicationFailure, ChildWorkflowFailure } from "@temporalio/common";
import type { Activities, AttemptRequest } from "../../activities/contract.ts";
import { nameOfPart, PART_CANCELLED, runOfExecution } from "../../graph/part-place.ts";
import { readRetryName, readTimerName } from "../../graph/timer-words.ts";
import type { SubResult } from "../../workflows/temporal-outcome.ts";
import type { Totals } from "../../workflows/run-record.ts";
import type { EndedStep, Fact, StartedStep } from "./fact.ts";
import { scheduledIdOf, type HistoryEvent, type LoadedDataConverter } from "./history-event.ts";
import { readPartMemo } from "./part-memo.ts";
import { beginAttempt, readOutcome, readRequest } from "./read-attempt.ts";
import { readLetter, readRunFact, type UpdateRequest } from "./read-run-fact.ts";

const ATTEMPT: keyof Activities = "signalbox.attempt";
/** Guardrails that ask by themselves: what they say comes with the verdicts. */
const GUARD: keyof Activities = "signalbox.guard";

/** What has begun and not ended. Of an attempt it is kept what was asked, as that is what a lost one is charged by. */
type Open =
  | { readonly of: "attempt"; readonly request: AttemptRequest }
  | { readonly of: "step"; readonly kind: StartedStep["kind"] }
  | { readonly of: "wait" }
  | { readonly of: "retry"; readonly attemptId: string };

/** More events than Temporal lets a history have. */
const MOST_EVENTS = 1_000_000;

/** Reads one execution. */
export class FactReader {
  readonly #converter: LoadedDataConverter;
  /** What makes the numbers of its events unique in the run. */
  readonly #before: number;
  readonly #open = new Map<number, Open>();
  /** Updates that a reset of the run has taken over, by id: what accepts them does not repeat them. */
  readonly #admitted = new Map<string, UpdateRequest>();
  /** The run's workflow id. */
  #run = "";

  /** @param execution - which of its run, from 1. */
  constructor(converter: LoadedDataConverter, execution = 1) {
    this.#converter = converter;
    this.#before = (execution - 1) * MOST_EVENTS;
  }

  /** What an event says; `undefined`: nothing that matters. Events are to be given once each, in their order. */
  async read(event: HistoryEvent): Promise<Fact | undefined> {
    const scheduled = scheduledIdOf(event);
    if (scheduled !== undefined) return this.#readAbout(event, this.#before + scheduled);
    await this.#readRun(event);
    return (
      (await this.#readActivity(event)) ??
      (await this.#readTimer(event)) ??
      (await this.#readChild(event)) ??
      (await this.#readUpdate(event)) ??
      this.#readOther(event)
    );
  }

  async #readOther(event: HistoryEvent): Promise<Fact | undefined> {
    const fact = await readRunFact(event, this.#converter);
    return fact?.fact === "attempt-local" ? { ...fact, scheduled: this.#numberOf(event) } : fact;
  }

  async #readActivity(event: HistoryEvent): Promise<Fact | undefined> {
    const attributes = event.activityTaskScheduledEventAttributes;
    const type = attributes?.activityType?.name;
    if (!attributes || type === GUARD) return undefined;
    const scheduled = this.#numberOf(event);
    const id = attributes.activityId ?? "";
    if (type !== ATTEMPT) return this.#begin(scheduled, { step: id, kind: "tool" });
    const request = await readRequest(this.#converter, attributes.input?.payloads);
    this.#open.set(scheduled, { of: "attempt", request });
    const attempt = beginAttempt(id, request);
    const { reserved, messages: content } = request;
    return { fact: "attempt-scheduled", scheduled, attemptId: id, attempt, reserved, content };
  }

  async #readTimer(event: HistoryEvent): Promise<Fact | undefined> {
    if (!event.timerStartedEventAttributes) return undefined;
    const { staticSummary } = await decodeUserMetadata(this.#converter, event.userMetadata);
    if (staticSummary === undefined) return undefined;
    const scheduled = this.#numberOf(event);
    const attemptId = readRetryName(staticSummary);
    if (attemptId !== undefined) this.#open.set(scheduled, { of: "retry", attemptId });
    const timer = readTimerName(staticSummary);
    if (timer === undefined) return undefined;
    const { step, kind, reminders } = timer;
    if (kind === "timer") return this.#begin(scheduled, { step, kind });
    this.#open.set(scheduled, { of: "wait" });
    return { fact: "wait-started", scheduled, wait: { step, kind, reminders } };
  }

  /** Of a part: that of its run, as its steps are the run's. */
  async #readRun({
    workflowExecutionStartedEventAttributes: started,
  }: HistoryEvent): Promise<void> {
    if (!started) return;
    const place = await readPartMemo(started.memo, this.#converter);
    this.#run = runOfExecution(started.workflowId ?? "", place);
  }

  async #readChild(event: HistoryEvent): Promise<Fact | undefined> {
    const attributes = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (!attributes) return undefined;
    const run = attributes.workflowId ?? "";
    const place = await readPartMemo(attributes.memo, this.#converter);
    if (place) {
      const step = nameOfPart(place);
      return this.#begin(Number(event.eventId), { step, kind: "part", run });
    }
    const own = `${this.#run}/`;
    // A child of a hand-written workflow may have any id.
    const step = run.startsWith(own) ? run.slice(own.length) : run;
    return this.#begin(this.#numberOf(event), { step, kind: "sub", run });
  }

  async #readUpdate(event: HistoryEvent): Promise<Fact | undefined> {
    const admitted = event.workflowExecutionUpdateAdmittedEventAttributes?.request;
    if (admitted) this.#admitted.set(admitted.meta?.updateId ?? "", admitted);
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    if (!accepted) return undefined;
    const known = this.#admitted.get(accepted.protocolInstanceId ?? "");
    const request = accepted.acceptedRequest ?? known;
    return request && readLetter(request, this.#converter);
  }

  #numberOf({ eventId }: HistoryEvent): number {
    return this.#before + Number(eventId);
  }

  #begin(scheduled: number, step: StartedStep): Fact {
    this.#open.set(scheduled, { of: "step", kind: step.kind });
    return { fact: "step-started", scheduled, ...step };
  }

  async #readAbout(event: HistoryEvent, scheduled: number): Promise<Fact | undefined> {
    const open = this.#open.get(scheduled);
    if (open === undefined) return undefined;
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const tries = started.attempt ?? 1;
      return open.of === "attempt" ? { fact: "attempt-called", scheduled, tries } : undefined;
    }
    this.#open.delete(scheduled);
    if (open.of === "wait") {
      return { fact: event.timerFiredEventAttributes ? "wait-fired" : "wait-dropped", scheduled };
    }
    if (open.of === "retry") {
      if (event.timerFiredEventAttributes) return undefined;
      return { fact: "attempt-dropped", attemptId: open.attemptId };
    }
    if (open.of === "step") {
      const ended = await readEndedStep(event, open.kind, this.#converter);
      return { fact: "step-ended", scheduled, ...ended };
    }
    const outcome = await readOutcome(event, open.request, this.#converter);
    return outcome && { fact: "attempt-ended", scheduled, ...outcome };
  }
}

async function readEndedStep(
  event: HistoryEvent,
  kind: StartedStep["kind"],
  converter: LoadedDataConverter,
): Promise<EndedStep> {
  const status = kind === "part" && isCancelledPart(event) ? "cancelled" : statusOf(event);
  const isRun = kind === "sub" || kind === "part";
  const totals = isRun ? await readTotals(event, converter) : undefined;
  return { status, ...(totals && { costNanoUsd: totals.spentNanoUsd }) };
}

/** It ends as failed, so that it can tell what it has cost. */
function isCancelledPart({
  childWorkflowExecutionFailedEventAttributes: failed,
}: HistoryEvent): boolean {
  return failed?.failure?.applicationFailureInfo?.type === PART_CANCELLED;
}

function statusOf(event: HistoryEvent): EndedStep["status"] {
  if (
    event.activityTaskCompletedEventAttributes ??
    event.childWorkflowExecutionCompletedEventAttributes ??
    event.timerFiredEventAttributes
  ) {
    return "completed";
  }
  const canceled =
    event.activityTaskCanceledEventAttributes ??
    event.childWorkflowExecutionCanceledEventAttributes ??
    event.timerCanceledEventAttributes;
  return canceled ? "cancelled" : "failed";
}

/** What a sub-graph or a part tells the run that started it. A child that is none of ours tells nothing. */
async function readTotals(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Totals | undefined> {
  const payloads = event.childWorkflowExecutionCompletedEventAttributes?.result?.payloads;
  if (payloads) {
    const result = await decodeFromPayloadsAtIndex<Partial<SubResult> | null>(
      converter,
      0,
      payloads,
    );
    return asTotals(result?.totals);
  }
  const failure = event.childWorkflowExecutionFailedEventAttributes?.failure;
  const error = await decodeOptionalFailureToOptionalError(converter, failure);
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return asTotals(cause instanceof ApplicationFailure ? cause.details?.[1] : undefined);
}

function asTotals(value: unknown): Totals | undefined {
  if (typeof value !== "object" || value === null || !("spentNanoUsd" in value)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nothing else has such a member.
  return typeof value.spentNanoUsd === "number" ? (value as Totals) : undefined;
}
