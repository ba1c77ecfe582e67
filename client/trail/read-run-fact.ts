/** Reads the events of a history that are about the whole run, or stand for themselves. */

import {
  decode,
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import type { Payload } from "@temporalio/common";
import type { Activities, Route } from "../../activities/contract.ts";
import { VERDICTS_MEMO } from "../../graph/attempt-id.ts";
import { SEARCH_ATTRIBUTES } from "../../graph/search-attributes.ts";
import { DELIVER_UPDATE } from "../../graph/timer-words.ts";
import type { RunInfo } from "../../workflows/run-info.ts";
import type { Letter } from "../../workflows/mailbox.ts";
import type { Verdict } from "../../workflows/run-record.ts";
import { readContinued, readSuccessor } from "../executions.ts";
import type { RunStatus } from "../run.ts";
import { readRunFailure } from "../run-failure.ts";
import { sha256 } from "../../graph/sha256.ts";
import { START_MEMO } from "../start-options.ts";
import type { Fact } from "./fact.ts";
import {
  decodePayload,
  readMarker,
  readPlainJson,
  type HistoryEvent,
  type LoadedDataConverter,
} from "./history-event.ts";
import { readLocalAttempt } from "./read-local-attempt.ts";

const ROUTE: keyof Activities = "signalbox.route";

/** `WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW` in temporal/api/enums/v1/failed_cause.proto. */
const RESET = 20;

/** A request for an update, as an event holds it. */
export type UpdateRequest = NonNullable<
  NonNullable<HistoryEvent["workflowExecutionUpdateAcceptedEventAttributes"]>["acceptedRequest"]
>;

type Read = (
  event: HistoryEvent,
  converter: LoadedDataConverter,
) => Promise<Fact | undefined> | Fact | undefined;

const READERS: readonly Read[] = [
  readStart,
  readRoute,
  readLocalAttempt,
  readVerdicts,
  readTotals,
  readReset,
  readCancel,
  readContinuation,
  readEnd,
];

export async function readRunFact(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  for (const read of READERS) {
    const fact = await read(event, converter);
    if (fact) return fact;
  }
  return undefined;
}

async function readStart(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const started = event.workflowExecutionStartedEventAttributes;
  if (!started) return undefined;
  const attributes = started.searchAttributes?.indexedFields;
  const version = readPlainJson(attributes?.[SEARCH_ATTRIBUTES.version.name]);
  const workspace = readPlainJson(attributes?.[SEARCH_ATTRIBUTES.workspace.name]);
  const input = await readInput(started.input?.payloads?.[0], converter);
  const startedBy = started.memo?.fields?.[START_MEMO.startedBy];
  const by = startedBy && (await decodeFromPayloadsAtIndex<string>(converter, 0, [startedBy]));
  return {
    fact: "started",
    graph: started.workflowType?.name ?? "",
    ...(typeof version === "string" && { version }),
    ...(typeof workspace === "string" && { workspace }),
    ...(by !== undefined && { by }),
    ...(input?.data && { inputSha256: await sha256(input.data) }),
    ...(input && { content: async () => converter.payloadConverter.fromPayload<unknown>(input) }),
    // For whoever has not read those before it.
    ...((await readContinued(event, converter)) && { isIncomplete: true }),
  };
}

/** What a run had cost before an execution of it began, as that is told. In 10⁻⁹ USD. */
export async function readSpentBefore(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<number> {
  const payloads = event.workflowExecutionStartedEventAttributes?.input?.payloads;
  const info = await decodeFromPayloadsAtIndex<Partial<RunInfo> | null>(converter, 1, payloads);
  return info?.carried?.spentNanoUsd ?? 0;
}

/** As it was given: not encrypted, nor what stands for what was put aside. */
async function readInput(
  payload: Payload | undefined,
  { payloadCodecs }: LoadedDataConverter,
): Promise<Payload | undefined> {
  if (payload === undefined) return undefined;
  const [input] = await decode(payloadCodecs, [payload]);
  return input;
}

/** A local activity, which leaves a marker with what it gave. One that could not decide has left no result. */
async function readRoute(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const { activityType, result } = readMarker(event) ?? {};
  if (activityType !== ROUTE || !result) return undefined;
  const route = await decodeFromPayloadsAtIndex<Route>(converter, 0, result);
  return { fact: "route", route };
}

/** What became of replies: the workflow tells it, as no event of theirs does. */
async function readVerdicts(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const memo = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo?.fields ?? {};
  const payload = memo[VERDICTS_MEMO];
  if (payload === undefined) return undefined;
  const verdicts = await decodeFromPayloadsAtIndex<Readonly<Record<string, Verdict>>>(
    converter,
    0,
    [payload],
  );
  return { fact: "verdicts", verdicts };
}

function readTotals(event: HistoryEvent): Fact | undefined {
  const written = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes;
  const read = (name: "costUsd" | "fallbacks" | "models"): unknown =>
    readPlainJson(written?.indexedFields?.[SEARCH_ATTRIBUTES[name].name]);
  const costUsd = read("costUsd");
  if (typeof costUsd !== "number") return undefined;
  const fallbacks = read("fallbacks");
  const models = read("models");
  return {
    fact: "totals",
    totals: {
      costUsd,
      ...(typeof fallbacks === "number" && { fallbacks }),
      ...(Array.isArray(models) && { models: models.map(String) }),
    },
  };
}

/** What was decided stays apart: only that it was is told, and by whom. */
export async function readLetter(
  { input }: UpdateRequest,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  if (input?.name !== DELIVER_UPDATE) return undefined;
  const letter = await decodeFromPayloadsAtIndex<Letter>(converter, 0, input.args?.payloads);
  const { kind, step, by, comment, value: content } = letter;
  return {
    fact: "letter",
    kind,
    step,
    ...(by !== undefined && { by }),
    ...(comment !== undefined && { comment }),
    content,
  };
}

/** Temporal has done so, as somebody told it to: what came before is a copy, and what comes now is new. */
function readReset({ workflowTaskFailedEventAttributes: failed }: HistoryEvent): Fact | undefined {
  if (!failed || Number(failed.cause) !== RESET) return undefined;
  return { fact: "reset", execution: failed.newRunId ?? "" };
}

function readCancel(event: HistoryEvent): Fact | undefined {
  const requested = event.workflowExecutionCancelRequestedEventAttributes;
  return requested ? { fact: "cancel-requested" } : undefined;
}

/** A hand-written workflow that continues as new begins afresh: of that this run has ended. */
async function readContinuation(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const isContinued = (await readSuccessor(event, converter)) !== undefined;
  return isContinued ? { fact: "continued" } : undefined;
}

async function readEnd(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<Fact | undefined> {
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) {
    const cause = await decodeOptionalFailureToOptionalError(converter, failed.failure);
    return { fact: "ended", status: "failed", error: readRunFailure(cause, "") };
  }
  const status = statusOf(event);
  const result = event.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
  return (
    status && {
      fact: "ended",
      status,
      ...(result && { content: () => decodePayload(converter, result) }),
    }
  );
}

function statusOf(event: HistoryEvent): RunStatus | undefined {
  if (event.workflowExecutionCompletedEventAttributes) return "completed";
  if (event.workflowExecutionCanceledEventAttributes) return "cancelled";
  if (event.workflowExecutionTerminatedEventAttributes) return "terminated";
  if (event.workflowExecutionTimedOutEventAttributes) return "timed_out";
  return event.workflowExecutionContinuedAsNewEventAttributes ? "continued" : undefined;
}
