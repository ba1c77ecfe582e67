/** Lists of runs, from the visibility of a real Temporal server. Every test has a workspace of its own. */

import { SignalboxClient } from "../../client/signalbox-client.ts";
import {
  RUN_STATUSES,
  type ListOptions,
  type RunFilters,
  type RunSummary,
} from "../../client/run.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import type { Temporal } from "../../worker/temporal.ts";
import { diamond, everyVerb, threeSteps } from "../fixtures/graphs.ts";
import { codeOf } from "../harness/refusal.ts";
import { awaitList } from "../harness/await-list.ts";
import { openTestTemporal, simulatedConfig, withWorker } from "../harness/temporal.ts";
import { TICKET } from "../harness/three-steps.ts";

let temporal: Temporal;
let client: SignalboxClient;

beforeAll(async () => {
  temporal = await openTestTemporal();
  client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody-listens" });
});

afterAll(() => temporal.close());

function newWorkspace(): string {
  return `w${crypto.randomUUID()}`;
}

function idsOf(runs: readonly RunSummary[]): readonly string[] {
  return runs.map(({ id }) => id);
}

/** Runs that nobody works on, the oldest first. */
async function startOpenRuns(workspace: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push(await client.start(index % 2 ? diamond : threeSteps, TICKET, { workspace }));
  }
  await awaitList(client, { workspace, limit: 100 }, count);
  return ids;
}

async function firstCursor(workspace: string): Promise<string> {
  await startOpenRuns(workspace, 2);
  return (await client.list({ workspace, limit: 1 })).next ?? "";
}

/** As JavaScript may call. */
function untyped(options: Readonly<Record<string, unknown>>): ListOptions {
  return options;
}

function praise(): SimulatedReply {
  return { value: { text: "text", good: true, problem: "none" } };
}

/** The first choice of writers is down. */
function failFirst({ step, model }: SimulatedCall): SimulatedReply {
  if (model === "first") return { fail: "auth" };
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "draft" ? { text: "Freeze it." } : { fit: true } };
}

describe("a list", () => {
  it("has the runs of a workspace, the newest first, and says what is known from their start", async () => {
    const workspace = newWorkspace();
    const [first = "", second = ""] = await startOpenRuns(workspace, 2);

    const { runs, next } = await client.list({ workspace });

    expect(idsOf(runs)).toEqual([second, first]);
    expect(JSON.parse(JSON.stringify(runs[1]))).toEqual({
      id: first,
      graph: "threeSteps",
      version: "1",
      workspace,
      status: "running",
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(next).toBeUndefined();
  });

  it("goes through all pages without a run twice or left out", async () => {
    const workspace = newWorkspace();
    const ids = await startOpenRuns(workspace, 7);
    const options = { workspace, limit: 3 };

    const pages: RunSummary[][] = [];
    let cursor: string | undefined;
    do {
      const page = await client.list({ ...options, cursor });
      pages.push([...page.runs]);
      cursor = page.next;
    } while (cursor !== undefined);

    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(idsOf(pages.flat())).toEqual(ids.toReversed());
  });

  it("has no workflows that are no graphs", async () => {
    const workspace = newWorkspace();
    const workflowId = `${workspace}.plain`;
    await temporal.client.workflow.start("plain", { workflowId, taskQueue: "nobody-listens" });
    const [id = ""] = await startOpenRuns(workspace, 1);

    const { runs } = await client.list({ workspace });
    const all = await client.list({ limit: 100 });

    expect(idsOf(runs)).toEqual([id]);
    expect(idsOf(all.runs)).not.toContain(workflowId);
  });

  it("has the runs of sub-graphs only when asked for them", async () => {
    await withWorker({ config: simulatedConfig(praise) }, async (worker) => {
      const workspace = newWorkspace();
      const question = { customer: "Ann", kind: "question" as const, lines: [] };
      const id = await worker.client.start(everyVerb, question, { workspace });
      const withSub = await awaitList(client, { workspace, includesSubRuns: true }, 2);

      const { runs } = await client.list({ workspace });
      await worker.client.cancel(id);
      await worker.client.waitUntilClosed(id);

      expect(withSub.map(({ graph }) => graph).toSorted()).toEqual(["everyVerb", "greeting"]);
      expect(withSub.every((run) => run.id.startsWith(id))).toBe(true);
      expect(idsOf(runs)).toEqual([id]);
    });
  });
});

describe("a filter", () => {
  it("picks runs by graph, version, workspace, status and time", async () => {
    const workspace = newWorkspace();
    const [first = "", second = "", third = ""] = await startOpenRuns(workspace, 3);
    await temporal.client.workflow.getHandle(third).terminate();
    await awaitList(client, { workspace, status: "terminated" }, 1);
    const { startedAt } = await client.get(second);
    const listed = async (filters: RunFilters) =>
      idsOf((await client.list({ workspace, ...filters })).runs);

    expect(await listed({ graph: "diamond" })).toEqual([second]);
    expect(await listed({ graph: "nobody" })).toEqual([]);
    expect(await listed({ version: "1", graph: "threeSteps" })).toEqual([first, third]);
    expect(await listed({ version: "2" })).toEqual([]);
    expect(await listed({ workspace: newWorkspace() })).toEqual([]);
    expect(await listed({ status: "running" })).toEqual([second, first]);
    expect(await listed({ status: "terminated" })).toEqual([third]);
    expect(await listed({ startedFrom: startedAt })).toEqual([second, third]);
    expect(await listed({ startedBefore: startedAt })).toEqual([first]);
    expect(await listed({ startedFrom: "2020-01-01", startedBefore: "2020-01-02" })).toEqual([]);
    expect(await listed({ startedFrom: "2020-01-01T12:30+02:00" })).toHaveLength(3);
  });

  it("picks runs that have ended by cost, model and fallback, and lists say these", async () => {
    await withWorker({ config: simulatedConfig(failFirst) }, async (worker) => {
      const workspace = newWorkspace();
      const id = await worker.client.start(threeSteps, TICKET, { workspace });
      await worker.client.waitUntilClosed(id);
      const [run] = await awaitList(client, { workspace, status: "completed" }, 1);
      const { attempts } = await client.get(id);
      const costUsd = run?.costUsd ?? 0;
      const listed = async (filters: RunFilters) =>
        (await client.list({ workspace, ...filters })).runs.length;

      expect(run).toMatchObject({
        id,
        status: "completed",
        closedAt: expect.any(String),
        fallbacks: 1,
        models: ["simulated/small", "simulated/second"],
      });
      const spent = attempts.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0);
      expect(costUsd).toBeCloseTo(spent / 1e9, 12);
      expect(await listed({ costFrom: costUsd })).toBe(1);
      expect(await listed({ costBelow: costUsd })).toBe(0);
      expect(await listed({ costFrom: 1e-9, costBelow: 1e21 })).toBe(1);
      expect(await listed({ model: "simulated/second" })).toBe(1);
      expect(await listed({ model: "simulated/first" })).toBe(0);
      expect(await listed({ fallback: true })).toBe(1);
      expect(await listed({ fallback: false })).toBe(0);
    });
  });

  it.each(RUN_STATUSES)("may be the status %s", async (status) => {
    expect(await client.list({ workspace: newWorkspace(), status })).toEqual({ runs: [] });
  });

  const texts = ["graph", "version", "workspace", "model"] as const;

  it.each([
    ["a quote", "o'hara"],
    ["an end of the text and a condition", "' OR SignalboxGraph IS NOT NULL OR 'a' = '"],
    ["a comment", "a' --"],
    ["a semicolon", "'; DROP TABLE executions"],
    ["wild cards", "%_*?"],
    ["characters outside the first plane", "💥"],
    ["1,000 characters", "x".repeat(1_000)],
    ["nothing", ""],
  ])("finds nothing, and nothing else, by a text with %s", async (_what, text) => {
    const pages = await Promise.all(texts.map((name) => client.list({ [name]: text })));

    expect(pages).toEqual(texts.map(() => ({ runs: [] })));
  });

  it.each([
    ["a double quote", 'a"b'],
    ["a backslash", "\\' OR SignalboxGraph IS NOT NULL OR \\'"],
    ["a line break", "a\r\nb"],
    ["a null character", "\0"],
    ["half a character", "\ud800"],
    ["2,000 characters", "x".repeat(2_000)],
  ])("is refused as a text with %s", async (_what, text) => {
    const codes = await Promise.all(texts.map((name) => codeOf(client.list({ [name]: text }))));

    expect(codes).toEqual(texts.map(() => "CLIENT_INVALID_FILTER"));
  });

  it.each<[string, ListOptions]>([
    ["a status that is none", untyped({ status: "constructor" })],
    ["a time that is none", { startedFrom: "yesterday" }],
    ["a day that is none", { startedFrom: "2026-13-01" }],
    ["a time without an offset", { startedBefore: "2026-11-25T12:00" }],
    ["a time past the year 9999", { startedBefore: "9999-12-31T23:59:59-01:00" }],
    ["a time with a condition", { startedFrom: "2026-11-25' OR '1' = '1" }],
    ["a cost that is no number", { costFrom: Number.NaN }],
    ["a cost without end", { costBelow: Infinity }],
    ["a cost that is text", untyped({ costFrom: "0 OR 1 = 1" })],
    ["a limit of none", { limit: 0 }],
    ["a limit of 101", { limit: 101 }],
    ["a limit of half a run", { limit: 1.5 }],
  ])("is refused as %s", async (_what, options) => {
    expect(await codeOf(client.list(options))).toBe("CLIENT_INVALID_FILTER");
  });
});

describe("a cursor", () => {
  it("is text for an address, and may be used again with another limit", async () => {
    const workspace = newWorkspace();
    const cursor = await firstCursor(workspace);

    const once = await client.list({ workspace, limit: 1, cursor });
    const again = await client.list({ workspace, limit: 50, cursor });

    expect(cursor).toMatch(/^[\w.-]+$/);
    expect(again.runs).toEqual(once.runs);
    expect(once.runs).toHaveLength(1);
  });

  it("is refused by a list with other filters", async () => {
    const cursor = await firstCursor(newWorkspace());

    const codes = [
      await codeOf(client.list({ cursor })),
      await codeOf(client.list({ cursor, workspace: newWorkspace() })),
    ];

    expect(codes).toEqual(["CLIENT_INVALID_CURSOR", "CLIENT_INVALID_CURSOR"]);
  });

  it("is refused when it is none, or was changed", async () => {
    const workspace = newWorkspace();
    const cursor = await firstCursor(workspace);
    const changed = `${cursor.slice(0, -2)}${cursor.endsWith("AA") ? "BB" : "AA"}`;
    const broken = ["", ".", "a", "é", cursor.slice(0, -1), changed, "x".repeat(20_000)];

    const codes = await Promise.all(
      broken.map((text) => codeOf(client.list({ workspace, cursor: text }))),
    );

    expect(new Set(codes)).toEqual(new Set(["CLIENT_INVALID_CURSOR"]));
  });
});
