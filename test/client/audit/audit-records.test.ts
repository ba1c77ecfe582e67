/** What records are made of events that no recorded history has. */

import { auditRecordsOf } from "../../../client/audit/audit-records.ts";
import type { AttemptEnded, AttemptStarted, RunEvent } from "../../../client/run-event.ts";

const AT = "2026-11-25T21:17:20.218Z";
const RUN = { id: "acme.support-1" };

function started(id: string, attemptId: string, more: Partial<AttemptStarted> = {}): RunEvent {
  const [step = "", place] = attemptId.split("#");
  const fallback = Number.parseInt(place ?? "0", 10);
  const model = `openai/model-${fallback}`;
  return { type: "attempt.started", id, at: AT, attemptId, step, model, fallback, ...more };
}

function ended(
  id: string,
  attemptId: string,
  more: Partial<AttemptEnded["attempt"]> = {},
): RunEvent {
  const [step = "", place] = attemptId.split("#");
  const fallback = Number.parseInt(place ?? "0", 10);
  const model = `openai/model-${fallback}`;
  const attempt = { step, model, fallback, status: "completed", tries: 1, ...more } as const;
  return { type: "attempt.ended", id, at: AT, attemptId, attempt };
}

function idsOf(events: readonly RunEvent[]): readonly string[] {
  return auditRecordsOf(RUN, events).map(({ id }) => id);
}

it("tells in one order what an event tells", () => {
  const verdict = {
    guardrail: "pii",
    direction: "output",
    outcome: "found",
    action: "redact",
    findings: [{ kind: "email", count: 2, severity: "high" }],
    durationMs: 1,
  } as const;
  const events: readonly RunEvent[] = [
    started("5", "draft#0"),
    ended("7", "draft#0", { status: "failed", kind: "overloaded", httpStatus: 529 }),
    started("9", "draft#1", { reserved: { costNanoUsd: 900, tokens: 50 } }),
    ended("11", "draft#1", {
      guards: [verdict],
      isFromJournal: true,
      costNanoUsd: 300,
      inputTokens: 10,
      outputTokens: 5,
    }),
  ];

  const records = auditRecordsOf(RUN, events);

  expect(records.map(({ id, type }) => `${type} ${id}`)).toEqual([
    "attempt.started acme.support-1#5",
    "attempt.ended acme.support-1#7",
    "fallback acme.support-1#9:fallback",
    "budget.reserved acme.support-1#9:budget.reserved",
    "attempt.started acme.support-1#9",
    "guardrail.verdict acme.support-1#11:guardrail.verdict.1",
    "attempt.replayed acme.support-1#11:attempt.replayed",
    "budget.settled acme.support-1#11:budget.settled",
    "attempt.ended acme.support-1#11",
  ]);
  expect(records[2]?.attributes).toMatchObject({
    "signalbox.fallback.from": "openai/model-0",
    "error.type": "overloaded",
    "gen_ai.request.model": "model-1",
  });
  expect(records[5]?.attributes).toMatchObject({
    "signalbox.guardrail": "pii",
    "signalbox.guardrail.findings": ["email"],
    "signalbox.guardrail.counts": [2],
    "signalbox.guardrail.severities": ["high"],
  });
  expect(records[7]?.attributes).toMatchObject({
    "signalbox.budget.cost_nano_usd": 300,
    "signalbox.budget.tokens": 15,
  });
  expect(records[7]?.attributes).not.toHaveProperty("signalbox.budget.calls");
});

it("is a fallback where a reply did not fit, and where the first choice was not asked at all", () => {
  const judged: RunEvent = {
    type: "attempt.judged",
    id: "8",
    at: AT,
    attemptId: "draft#0",
    step: "draft",
    model: "openai/model-0",
    verdict: { kind: "invalid_output" },
  };

  const unfit = auditRecordsOf(RUN, [
    started("5", "draft#0"),
    ended("7", "draft#0"),
    judged,
    started("9", "draft#1"),
  ]);
  const unasked = auditRecordsOf(RUN, [started("5", "draft#1")]);

  expect(unfit.find(({ type }) => type === "fallback")?.attributes["error.type"]).toBe(
    "invalid_output",
  );
  expect(unasked.map(({ type }) => type)).toEqual(["fallback", "attempt.started"]);
  expect(unasked[0]?.attributes).not.toHaveProperty("signalbox.fallback.from");
});

it("is no fallback to ask the same model again, or the next one of a plan", () => {
  expect(
    idsOf([
      started("5", "draft#0"),
      ended("6", "draft#0", { status: "failed", kind: "malformed" }),
      started("7", "draft#0~1"),
      started("8", "vote#0", { plan: "consensus" }),
      started("9", "vote#1", { plan: "consensus" }),
    ]),
  ).toEqual(["5", "6", "7", "8", "9"].map((id) => `acme.support-1#${id}`));
});

it("marks what comes from a reset on, as Temporal counts that again", () => {
  const ids = idsOf([
    started("5", "draft#0"),
    { type: "run.reset", id: "7", at: AT, execution: "01a213f0-f439-7799-a8d1-914e55a7c42a" },
    ended("9", "draft#0", { isFromJournal: true }),
  ]);

  expect(ids).toEqual([
    "acme.support-1#5",
    "acme.support-1#7@914e55a7c42a",
    "acme.support-1#9@914e55a7c42a:attempt.replayed",
    "acme.support-1#9@914e55a7c42a",
  ]);
});

it.each([
  ["that its start tells", "acme.support-1", "other", "other"],
  ["that its id begins with", "acme.support-1", undefined, "acme"],
  ["of those who name none", "my-workflow", undefined, "default"],
])("belongs to the workspace %s", (_whose, id, workspace, expected) => {
  const start: RunEvent = {
    type: "run.started",
    id: "1",
    at: AT,
    graph: "support",
    ...(workspace !== undefined && { workspace }),
  };

  expect(auditRecordsOf({ id }, [start])[0]?.workspace).toBe(expected);
});

it.each([
  ["bedrock/anthropic.claude", "aws.bedrock", "anthropic.claude"],
  ["openrouter/openai/gpt-5", "openrouter", "openai/gpt-5"],
  ["xai/grok-4", "x_ai", "grok-4"],
])("names %s as OpenTelemetry does", (model, provider, name) => {
  const [record] = auditRecordsOf(RUN, [started("5", "draft#0", { model })]);

  expect(record?.attributes).toMatchObject({
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": name,
    "signalbox.model": model,
  });
});
