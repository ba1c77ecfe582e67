import { processMetrics } from "../../worker/telemetry/process-metrics.ts";
import { PatientSink } from "../../worker/trail/patient-sink.ts";
import { SinkFailures } from "../../worker/trail/sink-failures.ts";
import { memorySink } from "../harness/memory-sink.ts";

const TRAIL = { workspace: "acme", run: "acme.one", records: [] };

/** What a scrape says of failures, by sink. */
async function failures(): Promise<readonly string[]> {
  const text = await processMetrics().work.registry.metrics();
  return text.split("\n").filter((line) => line.startsWith("signalbox_audit_sink_failures_total"));
}

describe("metrics of the audit trail", () => {
  it("count a sink that fails, at the end of a run and in a look, where somebody reads them", async () => {
    const away = memorySink("away");
    away.isAway = true;
    const write = (): Promise<void> => away.write("acme", []);
    const options = { onWarning: () => {}, now: () => 0 };

    await new PatientSink(away, options).write([TRAIL]);
    const unread = await failures();
    const stop = processMetrics().beginCounting();
    await new PatientSink(away, options).write([TRAIL]);
    await new SinkFailures().watch(away, write);
    stop();

    expect(unread).toEqual([]);
    expect(await failures()).toEqual([`signalbox_audit_sink_failures_total{sink="away"} 2`]);
  });
});
