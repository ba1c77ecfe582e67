/** The audit records of the recorded histories of test/replay, without a server. */

import { createHash, createHmac } from "node:crypto";
import { defaultDataConverter } from "@temporalio/common";
import { loadDataConverter } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { array, assert, asyncProperty, nat } from "fast-check";
import { AUDIT_TYPES, type AuditRecord } from "../../../audit/record.ts";
import { AUDIT_ATTRIBUTES } from "../../../client/audit/attributes.ts";
import { AuditRecords, auditRecordsOf } from "../../../client/audit/audit-records.ts";
import { contentOf } from "../../../client/audit/read-audit.ts";
import type { RunEvent } from "../../../client/run-event.ts";
import type { ToldRun } from "../../../client/told-run.ts";
import { Contents } from "../../../client/trail/contents.ts";
import type { HistoryEvent } from "../../../client/trail/history-event.ts";
import { TrailReader } from "../../../client/trail/read-trail.ts";
import { canonicalJson } from "../../../graph/canonical-json.ts";
import { recordedEvents as historyOf, recordedRuns } from "../../harness/recorded-runs.ts";

const converter = loadDataConverter(defaultDataConverter);

/** What users, prompts, models and people say in the recorded runs. */
const CONTENTS =
  /hello|Dear Ann|\bcard\b|xyzzy|text of|too short|"approved"|"cents"|balance|round \d|\bfine\b/;

/** @param cuts - where the history is cut in pieces, each read by itself. */
async function tell(
  history: readonly HistoryEvent[],
  cuts: readonly number[] = [],
): Promise<ToldRun> {
  const contents = new Contents({ keepsValues: true });
  const reader = new TrailReader(converter, contents);
  const events: RunEvent[] = [];
  const ends = [...new Set(cuts)].toSorted((one, other) => one - other);
  let start = 0;
  for (const end of ends) {
    events.push(...(await reader.read(history.slice(start, end))));
    start = Math.max(start, end);
  }
  events.push(...(await reader.readToEnd(history.slice(start))));
  return { events, contents: contents.list, salt: contents.salt };
}

async function recordsOf(name: string): Promise<readonly AuditRecord[]> {
  const { events, contents } = await tell(await historyOf(name));
  return auditRecordsOf({ id: `default.${name}` }, events, contents);
}

/** A record in one line, without what differs from one recording to the next. */
function brief({ id, type, attributes }: AuditRecord): string {
  const said = [
    "signalbox.attempt",
    "signalbox.fallback.from",
    "error.type",
    "signalbox.guardrail",
    "signalbox.guardrail.outcome",
    "signalbox.how",
    "signalbox.by",
  ].flatMap((name) => attributes[name] ?? []);
  const suffix = /:(.+)$/.exec(id)?.[1];
  return [type, ...said, ...(suffix === undefined ? [] : [`(${suffix})`])].join(" ");
}

describe.each(recordedRuns)("the records of the recorded run %s", (name) => {
  it("are the same bytes as ever", async () => {
    const text = (await recordsOf(name)).map(canonicalJson).join("\n");

    // After `npm run record-histories` the histories are others, and so are their records: `npx jest -u`.
    expect(createHash("sha256").update(text).digest("hex")).toMatchSnapshot();
  });

  it("are the same bytes every time, in one go as in pieces", async () => {
    const history = await historyOf(name);
    const whole = JSON.stringify(await recordsOf(name));

    const inPieces = async (
      cuts: readonly number[],
      eventCuts: readonly number[],
    ): Promise<string> => {
      const { events, contents } = await tell(history, cuts);
      const reader = new AuditRecords({ id: `default.${name}` });
      const ends = [...eventCuts.map((cut) => cut % (events.length + 1)), events.length];
      const sorted = ends.toSorted((one, other) => one - other);
      const read = sorted.flatMap((end, index) =>
        reader.read(events.slice(sorted[index - 1] ?? 0, end), contents),
      );
      return JSON.stringify(read);
    };

    const places = array(nat(history.length), { maxLength: 4 });
    await assert(
      asyncProperty(places, places, async (cuts, eventCuts) => {
        expect(await inPieces(cuts, eventCuts)).toBe(whole);
      }),
      { numRuns: 10 },
    );
  });

  it("have ids of their own, in this run and in this workspace", async () => {
    const records = await recordsOf(name);
    const ids = records.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !id.startsWith(`default.${name}#`))).toEqual([]);
    expect(new Set(records.map(({ workspace }) => workspace))).toEqual(new Set(["default"]));
  });

  it("are one for each event, in the order of the events, and may have others before them", async () => {
    const { events } = await tell(await historyOf(name));
    const own = (await recordsOf(name)).filter(({ id }) => !id.includes(":"));

    expect(own.map(({ id, type }) => [id, type])).toEqual(
      events.map(({ id, type }) => [`default.${name}#${id}`, type]),
    );
  });

  it("have no other types and names than those that are documented", async () => {
    const records = await recordsOf(name);
    const known = new Set<string>(AUDIT_ATTRIBUTES);
    const types = new Set<string>(AUDIT_TYPES);
    const said = records.flatMap(({ attributes }) => Object.keys(attributes));

    expect(said.filter((attribute) => !known.has(attribute))).toEqual([]);
    expect(records.filter(({ type }) => !types.has(type))).toEqual([]);
  });

  it("quote nothing of what went in or came out, nor the salt of their hashes", async () => {
    const text = JSON.stringify(await recordsOf(name));
    const { salt = "" } = await tell(await historyOf(name));

    expect(text).not.toMatch(CONTENTS);
    expect(salt).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).not.toContain(salt);
  });

  it("have the hash of everything that is kept apart, by which that can be told again", async () => {
    const told = await tell(await historyOf(name));
    const reader = new AuditRecords({ id: `default.${name}` });
    const records = new Map(
      reader.read(told.events, told.contents).map((record) => [record.id, record]),
    );
    const [salt, ...content] = contentOf(told, reader);
    expect(salt).toMatchObject({
      kind: "salt",
      event: `default.${name}#${told.events[0]?.id}`,
    });

    for (const { event, kind, value } of content) {
      const sha256 = createHash("sha256").update(canonicalJson(value)).digest("hex");
      const hmac = createHmac("sha256", String(salt?.value)).update(sha256).digest("hex");
      expect(records.get(event)?.attributes[`signalbox.${kind}.hmac`]).toBe(hmac);
    }
    const kept = content.length;
    const hashes = [...records.values()].flatMap(({ attributes }) =>
      Object.keys(attributes).filter((attribute) => attribute.endsWith(".hmac")),
    );
    expect(hashes).toHaveLength(kept);
  });
});

it("the salt of a run is the same in all its executions", async () => {
  const starts = (await historyOf("continued")).flatMap(
    (event) => event.workflowExecutionStartedEventAttributes ?? [],
  );

  const salts = new Set(starts.map(({ firstExecutionRunId }) => firstExecutionRunId));
  expect(starts).toHaveLength(3);
  expect(salts.size).toBe(1);
});

describe("the records of", () => {
  it("a step whose first model failed tell of the fallback, from which, and why", async () => {
    const records = await recordsOf("fallback-after-rate-limited");
    const told = records.map(brief);
    const at = told.findIndex((line) => line.startsWith("fallback"));

    expect(told.slice(at, at + 2)).toEqual([
      "fallback draft#1 simulated/first rate_limited (fallback)",
      "attempt.started draft#1",
    ]);
    expect(told.filter((line) => line.startsWith("fallback"))).toHaveLength(1);
  });

  it("plans tell of a fallback only where one stands in for another", async () => {
    const told = (await recordsOf("plans")).filter(({ type }) => type === "fallback");

    expect(told.every(({ attributes }) => attributes["signalbox.is_stand_in"] === true)).toBe(true);
  });

  it("guardrails tell what each said, once", async () => {
    const told = (await recordsOf("guardrails")).filter(({ type }) => type === "guardrail.verdict");

    expect(told.length).toBeGreaterThan(2);
    const named = told.map(({ attributes }) =>
      [
        "signalbox.attempt",
        "signalbox.guardrail",
        "signalbox.guardrail.direction",
        "signalbox.guardrail.outcome",
        "signalbox.duration_ms",
      ].map((name) => attributes[name]),
    );
    expect(new Set(named.map(canonicalJson)).size).toBe(named.length);
  });

  it("approvals tell who and how, and the hashes of what was said", async () => {
    const told = (await recordsOf("reminded")).filter(({ type }) => type === "step.decided");

    expect(told.map(({ attributes }) => attributes)).toEqual([
      {
        "signalbox.step": "signoff",
        "signalbox.step.kind": "approval",
        "signalbox.how": "received",
        "signalbox.by": "ann",
        "signalbox.comment.hmac": expect.stringMatching(/^[0-9a-f]{64}$/),
        "signalbox.decision.hmac": expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      {
        "signalbox.step": "late",
        "signalbox.step.kind": "approval",
        "signalbox.how": "timeout",
      },
    ]);
  });

  it("an attempt have OpenTelemetry's names", async () => {
    const [ended] = (await recordsOf("side-by-side")).filter(
      ({ type }) => type === "attempt.ended",
    );

    expect(ended?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "simulated",
      "gen_ai.request.model": "small",
      "gen_ai.usage.input_tokens": expect.any(Number),
      "gen_ai.usage.output_tokens": expect.any(Number),
      "signalbox.model": "simulated/small",
    });
    expect(Object.keys(ended?.attributes ?? {})).toEqual(
      Object.keys(ended?.attributes ?? {}).toSorted(),
    );
  });
});
