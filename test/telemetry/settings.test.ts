import { isWatched, readTelemetrySettings } from "../../worker/telemetry/settings.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

describe("telemetry", () => {
  it("is off where nothing is set", () => {
    const settings = readTelemetrySettings({}, {});

    expect(isWatched(settings)).toBe(false);
    expect(settings).toMatchObject({ traces: false, otlpMetrics: false, content: false });
  });

  it.each([
    [ENDPOINT, true, true],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: "true" }, false, false],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" }, false, true],
    [{ ...ENDPOINT, OTEL_METRICS_EXPORTER: "none" }, true, false],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" }, true, false],
    [{ OTEL_TRACES_EXPORTER: "otlp" }, true, false],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" }, true, true],
  ])("hears the standard variables %j", (env, traces, otlpMetrics) => {
    expect(readTelemetrySettings({}, env)).toMatchObject({ traces, otlpMetrics });
  });

  it("is turned on by a configuration, which wins", () => {
    const settings = readTelemetrySettings(
      { endpoint: "http://collector:4318/", metricsPort: 9464, content: false },
      { SIGNALBOX_METRICS_PORT: "1", SIGNALBOX_TELEMETRY_CONTENT: "true" },
    );

    expect(settings).toMatchObject({
      traces: true,
      endpoint: "http://collector:4318",
      content: false,
      metricsServer: { host: "127.0.0.1", port: 9464 },
    });
  });

  it("opens a port for metrics to this machine only, unless it is told otherwise", () => {
    const { metricsServer } = readTelemetrySettings({}, { SIGNALBOX_METRICS_PORT: "9464" });
    const everywhere = { SIGNALBOX_METRICS_PORT: "9464", SIGNALBOX_METRICS_HOST: "0.0.0.0" };

    expect(metricsServer).toEqual({ host: "127.0.0.1", port: 9464 });
    expect(readTelemetrySettings({}, everywhere).metricsServer?.host).toBe("0.0.0.0");
  });

  it.each([
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: "zipkin" },
    { SIGNALBOX_METRICS_PORT: "http" },
    { SIGNALBOX_METRICS_PORT: "70000" },
  ])("refuses what it does not speak: %j", (env) => {
    expect(() => readTelemetrySettings({}, env)).toThrow(
      expect.objectContaining({ code: "VARIABLE_INVALID" }),
    );
  });
});
