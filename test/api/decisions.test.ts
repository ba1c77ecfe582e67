/** Decisions and events over HTTP, with a real Temporal server and a real worker. */

import { z } from "zod";
import { deliveryReceiptSchema } from "../../api/answers/links.ts";
import { runSchema, waitingStepSchema } from "../../api/answers/run.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { deciding } from "../fixtures/graphs.ts";
import { ask, problem, withApi, type Answer } from "../harness/api.ts";
import {
  bearer,
  fixtureGraphs,
  knownCallers,
  post,
  startRunsApi,
  textOf,
  type RunsApi,
} from "../harness/runs-api.ts";
import { simulatedConfig } from "../harness/temporal.ts";

const ANN = {
  id: "ann-key",
  workspace: "default",
  scopes: new Set(["approve", "run", "read"] as const),
};
/** Looked for in answers that must not quote what was sent. */
const CANARY = "my-secret-4711";

let shared: RunsApi;

beforeAll(async () => {
  shared = await startRunsApi(simulatedConfig(() => ({ text: "here" })));
});

afterAll(() => shared.stop());

const waitingOf = z.looseObject({ waiting: z.array(waitingStepSchema) });

/** A run of `graph` that waits at `step`, at which path it is. */
async function startWaiting(graph: string, input: unknown, step: string): Promise<string> {
  const started = await post(shared.api, `/v1/graphs/${graph}/runs`, input);
  const path = `/v1/runs/${textOf(started, "id")}`;
  await untilWaiting(path, step);
  return path;
}

/** Asks again until it says so: a run moves on by itself. */
async function untilWaiting(path: string, step: string): Promise<Answer> {
  for (;;) {
    const answer = await ask(shared.api, path);
    const { waiting } = waitingOf.parse(answer.body);
    if (waiting.some((open) => open.step === step)) return answer;
  }
}

function startDeciding(): Promise<string> {
  return startWaiting("deciding", { letter: "Dear Ann" }, "signoff");
}

describe("a decision", () => {
  it("goes to the step that waits for it, and is on record", async () => {
    const path = await startDeciding();

    const answer = await post(shared.api, `${path}/approvals/signoff`, {
      decision: { approved: true },
      by: "ann@bank",
      comment: "fine",
    });
    const after = await untilWaiting(path, "paid");
    const audit = await ask(shared.api, `${path}/audit`);

    expect(answer.status).toBe(200);
    expect(deliveryReceiptSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.body).toMatchObject({ step: "signoff", links: { self: path } });
    expect(runSchema.parse(after.body)).toEqual(after.body);
    expect(audit.body).toMatchObject({
      records: expect.arrayContaining([
        expect.objectContaining({
          type: "step.decided",
          attributes: {
            "signalbox.step": "signoff",
            "signalbox.step.kind": "approval",
            "signalbox.how": "received",
            "signalbox.by": "ann@bank",
            "signalbox.comment.hmac": expect.stringMatching(/^[0-9a-f]{64}$/),
            "signalbox.decision.hmac": expect.stringMatching(/^[0-9a-f]{64}$/),
          },
        }),
      ]),
    });
  });

  it("is found by a path with slashes and brackets, percent-encoded", async () => {
    const path = await startWaiting("signing", { letters: ["a", "b"] }, "letters[1]/check");
    const decision = { decision: { ok: true } };

    const second = await post(
      shared.api,
      `${path}/approvals/${encodeURIComponent("letters[1]/check")}`,
      decision,
    );
    const first = await post(shared.api, `${path}/approvals/letters[0]%2fcheck`, decision);
    await shared.worker.client.waitUntilClosed(path.slice("/v1/runs/".length));
    const ended = await ask(shared.api, path);

    expect([second.status, first.status]).toEqual([200, 200]);
    expect(second.body).toMatchObject({ step: "letters[1]/check" });
    expect(ended.body).toMatchObject({ status: "completed", result: [{ ok: true }, { ok: true }] });
  });

  it("is answered with 404 where the slash of a path is not encoded", async () => {
    const path = "/v1/runs/any/approvals/letters[0]/check";

    const answer = await post(shared.api, path, { decision: true });

    expect(answer).toEqual(problem(404, "API_NOT_FOUND"));
  });

  it("is refused with 409 when it is the second one", async () => {
    const path = await startDeciding();
    const decide = (approved: boolean): Promise<Answer> =>
      post(shared.api, `${path}/approvals/signoff`, { decision: { approved } });

    const first = await decide(true);
    const second = await decide(false);
    const after = await untilWaiting(path, "paid");

    expect(first.status).toBe(200);
    expect(second).toEqual(problem(409, "API_STEP_NOT_OPEN"));
    expect(after.status).toBe(200);
  });

  it("is taken once when two come at the same time", async () => {
    const path = await startDeciding();

    const answers = await Promise.all(
      [true, false].map((approved) =>
        post(shared.api, `${path}/approvals/signoff`, { decision: { approved } }),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  it.each([
    ["of another name", "nothing"],
    ["that waits for an event", "paid"],
    ["of 2,000 characters", "x".repeat(2_000)],
    ["with line breaks", "a%0D%0ASet-Cookie:%20a=b"],
    ["that leads out of the path", "..%2F.."],
    ["of an object's own key", "__proto__"],
  ])("is refused with 409 for a step %s", async (_what, step) => {
    const path = await startDeciding();

    const answer = await post(shared.api, `${path}/approvals/${step}`, { decision: true });

    expect(answer).toEqual(problem(409, "API_STEP_NOT_OPEN"));
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  it("is refused with 409 when the run has ended", async () => {
    const path = await startDeciding();
    await post(shared.api, `${path}/cancel`);
    await shared.worker.client.waitUntilClosed(path.slice("/v1/runs/".length));

    const answer = await post(shared.api, `${path}/approvals/signoff`, {
      decision: { approved: true },
    });

    expect(answer).toEqual(problem(409, "API_STEP_NOT_OPEN"));
  });

  it("is refused with 422, and not quoted, when it does not fit the step's schema", async () => {
    const path = await startDeciding();

    const answer = await post(shared.api, `${path}/approvals/signoff`, {
      decision: { approved: CANARY },
    });
    const after = await untilWaiting(path, "signoff");

    expect(answer).toEqual(problem(422, "API_INVALID_INPUT"));
    expect(answer.text).not.toContain(CANARY);
    expect(after.body).toMatchObject({
      waiting: [{ step: "signoff", show: { letter: "Dear Ann" } }],
    });
  });

  it.each<[what: string, body: unknown, at: string]>([
    ["without a decision", {}, "decision"],
    ["that is a list", [], ""],
    ["with a name that is no text", { decision: true, by: 1 }, "by"],
    ["with an empty name", { decision: true, by: "" }, "by"],
    ["with a comment that is no text", { decision: true, comment: {} }, "comment"],
    ["with another member", { decision: true, [CANARY]: 1 }, ""],
  ])("is refused with 422 for a body %s", async (_what, body, at) => {
    const answer = await post(shared.api, "/v1/runs/any/approvals/signoff", body);

    expect(answer).toEqual(
      problem(422, "API_INVALID_INPUT", { problems: [expect.objectContaining({ path: at })] }),
    );
    expect(answer.text).not.toContain(CANARY);
  });

  it("is answered with 404 for a run that is not there", async () => {
    const answer = await post(shared.api, "/v1/runs/nobody/approvals/signoff", { decision: true });

    expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
  });

  it("has the key on record, whatever name comes with it", async () => {
    const { client } = shared.worker;
    const authenticator = knownCallers(ANN);
    const named = await startDeciding();
    const unnamed = await startDeciding();

    await withApi({ client, graphs: fixtureGraphs, authenticator }, async (api) => {
      const decision = { approved: true };
      const key = bearer(ANN.id);
      await post(api, `${named}/approvals/signoff`, { decision, by: "the boss" }, key);
      await post(api, `${unnamed}/approvals/signoff`, { decision }, key);
    });

    expect(await signerOf(named)).toBe("ann-key (for the boss)");
    expect(await signerOf(unnamed)).toBe("ann-key");
  });
});

async function signerOf(path: string): Promise<unknown> {
  const events = await shared.worker.client.audit(path.slice("/v1/runs/".length));
  const decided = events.find(({ type }) => type === "step.decided");
  return decided && Reflect.get(decided, "by");
}

describe("an event", () => {
  it("goes to the step that waits for it, and the run goes on", async () => {
    const path = await startDeciding();
    await post(shared.api, `${path}/approvals/signoff`, { decision: { approved: true } });
    await untilWaiting(path, "paid");

    const answer = await post(shared.api, `${path}/events/paid`, { event: { cents: 500 } });
    await shared.worker.client.waitUntilClosed(path.slice("/v1/runs/".length));
    const ended = await ask(shared.api, path);
    const late = await post(shared.api, `${path}/events/paid`, { event: { cents: 500 } });

    expect(answer).toMatchObject({ status: 200, body: { step: "paid" } });
    expect(ended.body).toMatchObject({ status: "completed", result: { cents: 500 } });
    expect(late).toEqual(problem(409, "API_STEP_NOT_OPEN"));
  });

  it("is refused with 409 for a step that waits for a decision, and with 422 when it does not fit", async () => {
    const path = await startDeciding();

    const wrong = await post(shared.api, `${path}/events/signoff`, { event: { approved: true } });
    await post(shared.api, `${path}/approvals/signoff`, { decision: { approved: true } });
    await untilWaiting(path, "paid");
    const unfit = await post(shared.api, `${path}/events/paid`, { event: { cents: "many" } });

    expect(wrong).toEqual(problem(409, "API_STEP_NOT_OPEN"));
    expect(unfit).toEqual(problem(422, "API_INVALID_INPUT"));
  });
});

describe("a decision that no worker takes", () => {
  it("is answered with 503 in the end, and does not hang", async () => {
    const { temporal } = shared.worker;
    const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody" });
    const id = await client.start(deciding, { letter: "a" });

    const answer = await withApi({ client, graphs: fixtureGraphs }, (api) =>
      post(api, `/v1/runs/${id}/approvals/signoff`, { decision: { approved: true } }),
    );

    expect(answer).toEqual(problem(503, "API_WORKER_UNAVAILABLE"));
    expect(answer.headers.get("retry-after")).toBe("5");
  }, 60_000);
});
