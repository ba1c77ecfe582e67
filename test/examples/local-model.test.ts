/** The support graph on a real model, on a real Temporal server: real tokens, real latency, poor texts that fit. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import * as graphs from "../../examples/support/graphs.ts";
import type { InputOf } from "../../graph/graph.ts";
import type { Provider } from "../../plugins/contract.ts";
import { defineConfig } from "../../worker/config.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { fetchLocalModel, FETCH_TIMEOUT_MS, realLocal } from "../harness/local-model.ts";
import { withWorker } from "../harness/temporal.ts";

const SUPPORT = join(__dirname, "../../examples/support");

const KINDS = ["card", "transfer", "top_up", "cash", "exchange", "fee", "account", "other"];
const Result = z.strictObject({ kind: z.enum(KINDS), text: z.string() });

const tickets: readonly InputOf<typeof graphs.support>[] = readFileSync(
  join(SUPPORT, "tickets.jsonl"),
  "utf8",
)
  .trim()
  .split("\n")
  .slice(0, 2)
  .map((line) => JSON.parse(line));

let provider: Provider;

beforeAll(async () => {
  const model = await fetchLocalModel();
  provider = realLocal({ model, name: "smollm2", contextSize: 2_048, maxStringLength: 120 });
}, FETCH_TIMEOUT_MS);

afterAll(() => provider.close?.());

describe("the support example on a local model", () => {
  it("runs its three model steps, with replies that fit and tokens that were counted", async () => {
    const config = defineConfig({
      providers: [provider],
      models: { small: ["local/smollm2"], writer: ["local/smollm2"] },
    });
    const bundle = await bundleGraphs(pathToFileURL(join(SUPPORT, "graphs.ts")), FROM_SOURCES);
    await provider.health?.();

    const runs = await withWorker({ config, module: { graphs, bundle } }, ({ client }) =>
      Promise.all(
        tickets.map(async (ticket) => {
          const id = await client.start(graphs.support, ticket);
          await client.waitUntilClosed(id);
          return client.get(id);
        }),
      ),
    );

    expect(runs.map(({ status, error }) => [status, error])).toEqual(
      tickets.map(() => ["completed", undefined]),
    );
    for (const { result, attempts } of runs) {
      expect(Result.safeParse(result).success).toBe(true);
      expect(attempts.map(({ step, model }) => [step, model])).toEqual([
        ["triage", "local/smollm2"],
        ["draft", "local/smollm2"],
        ["review", "local/smollm2"],
      ]);
      for (const { durationMs, inputTokens, outputTokens } of attempts) {
        expect(durationMs).toBeGreaterThan(0);
        expect(inputTokens).toBeGreaterThan(50);
        expect(outputTokens).toBeGreaterThan(3);
      }
    }
  }, 180_000);
});
