/** The API over HTTP, with a real Temporal server and, where runs have to run, a real worker. */

import { EventEmitter, once } from "node:events";
import { gzipSync } from "node:zlib";
import type { ApiErrorCode } from "../../api/api-error.ts";
import { startApi, type Api } from "../../api/start-api.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import type { Config } from "../../worker/config.ts";
import { startDevServer } from "../../worker/dev-server.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import { openTemporal, type Temporal } from "../../worker/temporal.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { ask, withApi, type Answer } from "../harness/api.ts";
import {
  openTestTemporal,
  simulatedConfig,
  withWorker,
  type TestWorker,
} from "../harness/temporal.ts";
import { answerWell, TICKET } from "../harness/three-steps.ts";

type Replies = (call: SimulatedCall) => SimulatedReply;

const MIB = 1_048_576;
/** Looked for in answers that must not quote what was sent. */
const CANARY = "my-secret-4711";
const RUNS = "/v1/graphs/threeSteps/runs";

const graphs = collectGraphs(fixtures, "test/fixtures/graphs.ts");

const firstIsDown: Replies = (call) =>
  call.model === "first" ? { fail: "unavailable", httpStatus: 503 } : answerWell(call);
const allAreDown: Replies = () => ({ fail: "overloaded", httpStatus: 529 });

function post(api: Api, path: string, body: unknown): Promise<Answer> {
  return postText(api, path, JSON.stringify(body));
}

function postText(
  api: Api,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(api, path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** What every error looks like. */
function problem(
  status: number,
  code: ApiErrorCode,
  instance: string,
  members: object = {},
): unknown {
  return expect.objectContaining({
    status,
    type: expect.stringMatching(/^application\/problem\+json\b/),
    body: {
      type: `urn:signalbox:error:${code}`,
      title: expect.stringMatching(/\w/),
      status,
      detail: expect.stringMatching(/\w/),
      code,
      instance,
      ...members,
    },
  });
}

function withWorkingApi<T>(
  config: Config,
  body: (api: Api, worker: TestWorker) => Promise<T>,
): Promise<T> {
  return withWorker({ config }, (worker) =>
    withApi({ client: worker.client, graphs }, (api) => body(api, worker)),
  );
}

/** Models that answer only once the gate is open. */
function gated(replies: Replies): {
  readonly config: Config;
  readonly called: Promise<unknown>;
  readonly open: () => void;
} {
  const gate = new EventEmitter();
  const called = once(gate, "call");
  const opened = once(gate, "open");
  const { providers, ...config } = simulatedConfig(replies);
  return {
    config: {
      ...config,
      providers: providers.map((provider) => ({
        ...provider,
        async generate(...call) {
          gate.emit("call");
          await opened;
          return provider.generate(...call);
        },
      })),
    },
    called,
    open: () => void gate.emit("open"),
  };
}

function idOf({ body }: Answer): string {
  const id: unknown = Reflect.get(Object(body), "id");
  if (typeof id === "string") return id;
  throw new Error(`Expected a run, got ${JSON.stringify(body)}`);
}

describe("a run that is started", () => {
  it("is answered at once with 202, where it is and how it stands", async () => {
    const { config, called, open } = gated(answerWell);

    await withWorkingApi(config, async (api, { client }) => {
      const answer = await post(api, RUNS, TICKET);
      const id = idOf(answer);

      expect(answer.status).toBe(202);
      expect(answer.type).toMatch(/^application\/json\b/);
      expect(answer.headers.get("location")).toBe(`/v1/runs/${id}`);
      expect(answer.body).toMatchObject({
        graph: "threeSteps",
        version: "1",
        status: "running",
        links: { self: `/v1/runs/${id}` },
      });
      await called;
      open();
      await client.waitUntilClosed(id);
    });
  });

  it("is answered with 200, result, attempts and cost when it ends within the wait", async () => {
    await withWorkingApi(simulatedConfig(firstIsDown), async (api) => {
      const answer = await post(api, `${RUNS}?wait=30`, TICKET);

      expect(answer.status).toBe(200);
      expect(answer.headers.get("location")).toBe(`/v1/runs/${idOf(answer)}`);
      expect(answer.body).toMatchObject({
        status: "completed",
        closedAt: expect.any(String),
        result: { fit: true },
        attempts: [
          { step: "triage", fallback: 0, status: "completed", costNanoUsd: 17_000 },
          {
            step: "draft",
            model: "simulated/first",
            fallback: 0,
            status: "failed",
            tries: 2,
            kind: "unavailable",
            httpStatus: 503,
          },
          {
            step: "draft",
            model: "simulated/second",
            fallback: 1,
            status: "completed",
            costNanoUsd: expect.any(Number),
          },
          { step: "review", fallback: 0, status: "completed" },
        ],
      });
    });
  });

  it("is answered with 202 when the wait ends before it does", async () => {
    const { config, open } = gated(answerWell);

    await withWorkingApi(config, async (api, { client }) => {
      const answer = await post(api, `${RUNS}?wait=0.0505`, TICKET);
      open();
      await client.waitUntilClosed(idOf(answer));

      expect(answer.status).toBe(202);
      expect(answer.body).toMatchObject({ status: "running" });
    });
  });

  it("is answered with 200 and the reason when it fails within the wait", async () => {
    await withWorkingApi(simulatedConfig(allAreDown), async (api) => {
      const answer = await post(api, "/v1/graphs/impatient/runs?wait=30", TICKET);

      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        status: "failed",
        error: {
          code: "RUN_NO_CANDIDATE_LEFT",
          message: expect.stringMatching(/1\. simulated\/first: .*2\. simulated\/second: /),
        },
        attempts: [
          { model: "simulated/first", status: "failed", kind: "overloaded", httpStatus: 529 },
          { model: "simulated/second", status: "failed", kind: "overloaded", httpStatus: 529 },
        ],
      });
    });
  });

  it("can be read while it goes on and after its end", async () => {
    const { config, called, open } = gated(answerWell);

    await withWorkingApi(config, async (api, { client }) => {
      const started = await post(api, RUNS, TICKET);
      const path = started.headers.get("location") ?? "";
      await called;
      const during = await ask(api, path);
      open();
      await client.waitUntilClosed(idOf(started));
      const after = await ask(api, path);

      expect(during.status).toBe(200);
      expect(during.body).toMatchObject({
        status: "running",
        attempts: [{ step: "triage", status: "running" }],
      });
      expect(after.status).toBe(200);
      expect(after.body).toMatchObject({
        id: idOf(started),
        status: "completed",
        result: { fit: true },
        links: { self: path },
      });
    });
  });

  it("may be as large as 1 MiB, compressed or not", async () => {
    const body = JSON.stringify({ body: "x".repeat(MIB - '{"body":""}'.length) });

    await withWorkingApi(simulatedConfig(answerWell), async (api) => {
      const plain = await postText(api, `${RUNS}?wait=30`, body);
      const packed = await postText(api, `${RUNS}?wait=30`, new Uint8Array(gzipSync(body)), {
        "content-encoding": "gzip",
      });

      expect(Buffer.byteLength(body)).toBe(MIB);
      expect(plain).toMatchObject({ status: 200, body: { status: "completed" } });
      expect(packed).toMatchObject({ status: 200, body: { status: "completed" } });
    });
  });
});

describe("the API beside no worker", () => {
  let temporal: Temporal;
  let api: Api;

  beforeAll(async () => {
    temporal = await openTestTemporal();
    const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody" });
    api = await startApi({ client, graphs, port: 0 });
  });

  afterAll(async () => {
    await api.stop();
    await temporal.close();
  });

  it("says that it is up", async () => {
    expect(await ask(api, "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  it("lists the graphs as data", async () => {
    const answer = await ask(api, "/v1/graphs");

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      graphs: [...graphs.values()].map((graph): unknown => JSON.parse(JSON.stringify(graph))),
    });
    expect(answer.body).toMatchObject({
      graphs: expect.arrayContaining([
        expect.objectContaining({ id: "threeSteps", input: expect.any(Object) }),
      ]),
    });
  });

  it("answers HEAD like GET, without a body", async () => {
    const answer = await ask(api, "/v1/graphs", { method: "HEAD" });

    expect(answer).toMatchObject({ status: 200, text: "" });
  });

  it("links runs to the Temporal UI when it knows where that is", async () => {
    const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody" });
    const temporalUi = { url: "http://127.0.0.1:8233", namespace: "default" };

    const answer = await withApi({ client, graphs, temporalUi }, (linked) =>
      post(linked, RUNS, TICKET),
    );

    expect(answer.body).toMatchObject({
      links: {
        temporalUi: `http://127.0.0.1:8233/namespaces/default/workflows/${idOf(answer)}`,
      },
    });
  });

  it("does not say what it is made of", async () => {
    const answer = await ask(api, "/healthz");

    expect(answer.headers.get("x-powered-by")).toBeNull();
  });

  it.each(["nope", "__proto__", "constructor", "threesteps", "threeSteps%20", "..%2F"])(
    "answers 404 for the graph %s, and names the graphs there are",
    async (graph) => {
      const path = `/v1/graphs/${graph}/runs`;

      const answer = await post(api, path, TICKET);

      const there = [...graphs.keys()];
      expect(answer).toEqual(problem(404, "API_UNKNOWN_GRAPH", path, { graphs: there }));
    },
  );

  it.each<[what: string, input: unknown, paths: string[]]>([
    ["another type", [CANARY], [""]],
    ["null", null, [""]],
    ["a string", CANARY, [""]],
    ["a missing key", { [CANARY]: CANARY }, ["body"]],
    ["a key of another type", { body: { [CANARY]: CANARY } }, ["body"]],
  ])("answers 422 for input of %s, and says where but not what", async (_what, input, paths) => {
    const answer = await post(api, RUNS, input);

    const problems = paths.map((path) => ({ path, message: expect.stringMatching(/\w/) }));
    expect(answer).toEqual(problem(422, "API_INVALID_INPUT", RUNS, { problems }));
    expect(answer.text).not.toContain(CANARY);
  });

  it("answers 400 for an empty body, which is no JSON", async () => {
    const answer = await postText(api, RUNS, "");

    expect(answer).toEqual(problem(400, "API_INVALID_JSON", RUNS));
  });

  it.each([
    ["cut off", `{"body":"${CANARY}`],
    ["words", CANARY],
    ["with a comma too many", `{"body":"${CANARY}",}`],
    ["with single quotes", `{'body':'${CANARY}'}`],
    ["two values", `{"body":"${CANARY}"}{}`],
  ])("answers 400 for JSON that is broken, and does not quote it: %s", async (_what, text) => {
    const answer = await postText(api, RUNS, text);

    expect(answer).toEqual(problem(400, "API_INVALID_JSON", RUNS));
    expect(answer.text).not.toContain(CANARY);
  });

  it("answers 400 for a body that is not compressed as it says", async () => {
    const answer = await postText(api, RUNS, CANARY, { "content-encoding": "gzip" });

    expect(answer).toEqual(problem(400, "API_INVALID_JSON", RUNS));
    expect(answer.text).not.toContain(CANARY);
  });

  it("answers 413 for a body of 1 MiB and one byte", async () => {
    const body = JSON.stringify({ body: "x".repeat(MIB + 1 - '{"body":""}'.length) });

    const answer = await postText(api, RUNS, body);

    expect(Buffer.byteLength(body)).toBe(MIB + 1);
    expect(answer).toEqual(problem(413, "API_BODY_TOO_LARGE", RUNS));
  });

  it("answers 413 for a body that is small only while it is compressed", async () => {
    const body = new Uint8Array(gzipSync("x".repeat(50 * MIB)));

    const answer = await postText(api, RUNS, body, { "content-encoding": "gzip" });

    expect(body.length).toBeLessThan(MIB);
    expect(answer).toEqual(problem(413, "API_BODY_TOO_LARGE", RUNS));
  });

  it.each([
    ["text", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["no type at all", { "content-type": "" }],
    ["another character set", { "content-type": "application/json; charset=latin1" }],
    ["a character set that there is not", { "content-type": "application/json; charset=utf-99" }],
    ["an unknown compression", { "content-encoding": "zip" }],
  ])("answers 415 for a body of %s", async (_what, headers) => {
    const answer = await postText(api, RUNS, JSON.stringify(TICKET), headers);

    expect(answer).toEqual(problem(415, "API_UNSUPPORTED_TYPE", RUNS));
  });

  it("answers 415 for a request without body and type", async () => {
    const answer = await ask(api, RUNS, { method: "POST" });

    expect(answer).toEqual(problem(415, "API_UNSUPPORTED_TYPE", RUNS));
  });

  it.each([
    "wait=abc",
    "wait=-1",
    "wait=61",
    "wait=60.001",
    "wait=Infinity",
    "wait=NaN",
    "wait=",
    "wait=%20",
    "wait=1&wait=2",
    "wait=1&wait=abc",
    "unknown=1",
    "wait[a]=b",
    "__proto__=1",
  ])("answers 400 for ?%s", async (query) => {
    const answer = await post(api, `${RUNS}?${query}`, TICKET);

    expect(answer).toEqual(
      problem(400, "API_INVALID_QUERY", RUNS, { problems: expect.any(Array) }),
    );
  });

  it.each(["wait=0", "wait=0.001", "wait=0.05"])("starts a run for ?%s", async (query) => {
    const answer = await post(api, `${RUNS}?${query}`, TICKET);

    expect(answer).toMatchObject({ status: 202, body: { status: "running" } });
  });

  it.each([
    ["of a usual form", "threeSteps-nobody-started-this"],
    ["that leads out of the path", "..%2F"],
    ["of 2,000 characters", "x".repeat(2_000)],
    ["of 15,000 characters", "x".repeat(15_000)],
    ["beyond ASCII", "%C3%A9".repeat(600)],
    ["with line breaks", "a%0D%0ASet-Cookie:%20a=b"],
    ["with a null character", "a%00b"],
    ["that is a space", "%20"],
    ["of an object's own key", "__proto__"],
  ])("answers 404 for a run %s", async (_what, id) => {
    const answer = await ask(api, `/v1/runs/${id}`);

    expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN", `/v1/runs/${id}`));
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  it.each(["/v1/runs/%", "/v1/runs/%E0%A4%A", "/v1/runs/%ED%A0%80", "/v1/runs/%FF"])(
    "answers 404 for %s, which is not percent-encoded UTF-8",
    async (path) => {
      expect(await ask(api, path)).toEqual(problem(404, "API_NOT_FOUND", path));
    },
  );

  it.each(["/", "/v1", "/V1/runs", "/v1/runs/a/b", "/v1/runs/a/approvals", "/favicon.ico"])(
    "answers 404 for %s, where nothing is",
    async (path) => {
      expect(await ask(api, path)).toEqual(problem(404, "API_NOT_FOUND", path));
    },
  );

  it.each([
    ["DELETE", "/v1/graphs", "GET, HEAD"],
    ["POST", "/v1/graphs", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
    ["PUT", "/v1/runs/a", "GET, HEAD"],
    ["OPTIONS", "/v1/runs/a", "GET, HEAD"],
    ["GET", RUNS, "POST"],
    ["PATCH", RUNS, "POST"],
  ])("answers 405 for %s %s, and names the methods there are", async (method, path, allowed) => {
    const answer = await ask(api, path, { method });

    expect(answer).toEqual(problem(405, "API_METHOD_NOT_ALLOWED", path));
    expect(answer.headers.get("allow")).toBe(allowed);
  });

  it("answers 400 for a __proto__ in the body", async () => {
    const answer = await postText(api, RUNS, '{"__proto__":{"polluted":true},"body":"x"}');

    expect(answer).toEqual(problem(400, "API_INVALID_JSON", RUNS));
    expect({}).not.toHaveProperty("polluted");
  });

  it("can be stopped twice", async () => {
    const client = new SignalboxClient({ temporal: temporal.client });
    const other = await startApi({ client, graphs, port: 0 });

    await other.stop();

    await expect(other.stop()).resolves.toBeUndefined();
  });

  it("does not start on a port that is taken", async () => {
    const client = new SignalboxClient({ temporal: temporal.client });
    const port = Number(new URL(api.url).port);

    const start = startApi({ client, graphs, port });

    await expect(start).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("answers 500 for what it does not expect, tells its owner why and the caller nothing", async () => {
    const cause = new Error(CANARY);
    const told: unknown[] = [];
    class BrokenClient extends SignalboxClient {
      override get(): Promise<never> {
        return Promise.reject(cause);
      }
    }
    const client = new BrokenClient({ temporal: temporal.client });
    const onInternalError = (error: unknown): void => void told.push(error);

    const answer = await withApi({ client, graphs, onInternalError }, (broken) =>
      ask(broken, "/v1/runs/any"),
    );

    const requestId = answer.headers.get("x-request-id");
    expect(answer).toEqual(problem(500, "API_INTERNAL", "/v1/runs/any", { requestId }));
    expect(answer.text).not.toContain(CANARY);
    expect(told).toEqual([cause]);
  });
});

describe("the API without Temporal", () => {
  it("answers 503 for runs, and goes on with what needs no Temporal", async () => {
    const server = await startDevServer({ searchAttributes: [] });
    const temporal = await openTemporal({ env: { TEMPORAL_ADDRESS: server.address } });
    const client = new SignalboxClient({ temporal: temporal.client });
    await server.stop();

    const [read, start, health, list] = await withApi({ client, graphs }, (api) =>
      Promise.all([
        ask(api, "/v1/runs/any"),
        post(api, `${RUNS}?wait=1`, TICKET),
        ask(api, "/healthz"),
        ask(api, "/v1/graphs"),
      ]),
    );
    await temporal.close();

    expect(read).toEqual(problem(503, "API_TEMPORAL_UNAVAILABLE", "/v1/runs/any"));
    expect(start).toEqual(problem(503, "API_TEMPORAL_UNAVAILABLE", RUNS));
    expect(health.status).toBe(200);
    expect(list.status).toBe(200);
  });
});

describe("stop", () => {
  it("lets an open request finish, and takes no new ones", async () => {
    const { config, called, open } = gated(answerWell);

    await withWorkingApi(config, async (api) => {
      let hasStopped = false;
      const answer = post(api, `${RUNS}?wait=30`, TICKET);
      await called;
      const stopped = api.stop().then(() => (hasStopped = true));
      const refused = await ask(api, "/healthz").catch((error: unknown) => error);
      const hadStoppedEarly = hasStopped;
      open();
      const { status, body } = await answer;
      const answeredAt = performance.now();
      await stopped;

      expect(refused).toMatchObject({ cause: { code: "ECONNREFUSED" } });
      expect(hadStoppedEarly).toBe(false);
      expect({ status, body }).toMatchObject({ status: 200, body: { status: "completed" } });
      // Kept-alive connections are closed at once, not when they time out.
      expect(performance.now() - answeredAt).toBeLessThan(2_000);
    });
  });
});
