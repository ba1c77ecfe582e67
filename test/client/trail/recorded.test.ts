/** What the recorded histories of test/replay tell, without a server. */

import { defaultDataConverter } from "@temporalio/common";
import { loadDataConverter } from "@temporalio/common/lib/internal-non-workflow/index.js";
import type { RunEvent } from "../../../client/run-event.ts";
import type { HistoryEvent } from "../../../client/trail/history-event.ts";
import { readLocalAttempt } from "../../../client/trail/read-local-attempt.ts";
import { readTrail, TrailReader } from "../../../client/trail/read-trail.ts";
import { stepsOf } from "../../../client/trail/run-steps.ts";
import { waitsOf } from "../../../client/waiting-steps.ts";
import { recordedEvents as historyOf, recordedRuns } from "../../harness/recorded-runs.ts";

const converter = loadDataConverter(defaultDataConverter);

/** What users, prompts, models and people say in the recorded runs. */
const CONTENTS =
  /hello|Dear Ann|\bcard\b|xyzzy|text of|too short|"approved"|"cents"|balance|round \d/;

async function tell(name: string): Promise<readonly RunEvent[]> {
  return (await readTrail([{ events: [...(await historyOf(name))] }], converter)).events;
}

/** Reads a history in two parts, the first of which may end anywhere. */
async function tellInParts(
  history: readonly HistoryEvent[],
  at: number,
): Promise<readonly RunEvent[]> {
  const reader = new TrailReader(converter);
  const first = await reader.read(history.slice(0, at));
  return [...first, ...(await reader.readToEnd(history.slice(at)))];
}

function byType<Type extends RunEvent["type"]>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { readonly type: Type }>[] {
  return events.filter(
    (event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type,
  );
}

/** An event in one line, without what differs from one recording to the next. */
function brief(event: RunEvent): string {
  return [event.type, ...wordsOf(event).filter((word) => word !== undefined)].join(" ");
}

function wordsOf(event: RunEvent): readonly (string | number | boolean | undefined)[] {
  switch (event.type) {
    case "attempt.started":
      return [event.attemptId, event.model];
    case "attempt.ended":
      return [event.attemptId, event.attempt.status, event.attempt.kind];
    case "attempt.judged":
      return [event.attemptId, event.verdict.kind ?? event.verdict.isUsed];
    case "step.started":
    case "step.ended":
      return [event.kind, event.step];
    case "step.waiting":
      return [event.kind, event.step, event.reminders];
    case "step.decided":
      return [event.kind, event.step, event.how, event.by, event.comment];
    case "run.ended":
      return [event.status, event.error?.code, event.error?.step];
    case "run.started":
    case "run.reset":
    case "run.cancel_requested":
    case "route.decided":
      return [];
  }
}

async function briefs(name: string): Promise<readonly string[]> {
  const events = await tell(name);
  return events.filter(({ type }) => type !== "route.decided").map(brief);
}

describe.each(recordedRuns)("the recorded run %s", (name) => {
  it("tells the same every time", async () => {
    expect(await tell(name)).toEqual(await tell(name));
  });

  it("tells the same in parts as in one piece, wherever it is cut", async () => {
    const history = await historyOf(name);
    const whole = await tellInParts(history, history.length);

    for (let at = 0; at < history.length; at++) {
      expect(await tellInParts(history, at)).toEqual(whole);
    }
  });

  it("has ids that are unique and ascend", async () => {
    const places = (await tell(name)).map(({ id }) => {
      const parts = /^(?:(\d+)-)?(\d+)(?:\.(\d+))?$/.exec(id) ?? [];
      const [execution = 1, event = 0, place = 1] = parts
        .slice(1)
        .map((number) => (number === undefined ? undefined : Number(number)));
      return execution * 1_000_000 + event * 1_000 + place;
    });

    expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other));
  });

  it("begins with its start, and ends with its end", async () => {
    const types = (await tell(name)).map(({ type }) => type);

    expect(types.indexOf("run.started")).toBe(0);
    expect(types.lastIndexOf("run.started")).toBe(0);
    expect(types.indexOf("run.ended")).toBe(types.length - 1);
  });

  it("ends all that it has begun", async () => {
    const events = await tell(name);
    const idsOf = (type: "attempt.started" | "attempt.ended"): readonly string[] =>
      byType(events, type)
        .map(({ attemptId }) => attemptId)
        .toSorted();
    const stepsIn = (type: "step.started" | "step.ended"): readonly string[] =>
      byType(events, type)
        .map(({ step }) => step)
        .toSorted();

    expect(idsOf("attempt.ended")).toEqual(idsOf("attempt.started"));
    expect(stepsIn("step.ended")).toEqual(stepsIn("step.started"));
    expect(waitsOf(events)).toEqual([]);
    expect(stepsOf(events).filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
  });

  it("tells of every activity and child of its history", async () => {
    const history = await historyOf(name);
    const events = await tell(name);
    const asked = history.flatMap((event) => {
      const activity = event.activityTaskScheduledEventAttributes;
      if (activity?.activityType?.name === "signalbox.guard") return [];
      return (
        activity?.activityId ??
        event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ??
        []
      );
    });
    const told = [
      ...byType(events, "attempt.started").map(({ attemptId }) => attemptId),
      ...byType(events, "step.started")
        .filter(({ kind }) => kind !== "timer")
        .map(({ step, run }) => run ?? step),
    ];

    // Of local ones a marker tells, and of each of their tries.
    const markers = await Promise.all(history.map((event) => readLocalAttempt(event, converter)));
    const local = new Set(
      markers.flatMap((fact) => (fact?.fact === "attempt-local" ? fact.attemptId : [])),
    );
    expect(told.toSorted()).toEqual([...asked, ...local].toSorted());
  });

  it("has spent what the run wrote down at its end, where it ended by itself", async () => {
    const { events, trail } = await readTrail(
      [{ events: [...(await historyOf(name))] }],
      converter,
    );
    const costs = stepsOf(events).reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0);

    expect(costs).toBe(trail.spentNanoUsd);
    // A part writes nothing down: it tells what started it, and that is in the sum of its run.
    const ofParts = byType(events, "step.ended").reduce(
      (sum, { kind, costNanoUsd = 0 }) => (kind === "part" ? sum + costNanoUsd : sum),
      0,
    );
    const spentUsd = (trail.spentNanoUsd + ofParts) / 1e9;
    const written = name.startsWith("large-map-")
      ? spentUsd
      : byType(events, "run.ended")[0]?.costUsd;
    expect(spentUsd).toBe(written ?? 0);
  });

  it("quotes nothing of what went in or came out", async () => {
    expect(JSON.stringify(await tell(name))).not.toMatch(CONTENTS);
  });
});

describe("a wait", () => {
  it("is told again with each reminder, and who decided it", async () => {
    expect(await briefs("reminded")).toEqual([
      "run.started",
      "step.waiting approval signoff 0",
      "step.waiting approval signoff 1",
      "step.waiting approval signoff 2",
      "step.decided approval signoff received ann fine",
      "step.waiting approval late 0",
      "step.decided approval late timeout",
      "run.ended completed",
    ]);
  });

  it("may be for an event", async () => {
    expect(await briefs("decided")).toContain("step.decided event paid received");
  });

  it("is over when the run is cancelled", async () => {
    expect(await briefs("cancelled-while-waiting")).toEqual([
      "run.started",
      "step.waiting approval signoff 0",
      "run.cancel_requested",
      "step.decided approval signoff cancelled",
      "run.ended cancelled",
    ]);
  });

  it("whose time is up while the run waits for something else is told at once, and not with the next thing", async () => {
    const history = await historyOf("reminded");
    const reader = new TrailReader(converter);
    // Up to the turn in which the workflow sees that nobody came, had it nothing to do then.
    const isTurn = history.findLastIndex((event) => event.workflowTaskCompletedEventAttributes);

    const told = await reader.readToEnd(history.slice(0, isTurn + 1));

    expect(told.slice(-1).map(brief)).toEqual(["step.decided approval late timeout"]);
  });
});

describe("an attempt", () => {
  it("is judged by the schema where the step asks again", async () => {
    expect(await briefs("asked-again-with-what-was-wrong")).toEqual([
      "run.started",
      "attempt.started ask#0 simulated/first",
      "attempt.ended ask#0 completed",
      "attempt.judged ask#0 invalid_output",
      "attempt.started ask#0~1 simulated/first",
      "attempt.ended ask#0~1 completed",
      "run.ended completed",
    ]);
  });

  it("is judged by a plan that wants a better one", async () => {
    expect(await briefs("plans")).toContain("attempt.judged climbed#0 false");
  });

  it("is judged by guardrails", async () => {
    expect(await briefs("guardrails")).toContain("attempt.judged judged#0 guardrail_blocked");
  });

  it("that nobody waited for ends with the run", async () => {
    expect((await briefs("failed-beside-a-call")).slice(-3)).toEqual([
      "attempt.ended left#0 failed auth",
      "attempt.ended right#0 cancelled cancelled",
      "run.ended failed RUN_NO_CANDIDATE_LEFT left",
    ]);
  });
});

describe("the steps of a run", () => {
  it("are those that asked for something, each with what it came to", async () => {
    const steps = stepsOf(await tell("every-verb-refund"));

    expect(steps.map(({ step, kind, status }) => `${step} ${kind} ${status}`)).toEqual([
      "account tool completed",
      "summaries[0]/summary model completed",
      "summaries[1]/summary model completed",
      "opening model completed",
      "handling/refund/check model completed",
      "summaries[2]/summary model completed",
      "letter[1]/write model completed",
      "letter[1]/review model completed",
      "letter[2]/write model completed",
      "letter[2]/review model completed",
      "signoff approval completed",
      "pause timer completed",
      "paid event completed",
    ]);
  });

  it("name the model that answered, and how many failed before", async () => {
    const steps = stepsOf(await tell("fallback-after-invalid-output"));

    expect(steps[1]).toMatchObject({
      step: "draft",
      model: "simulated/second",
      attempts: 3,
      fallbacks: 1,
    });
  });

  it("name the run of a sub-graph", async () => {
    const [sub] = stepsOf(await tell("every-verb-question")).filter(({ kind }) => kind === "sub");

    expect(sub).toMatchObject({
      status: "completed",
      run: expect.stringMatching(/\/handling\/question\//),
    });
  });

  it("count what judged them as theirs", async () => {
    const [climbed] = stepsOf(await tell("plans"));

    expect(climbed).toMatchObject({
      step: "climbed",
      model: "simulated/three",
      attempts: 3,
      fallbacks: 0,
    });
  });
});
