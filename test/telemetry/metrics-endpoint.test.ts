import { threeSteps } from "../fixtures/graphs.ts";
import { ask, withApi } from "../harness/api.ts";
import { openGate } from "../harness/open-gate.ts";
import {
  simulatedConfig,
  withWorker,
  type GraphModule,
  type TestWorker,
} from "../harness/temporal.ts";
import { bundleTraced } from "../harness/traced.ts";

const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "draft" ? { text: "text" } : { fit: true } };
});

let traced: GraphModule;

beforeAll(async () => {
  traced = await bundleTraced();
});

function beside(
  telemetry: { readonly metricsPort?: number },
  body: (worker: TestWorker) => Promise<void>,
): Promise<void> {
  return withWorker(
    { config: { ...config, telemetry }, module: traced, liveSignals: openGate() },
    body,
  );
}

async function runOnce({ client }: TestWorker): Promise<void> {
  await client.run(threeSteps, { body: "hello" }, { workspace: "acme" });
}

describe("GET /metrics of a worker", () => {
  it("has its work, its models and its process, and asks for no key", () =>
    beside({ metricsPort: 0 }, async (worker) => {
      await runOnce(worker);

      const response = await fetch(worker.metricsUrl ?? "");
      const text = await response.text();

      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(text).toMatch(
        /^signalbox_attempts_total\{graph="threeSteps",step="draft",model="simulated\/first",outcome="completed"\} 1$/m,
      );
      expect(text).toMatch(
        /^signalbox_cost_usd_total\{workspace="acme",graph="threeSteps",step="triage",/m,
      );
      expect(text).toMatch(
        /^signalbox_runs_total\{graph="threeSteps",workspace="acme",status="completed"\} 1$/m,
      );
      expect(text).toMatch(
        /^signalbox_model_breaker_state\{model="simulated\/small",provider="simulated"\} 0$/m,
      );
      expect(text).toMatch(/^process_cpu_seconds_total /m);
      expect(namesDescribedTwice(text)).toEqual([]);
    }));

  it("is all that is there", () =>
    beside({ metricsPort: 0 }, async ({ metricsUrl = "" }) => {
      const other = await fetch(metricsUrl.replace("/metrics", "/"));
      const post = await fetch(metricsUrl, { method: "POST", body: "{}" });

      expect([other.status, post.status]).toEqual([404, 405]);
    }));

  it("is not there by default", () =>
    beside({}, async ({ metricsUrl }) => {
      expect(metricsUrl).toBeUndefined();
    }));
});

it("GET /metrics of the API has the work of the worker beside it", () =>
  beside({}, (worker) =>
    withApi({ client: worker.client }, async (api) => {
      await runOnce(worker);

      const { text } = await ask(api, "/metrics");

      expect(text).toMatch(
        /^gen_ai_client_operation_duration_seconds_count\{.*gen_ai_request_model="small"\} \d+$/m,
      );
      expect(text).toMatch(/^signalbox_api_open_event_streams 0$/m);
      expect(namesDescribedTwice(text)).toEqual([]);
    }),
  ));

/** Prometheus refuses a whole scrape for one. */
function namesDescribedTwice(text: string): readonly string[] {
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
