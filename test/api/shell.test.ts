/** What stands around every route: log, headers, limits, readiness and metrics. Without Temporal. */

import { pino, type Logger } from "pino";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import { ask, askWith, problem, withApi } from "../harness/api.ts";
import { sendRaw } from "../harness/raw-http.ts";

const keys = {
  one: makeKey({ id: "one", workspace: "acme", scopes: ["read"] }),
  two: makeKey({ id: "two", workspace: "acme", scopes: ["read"] }),
};
const authenticator = apiKeys([keys.one.entry, keys.two.entry]);

function from(address: string, key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}`, "x-forwarded-for": address } };
}

function collectLog(): { readonly logger: Logger; readonly lines: () => readonly unknown[] } {
  const lines: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
  return { logger, lines: () => lines.map((line): unknown => JSON.parse(line)) };
}

describe("the log", () => {
  it("has a line for each request, with its route and not its path", async () => {
    const { logger, lines } = collectLog();

    const answers = await withApi({ logger, authenticator }, async (api) => [
      await askWith(api, keys.one.key, "/v1/graphs"),
      await askWith(api, keys.one.key, "/v1/graphs?secret=4711"),
      await ask(api, "/v1/runs/my-secret-4711"),
      await ask(api, "/my-secret-4711"),
      await askWith(api, keys.one.key, "/v1/graphs/my-secret-4711/runs", "POST"),
    ]);

    const ids = answers.map(({ headers }) => headers.get("x-request-id"));
    const ms = expect.any(Number);
    const known = { caller: "one", workspace: "acme" };
    const facts = { level: 30, ms, msg: "request" };
    expect(lines()).toEqual([
      { ...facts, requestId: ids[0], method: "GET", route: "/v1/graphs", status: 200, ...known },
      {
        ...facts,
        requestId: ids[1],
        method: "GET",
        route: "/v1/graphs",
        status: 400,
        code: "API_INVALID_QUERY",
        ...known,
      },
      {
        ...facts,
        requestId: ids[2],
        method: "GET",
        route: "/v1/runs/{id}",
        status: 401,
        code: "API_UNAUTHENTICATED",
      },
      { ...facts, requestId: ids[3], method: "GET", status: 404, code: "API_NOT_FOUND" },
      expect.objectContaining({
        requestId: ids[4],
        method: "POST",
        status: 403,
        ...known,
        code: "API_FORBIDDEN",
      }),
    ]);
    expect(JSON.stringify(lines())).not.toMatch(new RegExp(`4711|${keys.one.key}`));
  });

  it("leaves out /healthz, which is asked every few seconds", async () => {
    const { logger, lines } = collectLog();

    const answer = await withApi({ logger }, (api) => ask(api, "/healthz"));

    expect(lines()).toEqual([]);
    expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
  });

  it("says what a 500 was about under the request's id, without what libraries hang on errors", async () => {
    const { logger, lines } = collectLog();
    const cause = Object.assign(new Error("the store is away"), { body: "my-secret-4711" });
    const broken = { authenticate: () => Promise.reject(new Error("no answer", { cause })) };

    const answer = await withApi({ logger, authenticator: broken }, (api) =>
      askWith(api, "key", "/v1/graphs"),
    );

    const requestId = answer.headers.get("x-request-id");
    expect(answer).toEqual(problem(500, "API_INTERNAL", { requestId }));
    expect(lines()).toEqual([
      {
        level: 50,
        requestId,
        error: expect.stringMatching(/^Error: no answer\n[^]*caused by Error: the store is away\n/),
        msg: "internal error",
      },
      expect.objectContaining({ level: 50, requestId, status: 500, code: "API_INTERNAL" }),
    ]);
    expect(JSON.stringify(lines())).not.toContain("my-secret-4711");
  });
});

describe("headers", () => {
  it("keep browsers from doing more than the reference page needs", async () => {
    const { headers } = await withApi({}, (api) => ask(api, "/v1/graphs"));

    expect(headers.get("content-security-policy")).toBe(
      "default-src 'self';img-src 'self' data:;style-src 'self' 'unsafe-inline';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

describe("pages of other origins", () => {
  const origin = "https://app.example.com";
  const preflight = { origin, "access-control-request-method": "POST" };

  it("are let in by nobody's word but the owner's", async () => {
    const { read, asked } = await withApi({}, async (api) => ({
      read: await ask(api, "/v1/graphs", { headers: { origin } }),
      asked: await ask(api, "/v1/graphs", { method: "OPTIONS", headers: preflight }),
    }));

    expect(read.headers.get("access-control-allow-origin")).toBeNull();
    expect(asked).toEqual(problem(405, "API_METHOD_NOT_ALLOWED"));
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each([
    ["its origin", [origin], origin],
    ["any", ["*"], "*"],
  ])("may ask and read where %s is listed", async (_what, corsOrigins, allowed) => {
    const options = { corsOrigins, authenticator };

    const { read, asked } = await withApi(options, async (api) => ({
      read: await ask(api, "/v1/graphs", {
        headers: { origin, authorization: `Bearer ${keys.one.key}` },
      }),
      asked: await ask(api, "/v1/graphs", { method: "OPTIONS", headers: preflight }),
    }));

    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(asked.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    expect(read.status).toBe(200);
    expect(read.headers.get("access-control-allow-origin")).toBe(allowed);
    expect(read.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
  });

  it.each(["https://evil.example.com", "https://app.example.com.evil.org", "null"])(
    "may not where only another is listed: %s",
    async (other) => {
      const answer = await withApi({ corsOrigins: [origin] }, (api) =>
        ask(api, "/v1/graphs", { headers: { origin: other } }),
      );

      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("vary")).toContain("Origin");
    },
  );
});

describe("an API without keys", () => {
  it.each(["localhost", "127.0.0.1:8080", "[::1]:8080", "app.localhost", "127.1.2.3"])(
    "answers who asks for %s",
    async (host) => {
      const [status] = await statusesFor([host]);

      expect(status).toBe("200");
    },
  );

  it.each(["evil.example.com", "localhost.evil.org", "192.0.2.1", "127.0.0.1.evil.org", ""])(
    "answers 421 to who asks for %p, as a page whose name was bent to this machine does",
    async (host) => {
      const [status] = await statusesFor([host]);

      expect(status).toBe("421");
    },
  );

  it("that has got keys answers whatever it is called", async () => {
    const [status] = await statusesFor(["api.example.com"], true);

    expect(status).toBe("401");
  });
});

describe("the limit of requests", () => {
  it("is each key's own, is told before it is reached, and answers 429", async () => {
    const { answers, other, open } = await withApi(
      { authenticator, rateLimit: 2 },
      async (api) => ({
        answers: [
          await askWith(api, keys.one.key, "/v1/graphs"),
          await askWith(api, keys.one.key, "/v1/graphs"),
          await askWith(api, keys.one.key, "/v1/graphs"),
        ],
        other: await askWith(api, keys.two.key, "/v1/graphs"),
        open: await ask(api, "/healthz"),
      }),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]).toEqual(problem(429, "API_RATE_LIMITED"));
    expect(answers[0]?.headers.get("ratelimit-policy")).toMatch(/q=2; w=60/);
    expect(answers[0]?.headers.get("ratelimit")).toMatch(/r=1; t=\d+/);
    expect(answers[2]?.headers.get("retry-after")).toMatch(/^[1-6]?\d$/);
    expect(other.status).toBe(200);
    expect(open.status).toBe(200);
  });

  it("is 600 a minute where keys are asked for, and none where they are not", async () => {
    const withKeys = await withApi({ authenticator }, (api) =>
      askWith(api, keys.one.key, "/v1/graphs"),
    );
    const without = await withApi({}, (api) => ask(api, "/v1/graphs"));

    expect(withKeys.headers.get("ratelimit-policy")).toContain("q=600; w=60");
    expect(without.headers.get("ratelimit-policy")).toBeNull();
  });

  it("stops an address that tries keys, before they are looked up", async () => {
    const tried: string[] = [];
    const counting = {
      async authenticate(key: string) {
        tried.push(key);
        return authenticator.authenticate(key);
      },
    };
    const options = { authenticator: counting, wrongKeyLimit: 3 };

    const answers = await withApi(options, async (api) => {
      const statuses = [];
      for (const key of ["a", "b", keys.one.key, "c", "d", keys.one.key]) {
        statuses.push(await askWith(api, key, "/v1/graphs"));
      }
      return statuses;
    });

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200, 401, 429, 429]);
    expect(answers[4]).toEqual(problem(429, "API_RATE_LIMITED"));
    expect(answers[4]?.headers.get("retry-after")).toMatch(/^[1-6]?\d$/);
    expect(tried).toEqual(["a", "b", keys.one.key, "c"]);
  });

  it("knows callers behind a proxy by the address it tells, and believes nobody else", async () => {
    const options = { authenticator, wrongKeyLimit: 1 };
    const look = (trustedProxies: number): Promise<readonly number[]> =>
      withApi({ ...options, trustedProxies }, async (api) => {
        await ask(api, "/v1/graphs", from("192.0.2.1", "wrong"));
        const same = await ask(api, "/v1/graphs", from("192.0.2.1", keys.one.key));
        const other = await ask(api, "/v1/graphs", from("192.0.2.2", keys.one.key));
        return [same.status, other.status];
      });

    expect(await look(1)).toEqual([429, 200]);
    expect(await look(0)).toEqual([429, 429]);
  });
});

describe("/readyz", () => {
  it("says that it is ready, and that it is not", async () => {
    const ready = await withApi({ isReady: async () => true }, (api) => ask(api, "/readyz"));
    const not = await withApi({ isReady: async () => false }, (api) => ask(api, "/readyz"));

    expect(ready).toMatchObject({ status: 200, body: { status: "ready" } });
    expect(not).toEqual(problem(503, "API_NOT_READY"));
    expect(not.headers.get("retry-after")).toBe("1");
  });

  it("asks once for many that ask together", async () => {
    let asked = 0;
    const isReady = async (): Promise<boolean> => {
      asked += 1;
      return true;
    };

    const answers = await withApi({ isReady }, (api) =>
      Promise.all(Array.from({ length: 50 }, () => ask(api, "/readyz"))),
    );

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    // A slow machine may take more than the second for which an answer holds.
    expect(asked).toBeLessThan(5);
  });

  it("answers within about a second where Temporal does not", async () => {
    const startedAt = performance.now();

    const answer = await withApi({}, (api) => ask(api, "/readyz"));

    expect(answer).toEqual(problem(503, "API_NOT_READY"));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("/metrics beside no worker", () => {
  it("counts requests by route and status, never by path, and shows the process", async () => {
    const text = await withApi({}, async (api) => {
      await ask(api, "/v1/graphs");
      await ask(api, "/my-secret-4711");
      await ask(api, "/v1/graphs", { method: "PUT" });
      return (await ask(api, "/metrics")).text;
    });

    expect(text).toContain(
      'signalbox_api_requests_total{method="GET",route="/v1/graphs",status="200"} 1',
    );
    expect(text).toContain(
      'signalbox_api_requests_total{method="GET",route="none",status="404"} 1',
    );
    expect(text).toContain(
      'signalbox_api_requests_total{method="other",route="none",status="405"} 1',
    );
    expect(text).toContain(
      'signalbox_api_request_duration_seconds_count{method="GET",route="/v1/graphs"} 1',
    );
    expect(text).toContain("signalbox_api_open_event_streams 0");
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).not.toContain("my-secret");
  });
});

/** Of GET /v1/graphs with each of these in "Host". */
function statusesFor(hosts: readonly string[], hasKeys = false): Promise<readonly string[]> {
  return withApi(hasKeys ? { authenticator } : {}, (api) =>
    Promise.all(
      hosts.map(async (host) => {
        const answer = await sendRaw(
          api,
          `GET /v1/graphs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        );
        return answer.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length);
      }),
    ),
  );
}
