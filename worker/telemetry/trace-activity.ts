/** The span of an activity: of an attempt, a route, a look of a guardrail, or a tool; and of somebody else's by its name. */

import { SpanKind, SpanStatusCode, type Attributes, type Span } from "@opentelemetry/api";
import { ApplicationFailure } from "@temporalio/common";
import type {
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
  GuardReply,
  GuardRequest,
  GuardVerdict,
  Route,
  RouteRequest,
} from "../../activities/contract.ts";
import { fallbackOf } from "../../graph/attempt-id.ts";
import { contentAttributes } from "./content.ts";
import { nameModel } from "../../graph/gen-ai-names.ts";
import { endAttributes, requestAttributes } from "./gen-ai.ts";
import type { SeenActivity } from "./seen-activity.ts";

/** How an activity's span begins, and what its end adds. */
export interface ActivitySpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** Told of the result. */
  ended?(span: Span, result: unknown): void;
  /** Told of what it threw. */
  failed?(span: Span, error: unknown): void;
}

export function describeActivity(seen: SeenActivity, content: boolean): ActivitySpan {
  const { type, args, id } = seen;
  const [request] = args;
  // oxlint-disable typescript/no-unsafe-type-assertion -- Each type of activity has its own request, written by workflows/.
  switch (type) {
    case "signalbox.attempt":
      return attemptSpan(request as AttemptRequest, seen, content);
    case "signalbox.route":
      return routeSpan(request as RouteRequest);
    case "signalbox.guard":
      return guardSpan(request as GuardRequest);
    case "signalbox.reward":
      return { name: "reward", kind: SpanKind.INTERNAL, attributes: {} };
    default:
      return seen.isTool
        ? toolSpan(type, id)
        : { name: type, kind: SpanKind.INTERNAL, attributes: {} };
  }
  // oxlint-enable typescript/no-unsafe-type-assertion
}

/** Marks it as failed. The messages of our failures hold no key, prompt or reply; those of other errors are not told. */
export function markFailed(span: Span, error: unknown): void {
  const isOurs = error instanceof ApplicationFailure;
  const type = isOurs ? error.type : error instanceof Error ? error.name : typeof error;
  span.setAttribute("error.type", type ?? "Error");
  span.setStatus({ code: SpanStatusCode.ERROR, ...(isSafe(error) && { message: error.message }) });
}

function isSafe(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && detailsOf(error)?.kind !== undefined;
}

function attemptSpan(
  request: AttemptRequest,
  { id, tries }: SeenActivity,
  content: boolean,
): ActivitySpan {
  const attempt = request.local?.id ?? id;
  const before = request.local?.before;
  const record = (
    span: Span,
    end: Partial<AttemptReply> & Partial<AttemptFailureDetails>,
    reply?: AttemptReply,
  ): void => {
    const { guards = [] } = end;
    span.setAttributes(endAttributes(end));
    for (const verdict of guards) addVerdict(span, verdict);
    if (!content) return;
    const told = contentAttributes(request, reply, guards);
    span.addEvent("gen_ai.client.inference.operation.details", {
      "gen_ai.operation.name": "chat",
      ...told,
    });
  };
  return {
    name: `chat ${nameModel(request.model).model}`,
    kind: SpanKind.CLIENT,
    attributes: {
      ...requestAttributes(request),
      "signalbox.attempt.id": attempt,
      "signalbox.attempt.fallback": fallbackOf(attempt),
      "signalbox.attempt.try": before ? before.calls + before.waits + 1 : tries,
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
    ended: (span, result) => record(span, result as AttemptReply, result as AttemptReply),
    failed: (span, error) => record(span, detailsOf(error) ?? {}),
  };
}

function addVerdict(
  span: Span,
  { guardrail, direction, outcome, action, findings }: GuardVerdict,
): void {
  span.addEvent("signalbox.guardrail", {
    "signalbox.guardrail": guardrail,
    "signalbox.guardrail.direction": direction,
    "signalbox.guardrail.outcome": outcome,
    "signalbox.guardrail.action": action,
    "signalbox.guardrail.findings": findings?.map(({ kind, count }) => `${kind}: ${count}`),
  });
}

function routeSpan({ step, aliases }: RouteRequest): ActivitySpan {
  return {
    name: "route",
    kind: SpanKind.INTERNAL,
    attributes: { "signalbox.step": step, "signalbox.aliases": [...aliases] },
    ended(span, result) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
      const { candidates, excluded = [], plan } = result as Route;
      span.setAttributes({
        "signalbox.route.candidates": candidates.map(({ model }) => model),
        "signalbox.route.excluded": excluded.map(({ model }) => model),
        "signalbox.route.reason": candidates[0]?.reason,
        "signalbox.plan": plan?.kind,
      });
    },
  };
}

function guardSpan({ guardrail, step }: GuardRequest): ActivitySpan {
  return {
    name: `guard ${guardrail}`,
    kind: SpanKind.INTERNAL,
    attributes: { "signalbox.guardrail": guardrail, "signalbox.step": step },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What that activity gives.
    ended: (span, result) => addVerdict(span, (result as GuardReply).verdict),
  };
}

function toolSpan(tool: string, id: string): ActivitySpan {
  return {
    name: `execute_tool ${tool}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "gen_ai.tool.type": "function",
      "signalbox.call.id": id,
    },
  };
}

/** Of a failed attempt. */
export function detailsOf(error: unknown): AttemptFailureDetails | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  const details: unknown = error.details?.[0];
  if (typeof details !== "object" || details === null || !("kind" in details)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
  return details as AttemptFailureDetails;
}
