import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { defineConfig, defineTool } from "../../worker/config.ts";
import { everyVerb, findAccount } from "../fixtures/every-verb.ts";
import { readAllAttempts, toComparable } from "../harness/compare-attempts.ts";
import { withWorker } from "../harness/temporal.ts";

const config = defineConfig({
  providers: [simulated({ replies })],
  models: { small: ["simulated/small"], writer: ["simulated/first", "simulated/second"] },
  tools: {
    findAccount: defineTool({
      ...findAccount,
      run: async ({ customer }) => ({ balance: customer.length * 100 }),
    }),
  },
  prices: {
    "simulated/small": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    "simulated/second": { inputUsdPerMTok: 3, outputUsdPerMTok: 4 },
  },
});

/** The first writer is down, one summary stalls, the check asks for a tool, the second review is content. */
function replies({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (model === "first") return { fail: "not_found" };
  if (step === "handling/refund/check") {
    return prompt.includes(`"balance"`)
      ? { value: { fair: true } }
      : { calls: [{ id: "call-1", tool: "findAccount", input: { customer: "Ann" } }] };
  }
  if (step.endsWith("/review")) {
    return { value: { good: prompt.includes("round 2"), problem: "too short" } };
  }
  if (step.startsWith("summaries[1]")) return { stall: true };
  if (step.startsWith("summaries")) return { text: `summary of ${step}` };
  return { value: { text: `text of ${step}` } };
}

describe("the graph with every verb", () => {
  it.each([
    ["a refund", { customer: "Ann", kind: "refund", lines: ["a", "b", "c"] }],
    ["a question", { customer: "Ann", kind: "question", lines: [] }],
    ["spam", { customer: "Bo", kind: "spam", lines: ["a"] }],
  ] as const)("gives the same on both hosts for %s", async (_name, { lines, ...input }) => {
    const given = { ...input, lines: [...lines] };

    const inProcess = await runInProcess(everyVerb, given, config);
    const onTemporal = await withWorker({ config }, async ({ client, temporal }) => {
      const id = await client.start(everyVerb, given);
      await client.waitUntilClosed(id);
      const { result, error } = await client.get(id);
      return { result, error, attempts: await readAllAttempts({ client, temporal }, id) };
    });

    expect(onTemporal.error).toEqual(inProcess.error);
    expect(onTemporal.result).toEqual(inProcess.result);
    expect(toComparable(onTemporal.attempts)).toEqual(toComparable(inProcess.attempts));
  });
});
