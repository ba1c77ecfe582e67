/** Records as OpenTelemetry's log records, over the wire. */

import { otelLogsSink, type OtelLogsSinkOptions } from "../../../plugins/sinks/otel-logs.ts";
import type { Sink } from "../../../plugins/contract.ts";
import { recordOf } from "../../../testing/trails/subject.ts";
import { startFakeCollector, type FakeCollector } from "../../harness/fake-collector.ts";

let collector: FakeCollector;
let sink: Sink | undefined;

beforeEach(async () => {
  collector = await startFakeCollector();
});

afterEach(async () => {
  await sink?.close?.();
  await collector.stop();
});

function open(options: OtelLogsSinkOptions = {}): Sink {
  sink = otelLogsSink({ url: collector.url, env: {}, ...options });
  return sink;
}

const record = recordOf({
  workspace: "acme",
  run: "acme.support-1",
  event: 7,
  attributes: {
    "gen_ai.request.model": "openai/gpt-5-mini",
    "gen_ai.usage.input_tokens": 120,
    "signalbox.score": 0.5,
    "signalbox.is_used": true,
    "signalbox.excluded": ["a", "b"],
  },
});

it("sends a record as a log record, with its attributes", async () => {
  await open({ serviceName: "support" }).write("acme", [record]);

  expect(collector.requests).toEqual(["POST /v1/logs"]);
  expect(collector.bodies).toEqual([
    {
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "support" } }] },
          scopeLogs: [
            {
              scope: { name: "signalbox.audit" },
              logRecords: [
                {
                  timeUnixNano: "1767226020000000000",
                  observedTimeUnixNano: "1767226020000000000",
                  severityNumber: 9,
                  severityText: "INFO",
                  eventName: "signalbox.attempt.ended",
                  body: { stringValue: "attempt.ended" },
                  attributes: [
                    { key: "gen_ai.request.model", value: { stringValue: "openai/gpt-5-mini" } },
                    { key: "gen_ai.usage.input_tokens", value: { intValue: "120" } },
                    { key: "signalbox.score", value: { doubleValue: 0.5 } },
                    { key: "signalbox.is_used", value: { boolValue: true } },
                    {
                      key: "signalbox.excluded",
                      value: {
                        arrayValue: { values: [{ stringValue: "a" }, { stringValue: "b" }] },
                      },
                    },
                    { key: "signalbox.record.id", value: { stringValue: "acme.support-1#7" } },
                    { key: "signalbox.record.type", value: { stringValue: "attempt.ended" } },
                    { key: "signalbox.workspace", value: { stringValue: "acme" } },
                    { key: "signalbox.run", value: { stringValue: "acme.support-1" } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
});

it.each([
  [
    "OpenTelemetry's variables",
    (url: string) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b,x-other=c=d",
    }),
    "/v1/logs",
  ],
  [
    "its variable for logs",
    (url: string) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://other",
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${url}/own`,
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: "x-key=a%20b",
    }),
    "/own",
  ],
])("goes where %s say", async (_name, env, path) => {
  sink = otelLogsSink({ env: env(collector.url) });
  await sink.write("acme", [record]);

  expect(collector.requests).toEqual([`POST ${path}`]);
  expect(collector.headers[0]).toMatchObject({ "x-key": "a b" });
});

it.each([
  [503, "SINK_AWAY"],
  [429, "SINK_AWAY"],
  [401, "SINK_REFUSES"],
  [404, "SINK_REFUSES"],
])("says what HTTP %d means", async (status, code) => {
  collector.status = status;

  await expect(open().write("acme", [record])).rejects.toMatchObject({ code });
});

it("tells of records that a collector has refused for good, and does not send them again", async () => {
  collector.answer = { partialSuccess: { rejectedLogRecords: "1", errorMessage: "too old" } };
  const told: string[] = [];

  await open({ onProblem: (message) => told.push(message) }).write("acme", [record]);

  expect(told).toEqual([expect.stringContaining("has refused 1 of 1 records")]);
});

it("says that nobody listens, and shows no address and no header", async () => {
  const { url } = collector;
  await collector.stop();

  const error: unknown = await open({ url, headers: { "x-key": "canary" } })
    .write("acme", [record])
    .catch((caught: unknown) => caught);

  expect(error).toMatchObject({ code: "SINK_AWAY" });
  expect(String(error)).not.toMatch(/127\.0\.0\.1|canary/);
  collector = await startFakeCollector();
});

it.each(["", "ftp://host", "host:4318"])("refuses the address %j", (url) => {
  expect(() => otelLogsSink({ url, env: {} })).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
