/** Lists, reads and cancels runs over HTTP, with a real Temporal server and a real worker. */

import { auditSchema } from "../../api/answers/audit.ts";
import { cancelReceiptSchema } from "../../api/answers/links.ts";
import { runPageSchema, runSchema } from "../../api/answers/run.ts";
import { ask, problem, type Answer } from "../harness/api.ts";
import { post, startRunsApi, textOf, type RunsApi } from "../harness/runs-api.ts";
import { simulatedConfig } from "../harness/temporal.ts";
import { answerWell, TICKET } from "../harness/three-steps.ts";

let shared: RunsApi;

/** `first` is down: each `draft` is a fallback. */
beforeAll(async () => {
  shared = await startRunsApi(
    simulatedConfig(({ step, model }) =>
      model === "first" ? { fail: "unavailable", httpStatus: 503 } : answerWell({ step }),
    ),
  );
});

afterAll(() => shared.stop());

function get(path: string, init?: RequestInit): Promise<Answer> {
  return ask(shared.api, path, init);
}

async function runToItsEnd(graph = "threeSteps", body: unknown = TICKET): Promise<string> {
  return textOf(await post(shared.api, `/v1/graphs/${graph}/runs?wait=30`, body), "id");
}

/** Lists again until `isSo`: visibility lags behind. */
async function listUntil(
  query: string,
  isSo: (ids: readonly string[]) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await get(`/v1/runs?${query}`);
    if (isSo(idsOf(answer))) return answer;
  }
}

function idsOf({ body }: Answer): readonly string[] {
  return runPageSchema.parse(body).runs.map(({ id }) => id);
}

describe("a run that is read", () => {
  it("shows steps, attempts, routes, verdicts, cost and links, and nothing that its schema does not know", async () => {
    const id = await runToItsEnd();

    const answer = await get(`/v1/runs/${id}`);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id,
      graph: "threeSteps",
      version: "1",
      workspace: "default",
      status: "completed",
      result: { fit: true },
      costUsd: expect.any(Number),
      fallbacks: 1,
      models: ["simulated/small", "simulated/second"],
      steps: [
        { step: "triage", kind: "model", status: "completed", model: "simulated/small" },
        { step: "draft", model: "simulated/second", attempts: 2, fallbacks: 1 },
        { step: "review" },
      ],
      attempts: [
        { step: "triage" },
        { step: "draft", model: "simulated/first", status: "failed", kind: "unavailable" },
        { step: "draft", model: "simulated/second", status: "completed" },
        { step: "review" },
      ],
      routes: [{ step: "triage" }, { step: "draft", candidates: [{}, {}] }, { step: "review" }],
      waiting: [],
      spentNanoUsd: expect.any(Number),
      links: {
        self: `/v1/runs/${id}`,
        events: `/v1/runs/${id}/events`,
        audit: `/v1/runs/${id}/audit`,
      },
    });
    expect(runSchema.parse(answer.body)).toEqual(answer.body);
  });

  it("shows what guardrails said, in the attempts", async () => {
    const id = await runToItsEnd("guarded", { say: "hello" });

    const answer = await get(`/v1/runs/${id}`);

    expect(runSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.text).toContain('"guards"');
  });

  it("is answered to HEAD without a body", async () => {
    const id = await runToItsEnd();

    const answer = await get(`/v1/runs/${id}`, { method: "HEAD" });

    expect(answer).toMatchObject({ status: 200, text: "" });
  });

  it("has audit records that hold no input, prompt or reply", async () => {
    const id = await runToItsEnd();

    const answer = await get(`/v1/runs/${id}/audit`);

    expect(answer.status).toBe(200);
    expect(auditSchema.parse(answer.body)).toEqual(answer.body);
    const { records } = auditSchema.parse(answer.body);
    expect(records[0]).toMatchObject({
      id: `${id}#1`,
      type: "run.started",
      workspace: "default",
      run: id,
      attributes: { "gen_ai.workflow.name": "threeSteps" },
    });
    expect(records.at(-1)).toMatchObject({
      type: "run.ended",
      attributes: { "signalbox.status": "completed" },
    });
    expect(answer.text).not.toContain(TICKET.body);
    expect(answer.text).not.toContain("Freeze it");
  });

  it.each(["", "/audit"])(
    "is answered with 404 when it is not there: /v1/runs/{id}%s",
    async (end) => {
      const answer = await get(`/v1/runs/default.nobody${end}`);

      expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
    },
  );
});

describe("a list of runs", () => {
  it("has the runs that fit all filters, as summaries", async () => {
    const id = await runToItsEnd();
    const query = new URLSearchParams({
      graph: "threeSteps",
      version: "1",
      workspace: "default",
      status: "completed",
      startedFrom: "2020-01-01T00:00:00Z",
      startedBefore: "2100-01-01T00:00:00+01:00",
      costFrom: "0",
      costBelow: "0.5",
      model: "simulated/second",
      fallback: "true",
      limit: "100",
    });

    const answer = await listUntil(query.toString(), (ids) => ids.includes(id));

    expect(runPageSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.body).toMatchObject({
      runs: expect.arrayContaining([
        expect.objectContaining({ id, status: "completed", fallbacks: 1, workspace: "default" }),
      ]),
    });
  });

  it.each([
    ["graph", "diamond"],
    ["version", "2"],
    ["workspace", "acme"],
    ["status", "failed"],
    ["startedFrom", "2100-01-01T00:00:00Z"],
    ["startedBefore", "2020-01-01T00:00:00Z"],
    ["costFrom", "0.5"],
    ["costBelow", "0"],
    ["model", "simulated/first"],
    ["fallback", "false"],
  ])("leaves out what does not fit %s=%s", async (name, value) => {
    const id = await runToItsEnd();
    await listUntil("graph=threeSteps&limit=100", (ids) => ids.includes(id));
    await listUntil("status=completed&limit=100", (ids) => ids.includes(id));

    const answer = await get(`/v1/runs?limit=100&${name}=${encodeURIComponent(value)}`);

    expect(answer.status).toBe(200);
    expect(idsOf(answer)).not.toContain(id);
  });

  it("goes on, page by page, without leaving one out or having one twice", async () => {
    const ids = [await runToItsEnd(), await runToItsEnd(), await runToItsEnd()];
    const all = await listUntil("graph=threeSteps&status=completed&limit=100", (listed) =>
      ids.every((id) => listed.includes(id)),
    );
    const paged: string[] = [];
    let query = "graph=threeSteps&status=completed&limit=2";
    for (;;) {
      const answer = await get(`/v1/runs?${query}`);
      const { runs, next } = runPageSchema.parse(answer.body);
      expect(runs.length).toBeLessThanOrEqual(2);
      paged.push(...runs.map(({ id }) => id));
      if (next === undefined) break;
      query = `graph=threeSteps&status=completed&limit=2&cursor=${encodeURIComponent(next)}`;
    }

    expect(paged).toEqual(idsOf(all));
  });

  it.each([
    "unknown=1",
    "graph=",
    "graph=a&graph=b",
    "status=done",
    "status=Running",
    "startedFrom=yesterday",
    "startedFrom=2026-02-30T00:00:00Z",
    "startedBefore=1700000000",
    "costFrom=-1",
    "costFrom=1e3",
    "costBelow=cheap",
    "costBelow=Infinity",
    "fallback=1",
    "fallback=",
    "limit=0",
    "limit=101",
    "limit=1.5",
    "limit=all",
    "cursor=",
    "cursor=nonsense",
    "cursor=%00",
    "graph=%22%20OR%20%22a%22=%22a",
    "graph=%5C",
    "model=a%0D%0Ab",
    "version=%00",
    "__proto__=1",
    `graph=${"x".repeat(1_001)}`,
  ])("is refused with 400 for ?%s", async (query) => {
    const answer = await get(`/v1/runs?${query}`);

    expect(answer).toEqual(problem(400, "API_INVALID_QUERY"));
  });

  it.each(["graph='", "graph=a%27%20OR%20%27a%27=%27a", "model=%25", "version=%C3%A9", "graph=*"])(
    "takes any text as a value and never as part of a question: ?%s",
    async (query) => {
      const answer = await get(`/v1/runs?${query}`);

      expect(answer).toMatchObject({ status: 200, body: { runs: [] } });
    },
  );
});

async function startWaiting(): Promise<string> {
  return textOf(await post(shared.api, "/v1/graphs/deciding/runs", { letter: "Dear Ann" }), "id");
}

describe("a run that is to be cancelled", () => {
  it("is asked to stop, and ends as cancelled", async () => {
    const id = await startWaiting();

    const answer = await post(shared.api, `/v1/runs/${id}/cancel`);
    await shared.worker.client.waitUntilClosed(id);
    const run = await get(`/v1/runs/${id}`);

    expect(answer.status).toBe(202);
    expect(cancelReceiptSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.body).toMatchObject({ id, links: { self: `/v1/runs/${id}` } });
    expect(run.body).toMatchObject({ status: "cancelled" });
  });

  it("is refused with 409 once it has ended, as is a second cancel", async () => {
    const id = await startWaiting();
    await post(shared.api, `/v1/runs/${id}/cancel`);
    await shared.worker.client.waitUntilClosed(id);

    const second = await post(shared.api, `/v1/runs/${id}/cancel`);
    const completed = await post(shared.api, `/v1/runs/${await runToItsEnd()}/cancel`);

    expect(second).toEqual(
      problem(409, "API_RUN_ENDED", { detail: expect.stringContaining("cancelled") }),
    );
    expect(completed).toEqual(
      problem(409, "API_RUN_ENDED", { detail: expect.stringContaining("completed") }),
    );
  });

  it("may be asked twice at the same time", async () => {
    const id = await startWaiting();

    const answers = await Promise.all([
      post(shared.api, `/v1/runs/${id}/cancel`),
      post(shared.api, `/v1/runs/${id}/cancel`),
    ]);
    await shared.worker.client.waitUntilClosed(id);

    expect(answers.map(({ status }) => status)).toContain(202);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
  });

  it("is answered with 404 when it is not there", async () => {
    const answer = await post(shared.api, "/v1/runs/nobody/cancel");

    expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
  });
});

describe("a run id that nobody gave out", () => {
  it.each([
    ["with a slash", "a%2Fb"],
    ["that leads out of the path", "..%2F.."],
    ["of two dots", "%2E%2E%2F"],
    ["of 2,000 characters", "x".repeat(2_000)],
    ["with line breaks", "a%0D%0ASet-Cookie:%20a=b"],
    ["with a null character", "a%00b"],
    ["beyond ASCII", "%C3%A9".repeat(600)],
  ])("is answered with 404 by every route: %s", async (_what, id) => {
    const answers = await Promise.all([
      get(`/v1/runs/${id}`),
      get(`/v1/runs/${id}/audit`),
      post(shared.api, `/v1/runs/${id}/cancel`),
      post(shared.api, `/v1/runs/${id}/approvals/a`, { decision: true }),
      post(shared.api, `/v1/runs/${id}/events/a`, { event: true }),
    ]);

    for (const answer of answers) {
      expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });
});

describe("a request that a route does not take", () => {
  it.each([
    ["GET", "/v1/runs/any?verbose=1"],
    ["GET", "/v1/runs/any/audit?limit=1"],
    ["POST", "/v1/runs/any/cancel?force=true"],
    ["GET", "/v1/graphs?x=1"],
    ["GET", "/v1/graphs/threeSteps?x=1"],
    ["GET", "/v1/models?x=1"],
  ])("is refused with 400 for a query it does not know: %s %s", async (method, path) => {
    const answer = await get(path, { method });

    expect(answer).toEqual(problem(400, "API_INVALID_QUERY"));
  });

  it.each([
    ["DELETE", "/v1/runs", "GET, HEAD"],
    ["DELETE", "/v1/runs/any", "GET, HEAD"],
    ["GET", "/v1/runs/any/cancel", "POST"],
    ["GET", "/v1/runs/any/approvals/signoff", "POST"],
    ["PUT", "/v1/runs/any/events/paid", "POST"],
    ["POST", "/v1/runs/any/audit", "GET, HEAD"],
    ["POST", "/v1/graphs/threeSteps", "GET, HEAD"],
    ["GET", "/v1/graphs/threeSteps/runs", "POST"],
    ["PUT", "/v1/graphs/nope/runs", "POST"],
  ])("is refused with 405, and the methods there are: %s %s", async (method, path, allowed) => {
    const answer = await get(path, { method });

    expect(answer).toEqual(problem(405, "API_METHOD_NOT_ALLOWED"));
    expect(answer.headers.get("allow")).toBe(allowed);
  });
});
