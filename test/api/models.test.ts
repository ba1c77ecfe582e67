/** How the models are, over HTTP, from signals fed by hand. */

import type { Api } from "../../api/start-api.ts";
import { withApi } from "../harness/api.ts";
import { answer, fail, signalsAt, silentProvider, statusOf } from "../harness/fed-signals.ts";

const NOW = Date.parse("2026-11-25T12:00:00.000Z");
const CONFIG = {
  providers: [silentProvider("a"), silentProvider("b")],
  models: { writer: ["a/one", "b/two"] },
  prices: { "a/one": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
};

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads the text form, strictly: a line that is neither comment nor sample is an error. Leaves out what is not about models.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
function parseMetrics(text: string): {
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;
} {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const comment = /^# (HELP|TYPE) ([a-z0-9_]+) (.+)$/.exec(line);
    if (comment?.[1] === "TYPE" && isOfModels(comment[2]))
      types.set(comment[2] ?? "", comment[3] ?? "");
    if (comment) continue;
    const sample = /^([a-z0-9_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+)\})? (\S+)$/.exec(line);
    if (sample === null) throw new Error(`no line of Prometheus: ${line}`);
    const [, name = "", labels = "", value = ""] = sample;
    if (!isOfModels(name)) continue;
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\\n]|\\.)*)"/g)];
    samples.push({
      name,
      labels: Object.fromEntries(pairs.map(([, label, raw = ""]) => [label, unescape(raw)])),
      value: Number(value),
    });
  }
  return { samples, types };
}

function isOfModels(name = ""): boolean {
  return /^signalbox_(?:model|provider)_/.test(name);
}

/** Percentiles are right to within 4 %. */
function near(value: number): unknown {
  return expect.closeTo(value, value < 1 ? 1 : -1);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (_all, letter: string) => (letter === "n" ? "\n" : letter));
}

async function scrape({ url }: Api): Promise<ReturnType<typeof parseMetrics>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  return parseMetrics(await response.text());
}

describe("GET /v1/models", () => {
  it("lists what the worker beside it knows at that moment", async () => {
    const signals = signalsAt(() => NOW);
    const models = () => statusOf(CONFIG, signals);

    await withApi({ models }, async ({ url }) => {
      const before: unknown = await (await fetch(`${url}/v1/models`)).json();
      answer(signals, "a/one");
      fail(signals, "b/two", "unavailable", 5);
      const response = await fetch(`${url}/v1/models`);
      const after: unknown = await response.json();

      expect(before).toMatchObject({
        models: [
          { model: "a/one", health: { calls: 0 } },
          { model: "b/two", health: { calls: 0 } },
        ],
      });
      expect(response.headers.get("content-type")).toMatch(/^application\/json\b/);
      expect(after).toEqual({ models: models() });
      expect(after).toMatchObject({
        models: [
          {
            model: "a/one",
            aliases: ["writer"],
            price: { inputUsdPerMTok: 1 },
            health: { calls: 1, successRate: 1, breaker: { state: "closed" } },
          },
          {
            model: "b/two",
            health: {
              successRate: 0,
              failures: { unavailable: 5 },
              breaker: { state: "open", blockedUntil: "2026-11-25T12:00:05.000Z" },
            },
            providerBreaker: { state: "closed" },
          },
        ],
      });
    });
  });
});

describe("GET /metrics", () => {
  it("has each model's signals in Prometheus' text form, in its base units", async () => {
    const signals = signalsAt(() => NOW);
    answer(signals, "a/one", { limits: { tokens: { limit: 4, remaining: 3 } } });
    fail(signals, "a/one", "content_filtered");
    fail(signals, "b/two", "unavailable", 5);

    await withApi({ models: () => statusOf(CONFIG, signals) }, async (api) => {
      const { samples } = await scrape(api);

      const one = { model: "a/one", provider: "a" };
      const two = { model: "b/two", provider: "b" };
      const [half, most] = [{ quantile: "0.5" }, { quantile: "0.95" }];
      expect(samples).toEqual([
        { name: "signalbox_model_breaker_state", labels: one, value: 0 },
        { name: "signalbox_model_breaker_state", labels: two, value: 2 },
        { name: "signalbox_model_calls", labels: one, value: 2 },
        { name: "signalbox_model_calls", labels: two, value: 5 },
        { name: "signalbox_model_success_ratio", labels: one, value: 1 },
        { name: "signalbox_model_success_ratio", labels: two, value: 0 },
        {
          name: "signalbox_model_failures",
          labels: { ...one, kind: "content_filtered" },
          value: 1,
        },
        { name: "signalbox_model_failures", labels: { ...two, kind: "unavailable" }, value: 5 },
        {
          name: "signalbox_model_first_token_seconds",
          labels: { ...one, ...half },
          value: near(0.2),
        },
        {
          name: "signalbox_model_first_token_seconds",
          labels: { ...one, ...most },
          value: near(0.2),
        },
        { name: "signalbox_model_latency_seconds", labels: { ...one, ...half }, value: near(0.98) },
        { name: "signalbox_model_latency_seconds", labels: { ...one, ...most }, value: near(0.98) },
        { name: "signalbox_model_tokens_per_second", labels: { ...one, ...half }, value: near(50) },
        { name: "signalbox_model_tokens_per_second", labels: { ...one, ...most }, value: near(50) },
        { name: "signalbox_model_headroom_ratio", labels: one, value: 0.75 },
        { name: "signalbox_model_cost_usd", labels: one, value: 0.002 },
        { name: "signalbox_provider_breaker_state", labels: { provider: "a" }, value: 0 },
        { name: "signalbox_provider_breaker_state", labels: { provider: "b" }, value: 0 },
      ]);
    });
  });

  it("says that all of them are gauges, and in which form it answers", async () => {
    await withApi({ models: () => [] }, async (api) => {
      const response = await fetch(`${api.url}/metrics`);
      const { types, samples } = parseMetrics(await response.text());

      expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      expect(types.size).toBe(10);
      expect([...new Set(types.values())]).toEqual(["gauge"]);
      expect(samples).toEqual([]);
    });
  });

  it("follows a breaker from open to half-open to closed, and forgets what is not there any more", async () => {
    let now = NOW;
    const signals = signalsAt(() => now);
    const states: unknown[] = [];

    await withApi({ models: () => statusOf(CONFIG, signals) }, async (api) => {
      const look = async (): Promise<void> => {
        const { samples } = await scrape(api);
        states.push(
          samples
            .filter(({ labels }) => labels["model"] === "b/two")
            .filter(({ name }) => /breaker|failures/.test(name))
            .map(({ value }) => value),
        );
      };
      fail(signals, "b/two", "unavailable", 5);
      await look();
      now += 5_000;
      await look();
      answer(signals, "b/two", { durationMs: 0 });
      await look();
      now += 2 * 60 * 60_000;
      await look();
    });

    expect(states).toEqual([[2, 5], [1, expect.closeTo(5, 0)], [0, expect.closeTo(5, 0)], [0]]);
  });

  it("escapes names of models, whatever a provider calls them", async () => {
    const model = 'a/we"ird\\one\ntwo';
    const models = { writer: [model] };

    await withApi(
      {
        models: () =>
          statusOf(
            { ...CONFIG, models },
            signalsAt(() => NOW),
          ),
      },
      async (api) => {
        const { samples } = await scrape(api);

        expect(samples[0]?.labels["model"]).toBe(model);
      },
    );
  });

  it("gives two scrapers at once the same, and two apps in one process each their own", async () => {
    const signals = signalsAt(() => NOW);
    answer(signals, "a/one");

    await withApi({ models: () => statusOf(CONFIG, signals) }, (api) =>
      withApi({ models: () => [] }, async (other) => {
        const [first, second, others] = await Promise.all([
          scrape(api),
          scrape(api),
          scrape(other),
        ]);

        expect(first.samples.length).toBeGreaterThan(5);
        expect(second).toEqual(first);
        expect(others.samples).toEqual([]);
      }),
    );
  });
});

describe("GET /v1/models beside no worker", () => {
  it("says that there is none", () =>
    withApi({}, async ({ url }) => {
      const response = await fetch(`${url}/v1/models`);

      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
      expect(await response.json()).toMatchObject({
        type: "urn:signalbox:error:API_NO_WORKER",
        code: "API_NO_WORKER",
        detail: expect.stringContaining("worker"),
        instance: "/v1/models",
      });
    }));
});

describe.each(["/v1/models", "/metrics"])("%s", (path) => {
  it("is only read", () =>
    withApi({ models: () => [] }, async ({ url }) => {
      const posted = await fetch(url + path, { method: "POST" });
      const head = await fetch(url + path, { method: "HEAD" });

      expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
      expect([head.status, await head.text()]).toEqual([200, ""]);
    }));

  it("hides what went wrong on our side, and tells the log", async () => {
    const failure = new Error("a provider's secret");
    const told: unknown[] = [];
    const models = (): never => {
      throw failure;
    };

    await withApi({ models, onInternalError: (error) => told.push(error) }, async ({ url }) => {
      const response = await fetch(url + path);

      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("secret");
      expect(told).toEqual([failure]);
    });
  });
});
