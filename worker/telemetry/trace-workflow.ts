/** Makes the spans of runs and steps from what the sandbox tells of them, once they have ended. */

import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type Span,
} from "@opentelemetry/api";
import type { WorkflowInfo } from "@temporalio/workflow";
import { NANO_USD } from "../../graph/money.ts";
import type { EndedRun, EndedStep } from "../../workflows/tracing/span-data.ts";
import type { Tracing } from "./open-tracing.ts";
import { idOfStepSpan } from "./span-ids.ts";
import { below } from "./span-place.ts";

/** Links an execution to the Temporal UI. */
export type LinkToExecution = (workflowId: string, runId: string) => string | undefined;

/** By the UI of `temporal`, else by that of `SIGNALBOX_TEMPORAL_UI_URL`. */
export function linkToExecutions({
  uiUrl = process.env["SIGNALBOX_TEMPORAL_UI_URL"],
  namespace,
}: {
  readonly uiUrl?: string | undefined;
  readonly namespace: string;
}): LinkToExecution {
  if (!uiUrl) return () => undefined;
  const start = `${uiUrl.replace(/\/+$/, "")}/namespaces/${namespace}/workflows`;
  return (workflowId, runId) => `${start}/${encodeURIComponent(workflowId)}/${runId}/history`;
}

type Execution = Pick<WorkflowInfo, "workflowId" | "runId" | "workflowType">;

export function spanOfStep(step: EndedStep, execution: Execution, tracing: Tracing): void {
  const { trace, inside } = step;
  const { traceId, runSpan } = trace;
  const spanId = inside === undefined ? runSpan : idOfStepSpan(runSpan, inside);
  const parent = below({ ...trace, spanId }, tracing);
  const attributes = {
    "signalbox.step": step.step,
    "signalbox.step.kind": step.kind,
    "signalbox.graph": execution.workflowType,
    "signalbox.model": step.model,
  };
  const options = { kind: SpanKind.INTERNAL, startTime: step.startedAt, attributes };
  const known = { traceId, spanId: idOfStepSpan(runSpan, step.step), parent };
  endSpan(tracing.startKnown(`step ${step.step}`, options, known), step);
}

export function spanOfRun(
  run: EndedRun,
  execution: Execution,
  { tracing, linkTo }: { readonly tracing: Tracing; readonly linkTo: LinkToExecution },
): void {
  const { trace, part } = run;
  const { traceId, runSpan, parent } = trace;
  const place = parent && {
    ...trace,
    spanId: parent.step === undefined ? parent.span : idOfStepSpan(parent.span, parent.step),
  };
  const options = {
    kind: SpanKind.INTERNAL,
    startTime: run.startedAt,
    attributes: {
      ...attributesOf(run, execution),
      "signalbox.temporal_ui": linkTo(execution.workflowId, execution.runId),
    },
  };
  const known = {
    traceId,
    spanId: part === undefined ? runSpan : idOfStepSpan(runSpan, `part ${part}`),
    parent: place === undefined ? ROOT_CONTEXT : below(place, tracing),
  };
  endSpan(tracing.startKnown(nameOf(run, execution), options, known), run);
}

function nameOf({ part }: EndedRun, { workflowType }: Execution): string {
  return part === undefined ? `invoke_workflow ${workflowType}` : `part ${part}`;
}

function attributesOf(
  { figures, part }: EndedRun,
  { workflowId, runId, workflowType }: Execution,
): Attributes {
  return {
    ...(part === undefined && { "gen_ai.operation.name": "invoke_workflow" }),
    "gen_ai.workflow.name": workflowType,
    "signalbox.graph": workflowType,
    "signalbox.run.id": workflowId,
    // As Temporal's own tracing of all languages calls them.
    temporalWorkflowID: workflowId,
    temporalRunID: runId,
    ...(figures && {
      "gen_ai.usage.input_tokens": figures.inputTokens,
      "gen_ai.usage.output_tokens": figures.outputTokens,
      "signalbox.cost_usd": figures.costNanoUsd / NANO_USD,
      "signalbox.attempts": figures.attempts,
      "signalbox.fallbacks": figures.fallbacks,
      "signalbox.workspace": figures.workspace,
    }),
  };
}

function endSpan(span: Span, { failure, endedAt }: Pick<EndedRun, "failure" | "endedAt">): void {
  if (failure !== undefined) {
    span.setAttribute("error.type", failure).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(endedAt);
}
