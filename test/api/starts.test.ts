/** Starts of runs over HTTP, with a real Temporal server and a real worker. */

import { runReceiptSchema, runSchema } from "../../api/answers/run.ts";
import { createRoutes } from "../../api/routes/index.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { problem, withApi, type Answer } from "../harness/api.ts";
import { fixtureGraphs, post, startRunsApi, textOf, type RunsApi } from "../harness/runs-api.ts";
import { simulatedConfig } from "../harness/temporal.ts";
import { answerWell, TICKET } from "../harness/three-steps.ts";

const RUNS = "/v1/graphs/threeSteps/runs";

let shared: RunsApi;

beforeAll(async () => {
  shared = await startRunsApi(simulatedConfig(answerWell));
});

afterAll(() => shared.stop());

function start(query: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) {
  return post(shared.api, `${RUNS}${query}`, body ?? TICKET, headers);
}

function keyed(key: string): Readonly<Record<string, string>> {
  return { "idempotency-key": key };
}

/** Says of each answer what its own schema makes of it: nothing else may be in it. */
function expectWhole({ body }: Answer, schema: { parse(value: unknown): unknown }): void {
  expect(schema.parse(body)).toEqual(body);
}

describe("a run that is started", () => {
  it("is answered with what there is to know without asking Temporal again", async () => {
    class Unasked extends SignalboxClient {
      override get = refuse;
      override summary = refuse;
      override waitUntilClosed = refuse;
    }
    const { temporal, taskQueue } = shared.worker;
    const client = new Unasked({ temporal: temporal.client, taskQueue });

    const answer = await withApi({ client, graphs: fixtureGraphs }, (api) =>
      post(api, RUNS, TICKET),
    );

    const id = textOf(answer, "id");
    expect(answer.status).toBe(202);
    expect(id).toMatch(/^default\.threeSteps-[\w-]+$/);
    expect(answer.headers.get("location")).toBe(`/v1/runs/${id}`);
    expect(answer.body).toEqual({
      id,
      graph: "threeSteps",
      version: "1",
      workspace: "default",
      status: "running",
      links: {
        self: `/v1/runs/${id}`,
        events: `/v1/runs/${id}/events`,
        audit: `/v1/runs/${id}/audit`,
      },
    });
    expectWhole(answer, runReceiptSchema);
  });

  it("is answered with all of it once it has ended within the wait", async () => {
    const answer = await start("?wait=30");

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: "completed",
      result: { fit: true },
      steps: [{ step: "triage" }, { step: "draft" }, { step: "review", status: "completed" }],
      routes: [{ step: "triage" }, { step: "draft" }, { step: "review" }],
      waiting: [],
    });
    expectWhole(answer, runSchema);
  });

  it("is found by the graph's name in any spelling of the path that means the same", async () => {
    const answer = await post(shared.api, "/v1/graphs/%74hreeSteps/runs?wait=30", TICKET);

    expect(answer).toMatchObject({ status: 200, body: { graph: "threeSteps" } });
  });

  it("has its own route, with its own schemas, for each graph", () => {
    const routes = createRoutes({ client: shared.worker.client, graphs: fixtureGraphs });

    const own = routes.find(({ path }) => path === RUNS);

    expect(own?.operationId).toBe("startThreeStepsRun");
    expect(own?.body?.meta()).toMatchObject({ id: "ThreeStepsInput" });
    expect(own?.answers[200]?.schema?.meta()).toMatchObject({ id: "ThreeStepsRun" });
    const ids = routes.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

function refuse(): never {
  throw new Error("Temporal was asked again");
}

describe("a start with an idempotency key", () => {
  it("gives the same run again, also from an API that has been started anew", async () => {
    const key = crypto.randomUUID();
    const { client } = shared.worker;

    const first = await start("?wait=30", keyed(key));
    const again = await withApi({ client, graphs: fixtureGraphs }, (api) =>
      post(api, RUNS, TICKET, keyed(key)),
    );

    expect(first.status).toBe(200);
    // It had ended: so it is told as such, although nobody waited.
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
  });

  it("takes bodies for the same whose members come in another order", async () => {
    const key = crypto.randomUUID();
    const path = "/v1/graphs/everyVerb/runs";
    const one = { customer: "Ann", kind: "spam", lines: [] };
    const other = { lines: [], kind: "spam", customer: "Ann" };

    const first = await post(shared.api, path, one, keyed(key));
    const again = await post(shared.api, path, other, keyed(key));

    expect(textOf(again, "id")).toBe(textOf(first, "id"));
  });

  it("is refused with 409 when the key has started another request", async () => {
    const key = crypto.randomUUID();

    await start("", keyed(key));
    const otherBody = await start("", keyed(key), { body: "My card is back" });
    const otherVersion = await start("?version=1", keyed(key));

    expect(otherBody).toEqual(problem(409, "API_KEY_REUSED"));
    expect(otherVersion).toEqual(problem(409, "API_KEY_REUSED"));
  });

  it("has another run in another graph", async () => {
    const key = crypto.randomUUID();

    const one = await start("", keyed(key));
    const other = await post(shared.api, "/v1/graphs/diamond/runs", TICKET, keyed(key));

    expect(other.status).toBe(202);
    expect(textOf(other, "id")).not.toBe(textOf(one, "id"));
  });

  it("starts one run however many ask at the same time", async () => {
    const key = crypto.randomUUID();

    const answers = await Promise.all(Array.from({ length: 10 }, () => start("", keyed(key))));

    expect(new Set(answers.map((answer) => textOf(answer, "id"))).size).toBe(1);
  });

  it.each([
    ["empty", ""],
    ["of 201 characters", "k".repeat(201)],
    ["with a space in it", "a b"],
    ["beyond ASCII", "\u00e9"],
  ])("is refused with 400 when the key is %s", async (_what, key) => {
    const answer = await start("", keyed(key));

    expect(answer).toEqual(problem(400, "API_INVALID_KEY"));
  });
});
