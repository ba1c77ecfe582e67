import type { History } from "../../client/trail/history-event.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { deferred } from "../harness/deferred.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const base = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return step === "draft" ? { value: { text: "Freeze it." } } : { value: { fit: true } };
});
const [simulated] = base.providers;
if (simulated === undefined) throw new Error("The configuration has no provider");

/** What the local activities of a run gave back. */
function readRoutes({ events }: History): readonly unknown[] {
  const decoder = new TextDecoder();
  return (events ?? [])
    .flatMap((event) => Object.entries(event.markerRecordedEventAttributes?.details ?? {}))
    .filter(([name]) => name === "result")
    .flatMap(([, { payloads }]) => payloads ?? [])
    .map(({ data }): unknown => JSON.parse(decoder.decode(data ?? undefined)));
}

describe("a worker", () => {
  it("asks its providers for their models, and records what is known of them in each route", async () => {
    const asked = deferred();
    const provider = {
      ...simulated,
      describeModel: () => ({ capabilities: { contextWindow: 9_000, vision: true } }),
      listModels: async () => {
        asked.resolve();
        return [{ model: "first", capabilities: { maxOutputTokens: 500 } }];
      },
    };
    const config = {
      ...base,
      providers: [provider],
      models: {
        small: { models: ["simulated/small"], retryOn: [] },
        writer: ["simulated/first", "simulated/second"],
      },
    } as const;

    const history = await withWorker({ config }, async ({ client, temporal }) => {
      await asked.promise;
      const id = await client.start(threeSteps, { body: "My card is gone" });
      await client.result(threeSteps, id);
      return temporal.client.workflow.getHandle(id).fetchHistory();
    });

    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    const small = {
      model: "simulated/small",
      alias: "small",
      retryOn: [],
      price,
      contextWindow: 9_000,
    };
    const writer = { alias: "writer", contextWindow: 9_000 };
    expect(readRoutes(history)).toMatchObject([
      { step: "triage", candidates: [small] },
      {
        step: "draft",
        candidates: [
          { ...writer, model: "simulated/first", maxOutputTokens: 500 },
          { ...writer, model: "simulated/second", price },
        ],
      },
      { step: "review", candidates: [small] },
    ]);
    expect(JSON.stringify(readRoutes(history))).not.toContain("vision");
  });
});
