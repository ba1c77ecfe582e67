/** Runs held apart by the workspaces of keys, over HTTP and with a real Temporal server. No worker: what is started waits. */

import { startApi, type Api } from "../../api/start-api.ts";
import type { Caller, Scope } from "../../api/caller.ts";
import { createRoutes } from "../../api/routes/index.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { Temporal } from "../../worker/temporal.ts";
import { deciding } from "../fixtures/graphs.ts";
import { ask, problem, type Answer } from "../harness/api.ts";
import { bearer, fixtureGraphs, knownCallers, post, textOf } from "../harness/runs-api.ts";
import { openTestTemporal } from "../harness/temporal.ts";

const RUNS = "/v1/graphs/deciding/runs";
const LETTER = { letter: "Dear Ann" };

function caller(id: string, workspace: string): Caller {
  return { id, workspace, scopes: new Set<Scope>(["run", "read", "approve"]) };
}

/** Workspaces that no other test has runs in. */
const own = `own-${crypto.randomUUID().slice(0, 8)}`;
const other = `${own}-x`;

let temporal: Temporal;
let api: Api;
let client: RecordingClient;

/** Remembers which runs were asked for. */
class RecordingClient extends SignalboxClient {
  readonly asked: string[] = [];

  override summary(id: string): ReturnType<SignalboxClient["summary"]> {
    this.asked.push(id);
    return super.summary(id);
  }

  override get(id: string): ReturnType<SignalboxClient["get"]> {
    this.asked.push(id);
    return super.get(id);
  }
}

beforeAll(async () => {
  temporal = await openTestTemporal();
  client = new RecordingClient({ temporal: temporal.client, taskQueue: "nobody" });
  api = await startApi({
    client,
    graphs: fixtureGraphs,
    port: 0,
    authenticator: knownCallers(caller("own-key", own), caller("other-key", other)),
  });
});

afterAll(async () => {
  await api.stop();
  await temporal.close();
});

async function start(key: string): Promise<string> {
  return textOf(await post(api, RUNS, LETTER, bearer(key)), "id");
}

/** Asks every route that is about one run. */
function everyWayTo(id: string): readonly (readonly [way: string, ask: () => Promise<Answer>])[] {
  const path = `/v1/runs/${id}`;
  const key = bearer("own-key");
  const get = (to: string): Promise<Answer> => ask(api, to, { headers: key });
  return [
    ["GET /v1/runs/{id}", () => get(path)],
    ["GET /v1/runs/{id}/audit", () => get(`${path}/audit`)],
    ["GET /v1/runs/{id}/events", () => get(`${path}/events`)],
    ["POST /v1/runs/{id}/cancel", () => post(api, `${path}/cancel`, undefined, key)],
    [
      "POST /v1/runs/{id}/approvals/{step}",
      () => post(api, `${path}/approvals/signoff`, { decision: { approved: true } }, key),
    ],
    [
      "POST /v1/runs/{id}/events/{step}",
      () => post(api, `${path}/events/paid`, { event: { cents: 1 } }, key),
    ],
  ];
}

/** What an answer says, with the run's id taken out. */
function wordsOf({ status, text }: Answer, id: string): unknown {
  return { status, text: text.replaceAll(id, "ID") };
}

describe("a run that is started with a key", () => {
  it("belongs to the key's workspace, and has the key on record", async () => {
    const answer = await post(api, RUNS, LETTER, bearer("own-key"));
    const id = textOf(answer, "id");
    const run = await ask(api, `/v1/runs/${id}`, { headers: bearer("own-key") });
    const [started] = await client.audit(id);

    expect(id.startsWith(`${own}.deciding-`)).toBe(true);
    expect(answer.body).toMatchObject({ workspace: own });
    expect(run).toMatchObject({ status: 200, body: { id, workspace: own } });
    expect(started).toMatchObject({ type: "run.started", by: "own-key", workspace: own });
  });

  it("is another run in each workspace for the same idempotency key", async () => {
    const key = { "idempotency-key": crypto.randomUUID() };

    const one = await post(api, RUNS, LETTER, { ...bearer("own-key"), ...key });
    const two = await post(api, RUNS, { letter: "Dear Bob" }, { ...bearer("other-key"), ...key });

    expect(two.status).toBe(202);
    expect(textOf(two, "id")).not.toBe(textOf(one, "id"));
  });
});

describe("a run of another workspace", () => {
  it("is told, by every route, word for word as one that is not there, and is not even asked for", async () => {
    const there = await start("other-key");
    const notThere = `${other}.deciding-${crypto.randomUUID()}`;
    client.asked.length = 0;

    for (const [index, [way, askFor]] of everyWayTo(there).entries()) {
      const answer = await askFor();
      const reference = await everyWayTo(notThere)[index]?.[1]();

      expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
      expect([way, wordsOf(answer, there)]).toEqual([
        way,
        reference && wordsOf(reference, notThere),
      ]);
    }
    expect(client.asked).toEqual([]);
  });

  it("is told as one that never was in the caller's own workspace", async () => {
    const there = await start("other-key");
    const never = `${own}.deciding-${crypto.randomUUID()}`;

    for (const [index, [way, askFor]] of everyWayTo(there).entries()) {
      const answer = await askFor();
      const reference = await everyWayTo(never)[index]?.[1]();

      expect([way, wordsOf(answer, there)]).toEqual([way, reference && wordsOf(reference, never)]);
    }
    expect(client.asked).toContain(never);
  });

  it("goes on after another workspace's key has tried to cancel and to decide", async () => {
    const there = await start("other-key");

    for (const [, askFor] of everyWayTo(there)) await askFor();
    const summary = await client.summary(there);
    const events = await client.audit(there);

    expect(summary.status).toBe("running");
    expect(events.map(({ type }) => type)).not.toContain("run.cancel_requested");
  });

  it.each([
    ["whose name begins the same", (id: string) => id.replace(`${other}.`, `${own}.`)],
    ["by another spelling", (id: string) => id.replace(".", "%2E")],
    ["by a path through its own", (id: string) => `${own}.%2F..%2F${id}`],
    ["in capital letters", (id: string) => id.toUpperCase()],
  ])("is not found %s", async (_what, spell) => {
    const there = await start("other-key");

    const answer = await ask(api, `/v1/runs/${spell(there)}`, { headers: bearer("own-key") });

    expect(answer).toEqual(problem(404, "API_UNKNOWN_RUN"));
  });

  it("is not found by an id of the caller's workspace, when its attribute says whose it is", async () => {
    const id = `${own}.deciding-${crypto.randomUUID()}`;
    await client.start(deciding, LETTER, { id, workspace: other });

    for (const [, askFor] of everyWayTo(id)) {
      expect(await askFor()).toEqual(problem(404, "API_UNKNOWN_RUN"));
    }
  });
});

describe("every route about a run", () => {
  it("is among those that are tried above", () => {
    const routes = createRoutes({ client, graphs: fixtureGraphs });

    const about = routes.filter(({ path }) => path.startsWith("/v1/runs/{id}"));

    const ways = about.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(everyWayTo("any").map(([way]) => way)).toEqual(expect.arrayContaining(ways));
  });
});

function list(key: string, query = ""): Promise<Answer> {
  return ask(api, `/v1/runs${query}`, { headers: bearer(key) });
}

describe("a list", () => {
  it("holds the runs of the key's workspace alone", async () => {
    const [mine, theirs] = [await start("own-key"), await start("other-key")];
    // Visibility lags behind: until both are listed to their owners.
    const lists = await untilListed(
      () => Promise.all([list("own-key"), list("other-key")]),
      [mine, theirs],
    );

    expect(lists[0]?.text).toContain(mine);
    expect(lists[0]?.text).not.toContain(`${other}.`);
    expect(lists[1]?.text).toContain(theirs);
    expect(lists[1]?.text).not.toContain(`${own}.`);
  });

  it("may name the key's own workspace, and is refused with 403 for another's", async () => {
    const named = await list("own-key", `?workspace=${own}`);
    const foreign = await list("own-key", `?workspace=${other}`);

    expect(named.status).toBe(200);
    expect(foreign).toEqual(problem(403, "API_FORBIDDEN"));
  });
});

/** Lists again until each has what it is to have. */
async function untilListed(
  askAll: () => Promise<readonly Answer[]>,
  ids: readonly string[],
): Promise<readonly Answer[]> {
  for (;;) {
    const lists = await askAll();
    if (ids.every((id, index) => lists[index]?.text.includes(id))) return lists;
  }
}
