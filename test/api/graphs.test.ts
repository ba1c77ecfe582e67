/** The graphs over HTTP. Nothing of it asks Temporal. */

import { graphDetailsSchema, graphListSchema } from "../../api/answers/graph.ts";
import { startApi, type Api } from "../../api/start-api.ts";
import { everyVerb, threeSteps } from "../fixtures/graphs.ts";
import { pledge } from "../fixtures/versions/both.ts";
import { ask, clientWithoutTemporal, problem } from "../harness/api.ts";
import { beSilent } from "../harness/runs-api.ts";

const graphs = new Map([everyVerb, threeSteps, pledge].map((graph) => [graph.id, graph]));

let api: Api;

beforeAll(async () => {
  api = await startApi({ client: clientWithoutTemporal(), graphs, port: 0, onNotice: beSilent });
});

afterAll(() => api.stop());

describe("the list of graphs", () => {
  it("has every version, and nothing that its schema does not know", async () => {
    const answer = await ask(api, "/v1/graphs");

    expect(answer.status).toBe(200);
    const { graphs: listed } = graphListSchema.parse(answer.body);
    expect({ graphs: listed }).toEqual(answer.body);
    expect(listed.map(({ id, version }) => `${id} ${version}`)).toEqual([
      "everyVerb 2",
      "threeSteps 1",
      "pledge 2",
      "pledge 1",
    ]);
  });
});

describe("a graph", () => {
  it("has its schemas, its data form, its drawing and where it is started", async () => {
    const answer = await ask(api, "/v1/graphs/threeSteps");

    expect(answer.status).toBe(200);
    expect(graphDetailsSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.body).toMatchObject({
      id: "threeSteps",
      version: "1",
      versions: ["1"],
      fingerprint: threeSteps.fingerprint,
      input: { type: "object", required: ["body"] },
      output: { type: "object", properties: { fit: { type: "boolean" } } },
      graph: JSON.parse(JSON.stringify(threeSteps)),
      mermaid: threeSteps.toMermaid(),
      links: {
        self: "/v1/graphs/threeSteps?version=1",
        runs: "/v1/graphs/threeSteps/runs?version=1",
      },
    });
  });

  it.each([
    ["", "2"],
    ["?version=2", "2"],
    ["?version=1", "1"],
  ])("is given, with %j, in version %s", async (query, version) => {
    const answer = await ask(api, `/v1/graphs/pledge${query}`);

    expect(answer).toMatchObject({ status: 200, body: { version, versions: ["2", "1"] } });
  });

  it("is answered with 404 for a version that there is not", async () => {
    const answer = await ask(api, "/v1/graphs/pledge?version=9");

    expect(answer).toEqual(problem(404, "API_UNKNOWN_VERSION"));
  });

  it.each(["nope", "__proto__", "constructor", "Pledge", "a%2Fb", "%0D%0A"])(
    "is answered with 404 for the name %s, and those there are",
    async (name) => {
      const answer = await ask(api, `/v1/graphs/${name}`);

      expect(answer).toEqual(problem(404, "API_UNKNOWN_GRAPH", { graphs: [...graphs.keys()] }));
    },
  );
});
