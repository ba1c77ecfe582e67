/** The API with several versions of a graph. No worker: what is started waits. */

import { startApi, type Api } from "../../api/start-api.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import type { Temporal } from "../../worker/temporal.ts";
import * as both from "../fixtures/versions/both.ts";
import { pledgeV1, pledgeV2 } from "../fixtures/versions/pledges.ts";
import { openTestTemporal } from "../harness/temporal.ts";

let temporal: Temporal;
let api: Api;

beforeAll(async () => {
  temporal = await openTestTemporal();
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody" });
  api = await startApi({ client, graphs: collectGraphs(both, "both.ts"), port: 0 });
});

afterAll(async () => {
  await api.stop();
  await temporal.close();
});

async function start(query: string): Promise<Response> {
  return fetch(`${api.url}/v1/graphs/pledge/runs${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Ann" }),
  });
}

describe("the API", () => {
  it("lists every version, the newest first", async () => {
    const answer = await fetch(`${api.url}/v1/graphs`);

    expect(await answer.json()).toEqual({
      graphs: [pledgeV2, pledgeV1].map((graph): unknown => JSON.parse(JSON.stringify(graph))),
    });
  });

  it.each([
    ["", "2"],
    ["?version=2", "2"],
    ["?version=1", "1"],
  ])("starts, with %j, version %s", async (query, version) => {
    const answer = await start(query);

    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ graph: "pledge", version });
  });

  it.each(["?version=9", "?version=", "?version=__proto__"])(
    "answers 404 to %s, and names the versions there are",
    async (query) => {
      const answer = await start(query);

      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({
        code: "API_UNKNOWN_VERSION",
        detail: expect.stringContaining(`(it has: "2", "1")`),
      });
    },
  );
});
