/** What the log of an API keeps to itself: keys, prompts and replies, of a run that really goes through. */

import { pino } from "pino";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import { startApi } from "../../api/start-api.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { ask, clientWithoutTemporal, problem, withApi } from "../harness/api.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const graphs = collectGraphs(fixtures, "test/fixtures/graphs.ts");
const PROMPT = "prompt-canary-4711";
const REPLY = "reply-canary-4711";
const QUERY = "query-canary-4711";

const config = simulatedConfig(({ step }) =>
  step === "triage"
    ? { value: { kind: "card" } }
    : { value: step === "draft" ? { text: REPLY } : { fit: true } },
);

it("has the run and who started it, but no key, prompt, reply, query or address", async () => {
  const { key, entry } = makeKey({ id: "ci", workspace: "acme", scopes: ["run", "read"] });
  const lines: string[] = [];
  const logger = pino({ level: "trace" }, { write: (line) => void lines.push(line) });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify({ body: PROMPT });

  const texts = await withWorker({ config }, ({ client }) =>
    withApi({ client, graphs, logger, authenticator: apiKeys([entry]) }, async (api) => {
      const path = "/v1/graphs/threeSteps/runs";
      const run = await ask(api, `${path}?wait=30`, { method: "POST", headers, body });
      const location = run.headers.get("location") ?? "";
      const read = await ask(api, location, { headers });
      await ask(api, `${path}?x=${QUERY}`, { method: "POST", headers, body });
      await ask(api, path, { method: "POST", headers, body: `{"${PROMPT}` });
      await ask(api, path, { method: "POST", headers, body: `{"x":"${PROMPT}"}` });
      return { run: run.text, read: read.text, location };
    }),
  );

  const log = lines.join("");
  const id = decodeURIComponent(texts.location.slice("/v1/runs/".length));
  expect(texts.read).toContain('"status":"completed"');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ status: 200, caller: "ci", run: id }),
    expect.objectContaining({ status: 200, caller: "ci", run: id, route: "/v1/runs/{id}" }),
    expect.objectContaining({ status: 400, code: "API_INVALID_QUERY" }),
    expect.objectContaining({ status: 400, code: "API_INVALID_JSON" }),
    expect.objectContaining({ status: 422, code: "API_INVALID_INPUT" }),
  ]);
  for (const secret of [key, entry.sha256, PROMPT, REPLY, QUERY, "127.0.0.1", "Bearer"]) {
    expect(log).not.toContain(secret);
  }
});

it("is ready beside a Temporal that answers, and not without", async () => {
  await withWorker({ config }, ({ client }) =>
    withApi({ client }, async (api) => {
      expect(await ask(api, "/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
    }),
  );
  const api = await startApi({
    client: clientWithoutTemporal(),
    graphs,
    port: 0,
    onNotice: () => undefined,
  });
  const answer = await ask(api, "/readyz");
  await api.stop();

  expect(answer).toEqual(problem(503, "API_NOT_READY"));
});
