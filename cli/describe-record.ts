/** What an audit record says, in a few words. Pure. */

import type { AuditRecord, AuditType, AuditValue } from "../audit/record.ts";
import type { AuditAttribute } from "../client/audit/attributes.ts";
import { countOf } from "../graph/count.ts";
import { formatCost, formatMs } from "./amounts.ts";

/** Reads what a record says by its name. */
type Say = (name: AuditAttribute) => AuditValue | undefined;

type Words = readonly (string | false | undefined)[];

export function stepOf(record: AuditRecord): string {
  return textOf(record.attributes["signalbox.step"]) ?? "";
}

/** Nothing of records that say nothing more than that they are there. */
export function describeRecord({ type, attributes }: AuditRecord): string {
  const say: Say = (name) => attributes[name];
  return (DESCRIPTIONS[type]?.(say) ?? []).filter(Boolean).join(", ");
}

const DESCRIPTIONS: Readonly<Partial<Record<AuditType, (say: Say) => Words>>> = {
  "run.started": describeStart,
  "route.decided": describeRoute,
  "attempt.started": (say) => [describePlace(say)],
  "attempt.ended": describeEnd,
  "attempt.judged": (say) => [
    text(say, "signalbox.model"),
    say("signalbox.is_used") === false && "not used",
    text(say, "error.type"),
  ],
  "attempt.replayed": (say) => [text(say, "signalbox.model"), "from the journal, not called again"],
  fallback: (say) => [
    text(say, "signalbox.model"),
    before("after", say, "signalbox.fallback.from"),
    text(say, "error.type"),
  ],
  "guardrail.verdict": describeVerdict,
  "budget.reserved": describeBudget,
  "budget.settled": describeBudget,
  "step.started": (say) => [
    text(say, "signalbox.step.kind"),
    before("run", say, "signalbox.step.run"),
  ],
  "step.ended": (say) => [
    text(say, "signalbox.step.kind"),
    text(say, "signalbox.status"),
    cost(say, "signalbox.cost_nano_usd"),
  ],
  "step.waiting": (say) => [
    text(say, "signalbox.step.kind"),
    Number(say("signalbox.reminders")) > 0 && before("reminder", say, "signalbox.reminders"),
  ],
  "step.decided": (say) => [
    text(say, "signalbox.step.kind"),
    text(say, "signalbox.how"),
    before("by", say, "signalbox.by"),
    say("signalbox.comment.hmac") !== undefined && "with a comment",
  ],
  "run.reset": (say) => [before("goes on as execution", say, "signalbox.temporal.run_id")],
  "run.ended": (say) => [
    text(say, "signalbox.status"),
    cost(say, "signalbox.cost_nano_usd"),
    text(say, "error.type"),
    before("in step", say, "signalbox.step"),
  ],
};

function describeStart(say: Say): Words {
  return [
    text(say, "gen_ai.workflow.name"),
    before("version", say, "signalbox.graph.version"),
    before("by", say, "signalbox.by"),
    say("signalbox.is_incomplete") === true &&
      "Temporal does not keep what happened first any more",
  ];
}

function describeRoute(say: Say): Words {
  const excluded = lengthOf(say("signalbox.route.excluded"));
  return [
    list(say, "signalbox.route.candidates") || "no model may be used",
    excluded > 0 && `${excluded} excluded`,
  ];
}

function describePlace(say: Say): string {
  const model = text(say, "signalbox.model") ?? "";
  const place = Number(say("signalbox.place"));
  const plan = text(say, "signalbox.plan");
  if (plan !== undefined) return `${model} (${plan})`;
  return place > 0 ? `${model} (fallback ${place})` : model;
}

function describeEnd(say: Say): Words {
  const [inputTokens, status] = [
    text(say, "gen_ai.usage.input_tokens"),
    text(say, "http.response.status_code"),
  ];
  const durationMs = say("signalbox.duration_ms");
  const isAnswered = say("signalbox.status") === "completed";
  return [
    text(say, "signalbox.model"),
    isAnswered ? "answered" : (text(say, "error.type") ?? text(say, "signalbox.status")),
    say("signalbox.not_called") === true && "not called",
    status !== undefined && `HTTP ${status}`,
    !isAnswered && typeof durationMs === "number" && `after ${formatMs(durationMs)}`,
    Number(say("signalbox.tries")) > 1 && `${text(say, "signalbox.tries")} tries`,
    inputTokens !== undefined &&
      `${inputTokens} tokens in, ${text(say, "gen_ai.usage.output_tokens") ?? 0} out`,
    cost(say, "signalbox.cost_nano_usd"),
  ];
}

function describeVerdict(say: Say): Words {
  return [
    text(say, "signalbox.guardrail"),
    text(say, "signalbox.guardrail.direction"),
    text(say, "signalbox.guardrail.outcome"),
    text(say, "signalbox.guardrail.action"),
    list(say, "signalbox.guardrail.findings"),
    text(say, "signalbox.guardrail.why"),
  ];
}

function describeBudget(say: Say): Words {
  const [tokens, calls] = [say("signalbox.budget.tokens"), say("signalbox.budget.calls")];
  const durationMs = say("signalbox.budget.duration_ms");
  return [
    cost(say, "signalbox.budget.cost_nano_usd"),
    typeof tokens === "number" && countOf(tokens, "token"),
    typeof calls === "number" && countOf(calls, "call"),
    typeof durationMs === "number" && formatMs(durationMs),
  ];
}

function text(say: Say, name: AuditAttribute): string | undefined {
  return textOf(say(name));
}

function textOf(value: AuditValue | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function list(say: Say, name: AuditAttribute): string {
  const value = say(name);
  return Array.isArray(value) ? value.join(", ") : "";
}

function lengthOf(value: AuditValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function cost(say: Say, name: AuditAttribute): string | undefined {
  const value = say(name);
  return typeof value === "number" ? formatCost(value) : undefined;
}

function before(word: string, say: Say, name: AuditAttribute): string | undefined {
  const value = text(say, name);
  return value && `${word} ${value}`;
}
