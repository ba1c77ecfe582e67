/** Event streams of runs on a real Temporal server. */

import type { FollowedEvents, FollowOptions } from "../../../client/follow-run.ts";
import type { RunEvent } from "../../../client/run-event.ts";
import { SignalboxClient } from "../../../client/signalbox-client.ts";
import { startApi } from "../../../api/start-api.ts";
import { reminding, threeSteps } from "../../fixtures/graphs.ts";
import { ask, problem } from "../../harness/api.ts";
import { openStream, type Stream } from "../../harness/read-events.ts";
import { fixtureGraphs, startRunsApi, type RunsApi } from "../../harness/runs-api.ts";
import { simulatedConfig } from "../../harness/temporal.ts";
import { defaultReplies } from "../../replay/scenarios.ts";

let shared: RunsApi;

beforeAll(async () => {
  shared = await startRunsApi(simulatedConfig(defaultReplies));
});

afterAll(() => shared.stop());

/** A run that has ended. */
async function endedRun(): Promise<string> {
  const { client } = shared.worker;
  const id = await client.start(threeSteps, { body: "card" });
  await client.waitUntilClosed(id);
  return id;
}

/** A run that waits for a decision. */
async function waitingRun(): Promise<string> {
  const { client } = shared.worker;
  const id = await client.start(reminding, { say: "hello" });
  for await (const { type } of client.events(id)) if (type === "step.waiting") return id;
  throw new Error("It does not wait.");
}

function urlOf(id: string, query = ""): string {
  return `${shared.api.url}/v1/runs/${encodeURIComponent(id)}/events${query}`;
}

async function takeAll({ events }: Stream): Promise<readonly RunEvent[]> {
  const taken: RunEvent[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}

async function takeUntil({ events }: Stream, type: RunEvent["type"]): Promise<void> {
  for await (const event of events) if (event.type === type) return;
}

describe("the events of a run", () => {
  it("come to all who watch as they happen, and the streams end with the run", async () => {
    const { client } = shared.worker;
    const id = await waitingRun();
    const streams = await Promise.all([openStream(urlOf(id)), openStream(urlOf(id))]);

    const taken = streams.map(takeAll);
    await client.decide(id, "signoff", { ok: true }, { by: "ann" });

    const [one, other] = await Promise.all(taken);
    expect(one).toEqual(await client.audit(id));
    expect(other).toEqual(one);
    expect(one?.at(-1)).toMatchObject({ type: "run.ended", status: "completed" });
  });

  it("are not kept by anybody on the way", async () => {
    const stream = await openStream(urlOf(await endedRun()));
    await takeAll(stream);
    const { status, headers } = stream;

    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/event-stream\b/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-accel-buffering")).toBe("no");
  });

  it("go on behind any event that is known", async () => {
    const id = await endedRun();
    const all = await shared.worker.client.audit(id);

    for (const [index, { id: known }] of all.entries()) {
      const byHeader = await openStream(urlOf(id, "?after=1"), { "last-event-id": known });
      const byQuery = await openStream(urlOf(id, `?after=${known}`));

      const isLast = index === all.length - 1;
      expect([byHeader.status, byQuery.status]).toEqual(isLast ? [204, 204] : [200, 200]);
      expect(await takeAll(byHeader)).toEqual(all.slice(index + 1));
      expect(await takeAll(byQuery)).toEqual(all.slice(index + 1));
    }
  });

  it("begin at the first for a browser that knows of none", async () => {
    const id = await endedRun();

    const events = await takeAll(await openStream(urlOf(id), { "last-event-id": "" }));

    expect(events).toEqual(await shared.worker.client.audit(id));
  });

  it("are not told behind an event that is none", async () => {
    const id = await endedRun();

    const answer = await ask(shared.api, `/v1/runs/${id}/events`, {
      headers: { "last-event-id": "999999" },
    });

    expect(answer).toEqual(problem(400, "API_INVALID_QUERY"));
  });

  it("are not told of a run that is not there", async () => {
    expect(await ask(shared.api, "/v1/runs/nobody/events")).toEqual(
      problem(404, "API_UNKNOWN_RUN"),
    );
  });

  it("are announced to whoever asks for the head alone", async () => {
    const id = await waitingRun();

    const answer = await ask(shared.api, `/v1/runs/${id}/events`, { method: "HEAD" });

    await shared.worker.client.cancel(id);
    expect(answer).toMatchObject({ status: 200, text: "" });
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream\b/);
  });
});

/** Counts who follows runs. */
class CountingClient extends SignalboxClient {
  following = 0;

  override async *follow(id: string, options: FollowOptions): AsyncGenerator<FollowedEvents> {
    this.following += 1;
    try {
      yield* super.follow(id, options);
    } finally {
      this.following -= 1;
    }
  }
}

describe("an API with event streams", () => {
  it("reads a run once for all, and no more when all have hung up", async () => {
    const { temporal, taskQueue } = shared.worker;
    const client = new CountingClient({ temporal: temporal.client, taskQueue });
    const api = await startApi({
      client,
      graphs: fixtureGraphs,
      port: 0,
      onNotice: () => undefined,
    });
    const id = await waitingRun();
    const url = `${api.url}/v1/runs/${id}/events`;

    const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(url)));
    await Promise.all(streams.map((stream) => takeUntil(stream, "step.waiting")));
    const { following } = client;
    for (const stream of streams) stream.close();
    while (client.following > 0) await new Promise(setImmediate);

    expect(following).toBe(1);
    await api.stop();
    await client.cancel(id);
  });

  it("ends them when it stops, with runs still going", async () => {
    const { client } = shared.worker;
    const api = await startApi({
      client,
      graphs: fixtureGraphs,
      port: 0,
      onNotice: () => undefined,
    });
    const id = await waitingRun();
    const stream = await openStream(`${api.url}/v1/runs/${id}/events`);
    const taken = takeAll(stream);

    await api.stop();

    expect((await taken).map(({ type }) => type)).toContain("run.started");
    expect(await client.summary(id)).toMatchObject({ status: "running" });
    await client.cancel(id);
  });
});
