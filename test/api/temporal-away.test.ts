/** What the API answers while Temporal is away, with a Temporal server of the test's own that is stopped. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { startDevServer } from "../../worker/dev-server.ts";
import { SEARCH_ATTRIBUTE_KEYS } from "../../worker/register-search-attributes.ts";
import { openTemporal } from "../../worker/temporal.ts";
import { ask, problem, withApi } from "../harness/api.ts";
import { fixtureGraphs, post, textOf } from "../harness/runs-api.ts";

const RUNS = "/v1/graphs/threeSteps/runs";
const TICKET = { body: "My card is gone" };

/** Tells when a run is waited for. */
class WatchedClient extends SignalboxClient {
  onWait: () => void = () => undefined;

  override waitUntilClosed(id: string, timeoutMs?: number): Promise<boolean> {
    const waiting = super.waitUntilClosed(id, timeoutMs);
    this.onWait();
    return waiting;
  }
}

describe("Temporal that goes away in the middle of a wait", () => {
  it("is answered with 503, when to ask again, and where the run is, which goes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalbox-away-"));
    const options = {
      databaseFile: join(folder, "temporal.db"),
      searchAttributes: SEARCH_ATTRIBUTE_KEYS,
    };
    const server = await startDevServer(options);
    const temporal = await openTemporal({ env: { TEMPORAL_ADDRESS: server.address } });
    const client = new WatchedClient({ temporal: temporal.client, taskQueue: "nobody" });
    client.onWait = () => void server.stop();

    const lost = await withApi({ client, graphs: fixtureGraphs }, (api) =>
      post(api, `${RUNS}?wait=60`, TICKET),
    );
    await temporal.close();
    await server.stop();
    const again = await startDevServer(options);
    const runId = textOf(lost, "runId");
    const run = await again.environment.client.workflow.getHandle(runId).describe();
    await again.stop();

    expect(lost).toEqual(
      problem(503, "API_TEMPORAL_UNAVAILABLE", {
        runId: expect.stringMatching(/^default\.threeSteps-/),
        links: expect.objectContaining({ self: `/v1/runs/${runId}` }),
      }),
    );
    expect(lost.headers.get("retry-after")).toBe("5");
    expect(run).toMatchObject({ type: "threeSteps", status: { name: "RUNNING" } });
  });
});

describe("the API without Temporal", () => {
  it("answers 503 to whatever is about runs, and goes on with what needs no Temporal", async () => {
    const server = await startDevServer({ searchAttributes: [] });
    const temporal = await openTemporal({ env: { TEMPORAL_ADDRESS: server.address } });
    const client = new SignalboxClient({ temporal: temporal.client });
    await server.stop();

    const [refused, answered] = await withApi({ client, graphs: fixtureGraphs }, (api) =>
      Promise.all([
        Promise.all([
          ask(api, "/v1/runs"),
          ask(api, "/v1/runs/any"),
          ask(api, "/v1/runs/any/audit"),
          post(api, "/v1/runs/any/cancel"),
          post(api, "/v1/runs/any/approvals/signoff", { decision: true }),
          post(api, "/v1/runs/any/events/paid", { event: true }),
          post(api, RUNS, TICKET),
          post(api, `${RUNS}?wait=1`, TICKET),
        ]),
        Promise.all([ask(api, "/healthz"), ask(api, "/v1/graphs"), ask(api, "/v1/graphs/refined")]),
      ]),
    );
    await temporal.close();

    for (const answer of refused) {
      expect(answer).toEqual(problem(503, "API_TEMPORAL_UNAVAILABLE"));
      expect(answer.headers.get("retry-after")).toBe("5");
    }
    expect(answered.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
