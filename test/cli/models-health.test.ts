/** The health of models on the command line: from a running API, from a Redis that workers share, and without either. */

import type { Api } from "../../api/start-api.ts";
import type { SignalExchange } from "../../plugins/contract.ts";
import { redisSignals } from "../../plugins/signals/redis.ts";
import type { ModelStatus } from "../../worker/model-status.ts";
import { openSignals } from "../../worker/open-signals.ts";
import { withApi } from "../harness/api.ts";
import { answer, fail, signalsAt, silentProvider, statusOf } from "../harness/fed-signals.ts";
import { withProject } from "../harness/project.ts";
import { describeWithRedis, startRedis, type RedisServer } from "../harness/redis-server.ts";
import { closedPort, startScriptedServer } from "../harness/scripted-server.ts";

const CANARY = "sk-canary-55e0";

/** Two vendors that say how they are, and one that cannot. */
const PROVIDERS = `
  import { ProviderError } from "signalbox/plugins";
  const generate = async () => { throw new Error("not called"); };
  export const providers = [
    { id: "a", generate, health: async () => {} },
    { id: "b", generate, health: async () => { throw new ProviderError("auth", "The key is not accepted."); } },
    { id: "c", generate, health: async () => { throw new TypeError("${CANARY}"); } },
    { id: "d", generate },
  ];
`;
const CONFIG = `
  import { defineConfig } from "signalbox/worker";
  import { providers } from "./providers.js";
  export default defineConfig({ providers, models: { writer: ["a/one", "b/two"] } });
`;
const SHARED = CONFIG.replace(
  "models:",
  'signals: redisSignals({ url: process.env.REDIS_URL, prefix: "test" }), models:',
).replace("import", 'import { redisSignals } from "signalbox/signals/redis";\nimport');
const files = { "signalbox.config.js": CONFIG, "providers.js": PROVIDERS };
const sharedFiles = { ...files, "signalbox.config.js": SHARED };

const PROVIDER_LINES = [
  "provider  now",
  expect.stringMatching(/^a {9}answers, after \d+(\.\d)? ms$/),
  "b         fails: The key is not accepted.",
  'c         fails: It failed with "TypeError".',
  "d         not known: its plugin has no check",
];

/** As the worker beside an API knows it. */
function learned(): readonly ModelStatus[] {
  const config = {
    providers: [silentProvider("a"), silentProvider("b")],
    models: { writer: ["a/one", "b/two"] },
  };
  const signals = signalsAt(() => Date.now());
  for (let call = 0; call < 9; call++) answer(signals, "a/one");
  answer(signals, "a/one", { limits: { requests: { limit: 8, remaining: 7 } } });
  fail(signals, "a/one", "rate_limited");
  fail(signals, "b/two", "auth");
  return statusOf(config, signals);
}

function portOf({ url }: Api): string {
  return new URL(url).port;
}

/** The lines of the models' table, without a last word on where they come from. */
function healthTable(output: string): readonly string[] {
  const [, , ...rows] = output.slice(output.indexOf("\n\n")).split("\n");
  return rows.slice(0, rows.indexOf("") + 1 || undefined);
}

describe("signalbox models --health", () => {
  it("shows how the providers are, and what the worker beside the API has learned", async () => {
    await withApi({ models: learned }, (api) =>
      withProject(
        files,
        async ({ signalbox }) => {
          const { exitCode, output } = await signalbox("models", "--health");

          expect(output.split("\n")).toEqual([
            ...PROVIDER_LINES,
            "",
            expect.stringMatching(
              /^model +aliases +breaker +calls +success +p50 \/ p95 +tok\/s +headroom +failures$/,
            ),
            expect.stringMatching(
              /^a\/one +writer +closed +11 +90\.9 % +(9\d\d ms|1\.0 s) \/ (9\d\d ms|1\.0 s) +(4[89]|5[012]) +87\.5 % +rate_limited 1$/,
            ),
            expect.stringMatching(
              /^b\/two +writer +open \(provider\), [1-5] s left +1 +0 % +- +- +- +auth 1$/,
            ),
            "",
            `From the API at ${api.url}: recent calls, of which older ones weigh less.`,
            "",
          ]);
          expect(exitCode).toBe(0);
        },
        { SIGNALBOX_PORT: portOf(api) },
      ),
    );
  });

  it("prints JSON for programs, all that the API says", async () => {
    const models = learned();

    await withApi({ models: () => models }, ({ url }) =>
      withProject(files, async ({ signalbox }) => {
        // Naming an API asks for health; a slash at its end does no harm.
        const { output } = await signalbox("models", "--api", `${url}/`, "--json");

        expect(JSON.parse(output)).toEqual({
          providers: [
            { provider: "a", status: "well", durationMs: expect.any(Number) },
            {
              provider: "b",
              status: "failing",
              durationMs: expect.any(Number),
              message: "The key is not accepted.",
            },
            {
              provider: "c",
              status: "failing",
              durationMs: expect.any(Number),
              message: 'It failed with "TypeError".',
            },
            { provider: "d", status: "unknown" },
          ],
          from: "api",
          models,
        });
      }),
    );
  });

  it("never shows what a provider throws that may hold a key", () =>
    withProject(
      files,
      async ({ signalbox }) => {
        const { output } = await signalbox("models", "--health");

        expect(output).toContain('c         fails: It failed with "TypeError".');
        expect(output).not.toContain(CANARY);
      },
      { SIGNALBOX_PORT: "1" },
    ));

  it("says plainly that there is neither an exchange nor an API, and still asks the providers", async () => {
    const port = String(await closedPort());

    await withProject(
      files,
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--health");
        const json = await signalbox("models", "--health", "--json");

        const lines = output.trim().split("\n");
        expect(lines.slice(0, -1)).toEqual(PROVIDER_LINES);
        expect(lines.at(-1)).toBe(
          'error CLI_API_UNREACHABLE: The configuration has no "signals" through which workers share what they learn. ' +
            `No API answers at http://127.0.0.1:${port}: ECONNREFUSED. Start one, or name it with --api.`,
        );
        expect(exitCode).toBe(0);
        expect(JSON.parse(json.output.slice(0, json.output.lastIndexOf("}") + 1))).toMatchObject({
          models: [],
          problem: { code: "CLI_API_UNREACHABLE" },
        });
      },
      { SIGNALBOX_PORT: port },
    );
  });

  it.each<[what: string, status: number, type: string, body: string]>([
    ["a page", 200, "text/html", `<h1>${CANARY}</h1>`],
    ["JSON that breaks off", 200, "application/json", `{"models":[{"model":"${CANARY}`],
    ["JSON of something else", 200, "application/json", `{"object":"list","data":["${CANARY}"]}`],
    ["models without health", 200, "application/json", `{"models":[{"model":"${CANARY}"}]}`],
    ["an error in front of it", 502, "text/html", CANARY],
    ["a good body with a bad status", 500, "application/json", `{"models":[]}`],
  ])("fails when the API it was told to ask gives %s, and does not quote it", async (...given) => {
    const [, status, type, body] = given;
    const server = await startScriptedServer((_request, response) => {
      response.writeHead(status, { "content-type": type }).end(body);
    });

    await withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("models", "--api", server.url);

      expect(output).toContain(
        `error CLI_NOT_AN_API: What answers at ${server.url} is no Signalbox`,
      );
      expect(output).toContain(`of status ${status}`);
      expect(output).not.toContain(CANARY);
      expect(output.split("\n").slice(0, 5)).toEqual(PROVIDER_LINES);
      expect(exitCode).toBe(1);
    });
    await server.stop();
    expect(server.requests).toEqual(["GET /v1/models"]);
  });

  it("fails when the API it was told to ask breaks off its answer", async () => {
    const server = await startScriptedServer((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
    });

    await withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("models", "--api", server.url);

      expect(output).toContain(`error CLI_API_UNREACHABLE: No API answers at ${server.url}: `);
      expect(exitCode).toBe(1);
    });
    await server.stop();
  });

  it("fails when the API it was told to ask has no worker beside it", () =>
    withApi({}, ({ url }) =>
      withProject(files, async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--api", url);

        expect(output).toContain(
          `error CLI_API_NO_WORKER: The API at ${url} runs without a worker`,
        );
        expect(exitCode).toBe(1);
      }),
    ));

  it.each(["nowhere", "ftp://127.0.0.1", "http://user:pass@127.0.0.1:8080"])(
    "refuses --api %s, and asks nobody",
    (url) =>
      withProject(files, async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--api", url);

        expect(output).toContain('Write it as "http://127.0.0.1:8080".');
        expect(output).not.toContain("provider  now");
        expect(exitCode).toBe(2);
      }),
  );
});

describeWithRedis("signalbox models --health, where workers share what they learn", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.stop());

  /** A busy machine may be slow: what is tested here is not how long a call waits. */
  function patientExchange(): SignalExchange {
    return redisSignals({ url: server.url, prefix: "test", timeoutMs: 10_000 });
  }

  async function readKept(): Promise<unknown> {
    const exchange = patientExchange();
    try {
      return await exchange.load?.();
    } finally {
      await exchange.close?.();
    }
  }

  it("shows what they kept in Redis, also of models that no alias names, and changes nothing", async () => {
    const worker = openSignals({ signals: patientExchange() });
    await worker.begin();
    for (let call = 0; call < 3; call++) answer(worker.live, "a/one");
    fail(worker.live, "x/other", "unavailable", 5);
    await worker.end();
    const before = await readKept();

    const { exitCode, output } = await withProject(
      sharedFiles,
      ({ signalbox }) => signalbox("models", "--health"),
      { REDIS_URL: server.url, SIGNALBOX_PORT: "1" },
    );
    const after = await readKept();

    expect(healthTable(output)).toEqual([
      expect.stringMatching(/^model +aliases /),
      expect.stringMatching(/^a\/one +writer +closed +(3|2\.\d) +100 % /),
      expect.stringMatching(/^b\/two +writer +closed +0 +- +- +- +- +-$/),
      expect.stringMatching(
        /^x\/other +- +(open, [1-5] s left|half-open) +(5|4\.\d) +0 % .* unavailable (5|4\.\d)$/,
      ),
      "",
    ]);
    expect(output).toContain("From the exchange of the configuration: recent calls");
    expect(exitCode).toBe(0);
    expect(before).toMatchObject({ models: [{ model: "a/one" }, { model: "x/other" }] });
    expect(after).toEqual(before);
  });

  it("asks the API where it is told to, whatever Redis holds", () =>
    withApi({ models: learned }, ({ url }) =>
      withProject(
        sharedFiles,
        async ({ signalbox }) => {
          const { output } = await signalbox("models", "--api", url);

          expect(output).toContain(`From the API at ${url}:`);
        },
        { REDIS_URL: server.url },
      ),
    ));
});

describe("signalbox models --health, with a Redis out of reach", () => {
  it("says that nothing is known of calls, and still asks the providers", async () => {
    const port = await closedPort();

    await withProject(
      sharedFiles,
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--health");

        expect(output).toContain("Nothing is known of calls: the exchange of the configuration");
        expect(output).toContain("ECONNREFUSED");
        expect(output).toContain("b         fails: The key is not accepted.");
        expect(exitCode).toBe(0);
      },
      { REDIS_URL: `redis://127.0.0.1:${port}` },
    );
  });
});
