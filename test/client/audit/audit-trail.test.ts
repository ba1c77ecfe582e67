/** Audit trails of runs on a real Temporal server. */

import { createHash, createHmac } from "node:crypto";
import type { AuditRecord } from "../../../audit/record.ts";
import type { AuditContent, AuditTrail } from "../../../client/audit/read-audit.ts";
import { canonicalJson } from "../../../graph/canonical-json.ts";
import { askingLocally, budgeted, mapped, threeSteps } from "../../fixtures/graphs.ts";
import { mappedInput } from "../../fixtures/parts.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../../harness/temporal.ts";

const config = simulatedConfig(({ prompt, step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (step === "draft") return { value: { text: "Freeze it" } };
  return step === "review" ? { value: { fit: true } } : { text: prompt };
});

function hmacOf(salt: string, value: unknown): string {
  const sha256 = createHash("sha256").update(canonicalJson(value)).digest("hex");
  return createHmac("sha256", salt).update(sha256).digest("hex");
}

function saltOf(content: readonly AuditContent[]): string {
  return String(content.find(({ kind }) => kind === "salt")?.value);
}

/** Checks the hash of everything that is kept, and gives how many there were. */
function checkHashes({ records, content }: AuditTrail): number {
  const salt = saltOf(content);
  const byId = new Map(records.map((record) => [record.id, record]));
  const kept = content.filter(({ kind }) => kind !== "salt");
  for (const { event, kind, value } of kept) {
    expect(byId.get(event)?.attributes[`signalbox.${kind}.hmac`]).toBe(hmacOf(salt, value));
  }
  return kept.length;
}

function ofType(
  records: readonly AuditRecord[],
  type: AuditRecord["type"],
): readonly AuditRecord["attributes"][] {
  return records.filter((record) => record.type === type).map(({ attributes }) => attributes);
}

/** Sets a run back to where it had its turn for the n-th time. */
async function reset({ temporal }: TestWorker, id: string, turn: number): Promise<string> {
  const { workflow } = temporal.client;
  const { events = [] } = await workflow.getHandle(id).fetchHistory();
  const turns = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await workflow.getHandle(id).describe();
  const answer = await temporal.client.workflowService.resetWorkflowExecution({
    namespace: workflow.options.namespace,
    workflowExecution: { workflowId: id, runId },
    reason: "a test",
    workflowTaskFinishEventId: turns[turn]?.eventId,
    requestId: crypto.randomUUID(),
  });
  return answer.runId;
}

it("of a run that was reset tells so, and keeps what both executions did apart", () =>
  withWorker({ config }, async (worker) => {
    const { client } = worker;
    const id = await client.start(threeSteps, { body: "hello" });
    await client.waitUntilClosed(id);
    const before = await client.auditTrail(id, { withContent: true });

    const execution = await reset(worker, id, 1);
    await client.waitUntilClosed(id);
    const after = await client.auditTrail(id, { withContent: true });
    const again = await reset(worker, id, 1);
    await client.waitUntilClosed(id);
    const last = await client.auditTrail(id);

    expect(ofType(after.records, "run.reset")).toEqual([
      { "signalbox.temporal.run_id": execution },
    ]);
    expect(after.records.at(-1)).toMatchObject({
      id: expect.stringMatching(new RegExp(`#\\d+@${execution.slice(-12)}$`)),
      type: "run.ended",
      attributes: { "signalbox.status": "completed" },
    });
    // What has the same id is the same.
    const all = [before.records, after.records, last.records].flat();
    const byId = new Map(all.map((record) => [record.id, canonicalJson(record)]));
    expect(all.filter((record) => byId.get(record.id) !== canonicalJson(record))).toEqual([]);
    const ends = all.filter(({ type }) => type === "run.ended").map((record) => record.id);
    expect(new Set(ends).size).toBe(3);
    expect(again).not.toBe(execution);
    expect(saltOf(after.content)).toBe(saltOf(before.content));
    expect(checkHashes(after)).toBe(checkHashes(before));
  }));

it("tells what a budget held for each attempt, and what was used of that", () =>
  withWorker({ config }, async ({ client }) => {
    const id = await client.start(budgeted, { say: "hello" });
    for await (const { type } of client.events(id)) if (type === "step.waiting") break;
    await client.decide(id, "$budget", { raise: true, calls: 1 }, { by: "ann", comment: "fine" });
    await client.waitUntilClosed(id);

    const trail = await client.auditTrail(id, { withContent: true });

    const { records } = trail;
    const reserved = ofType(records, "budget.reserved");
    const settled = ofType(records, "budget.settled");
    expect(reserved).toHaveLength(2);
    // The first choice has no price, and is not asked under a budget of money.
    expect(reserved[0]).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "simulated",
      "gen_ai.request.model": "second",
      "signalbox.attempt": "one#1",
      "signalbox.budget.calls": 1,
      "signalbox.budget.cost_nano_usd": expect.any(Number),
      "signalbox.model": "simulated/second",
      "signalbox.step": "one",
    });
    const costs = ofType(records, "attempt.ended").map((ended) => ended["signalbox.cost_nano_usd"]);
    expect(settled).toEqual(
      reserved.map((held, index) => ({ ...held, "signalbox.budget.cost_nano_usd": costs[index] })),
    );
    expect(Number(costs[0])).toBeGreaterThan(0);
    expect(Number(reserved[0]?.["signalbox.budget.cost_nano_usd"])).toBeGreaterThan(
      Number(costs[0]),
    );
    expect(checkHashes(trail)).toBe(8);
    expect(JSON.stringify(records)).not.toMatch(/hello|fine/);
  }));

it("of local attempts has the hashes of prompts that no history has", () =>
  withWorker({ config }, async ({ client }) => {
    const id = await client.start(askingLocally, { say: "hello" });
    await client.waitUntilClosed(id);

    const { records, content } = await client.auditTrail(id, { withContent: true });

    const [started] = ofType(records, "attempt.started");
    const prompt = [{ role: "user", content: "hello" }];
    expect(started?.["signalbox.prompt.hmac"]).toBe(hmacOf(saltOf(content), prompt));
    expect(content.map(({ kind }) => kind)).toEqual(["salt", "input", "reply", "result"]);
  }));

it("of a map in parts has what the parts did, with hashes that are keyed as those of the run", () =>
  withWorker({ config }, async ({ client }) => {
    const id = await client.start(mapped, mappedInput(212));
    await client.waitUntilClosed(id);

    const trail = await client.auditTrail(id, { withContent: true });

    const ids = trail.records.map((record) => record.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ofType(trail.records, "attempt.ended")).toHaveLength(31);
    expect(ids.filter((one) => /#\d+\/\d/.test(one)).length).toBeGreaterThan(62);
    expect(checkHashes(trail)).toBe(1 + 31 * 2 + 1);
    expect(await client.auditRecords(id)).toEqual(trail.records);
  }));
