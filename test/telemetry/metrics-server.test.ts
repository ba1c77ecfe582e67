import { serveMetrics, type MetricsServer } from "../../worker/telemetry/metrics-server.ts";

let server: MetricsServer;

beforeAll(async () => {
  server = await serveMetrics({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server.close());

describe("the metrics' own port", () => {
  it("serves the metrics", async () => {
    const response = await fetch(server.url);

    expect(response.headers.get("Content-Type")).toContain("text/plain");
    expect(await response.text()).toContain("process_cpu_seconds_total");
  });

  it("says that the process is well, and nothing more", async () => {
    const response = await fetch(new URL("/healthz", server.url));

    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  it("has nothing else", async () => {
    const asked = ["/", "/healthz/more", "/metricsx"].map((path) =>
      fetch(new URL(path, server.url)),
    );
    const written = await fetch(server.url, { method: "POST" });

    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(written.status).toBe(405);
  });
});
