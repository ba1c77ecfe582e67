import { createServer as createProxy } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { ProviderError, type CallStage, type ModelRequest } from "../../plugins/contract.ts";
import { httpClient, type HttpCall, type HttpClientOptions } from "../../plugins/http/http.ts";
import {
  EXPIRED_CERTIFICATE,
  TEST_AUTHORITY,
  TEST_KEY,
  VALID_CERTIFICATE,
} from "../fixtures/certificates.ts";
import { deferred } from "../harness/deferred.ts";
import {
  closedPort,
  listenOnFreePort,
  startScriptedServer,
  type Answer,
  type ScriptedServer,
} from "../harness/scripted-server.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(answer: Answer, secure?: object): Promise<ScriptedServer> {
  const server = await startScriptedServer(answer, secure);
  cleanups.push(() => server.stop());
  return server;
}

interface Call {
  readonly signal?: AbortSignal;
  readonly request?: ModelRequest;
}

function client(options: HttpClientOptions) {
  const http = httpClient(options);
  cleanups.push(() => http.close());
  const stages: CallStage[] = [];
  const call = ({ signal, request }: Call = {}): HttpCall => {
    const context = {
      signal,
      reportProgress: (stage?: CallStage) => void (stage && stages.push(stage)),
    };
    return http.open(context, request);
  };
  const get = async (path: string, given: Call = {}): Promise<string> => {
    const response = await call(given).fetch(`${options.baseURL}${path}`);
    return response.text();
  };
  return { http, stages, call, get };
}

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    (value) => new Error(`Expected a failure, got ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}

const answerOk: Answer = (_request, response) => void response.end("ok");

describe("the stages of a call", () => {
  it("are connecting, waiting, and receiving for the headers and each part of the body", async () => {
    const read = deferred();
    const server = await start((_request, response) => {
      response.write("first ");
      void read.promise.then(() => response.end("second"));
    });
    const { call, stages } = client({ baseURL: server.url });

    const response = await call().fetch(`${server.url}/v1`);
    const reader = response.body!.getReader();
    await reader.read();
    const before = stages.length;
    read.resolve();
    await reader.read();

    expect(stages.slice(0, 4)).toEqual(["connecting", "waiting", "receiving", "receiving"]);
    expect(stages.length).toBeGreaterThan(before);
    expect(new Set(stages.slice(2))).toEqual(new Set(["receiving"]));
  });

  it("end at connecting where nobody listens", async () => {
    const { get, stages } = client({ baseURL: `http://127.0.0.1:${await closedPort()}` });

    const failure = await failureOf(get("/v1"));

    expect(stages).toEqual(["connecting"]);
    expect(failure).toMatchObject({ kind: "unavailable", details: { mayBeBilled: false } });
    expect(failure.message).toMatch(
      /^no connection to http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/,
    );
  });

  it("end at waiting where the answer does not come", async () => {
    const server = await start((request) => request.socket.destroy());
    const { get, stages } = client({ baseURL: server.url });

    const failure = await failureOf(get("/v1"));

    expect(stages).toEqual(["connecting", "waiting"]);
    expect(failure).toMatchObject({ kind: "unavailable", details: { mayBeBilled: true } });
  });
});

describe("connections", () => {
  it("are kept for the next call and closed at the end", async () => {
    const server = await start(answerOk);
    const { get, http } = client({ baseURL: server.url });

    for (let index = 0; index < 10; index += 1) await get("/v1");
    await http.close();

    expect(server.requests).toHaveLength(10);
    // A call that begins the moment another ends finds its connection not yet free.
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(await failureOf(get("/v1"))).toMatchObject({ kind: "unavailable" });
  });

  it("go through the proxy of the environment, except to hosts without one", async () => {
    const server = await start(answerOk);
    const tunnels: (string | undefined)[] = [];
    const proxy = createProxy();
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url);
      const [host = "", port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    const port = await listenOnFreePort(proxy);
    cleanups.push(async () => void proxy.close());
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${port}`;
    cleanups.push(async () => void delete process.env["HTTP_PROXY"]);
    cleanups.push(async () => void delete process.env["NO_PROXY"]);

    const proxied = await client({ baseURL: server.url }).get("/1");
    process.env["NO_PROXY"] = "127.0.0.1";
    const direct = await client({ baseURL: server.url }).get("/2");

    expect([proxied, direct]).toEqual(["ok", "ok"]);
    expect(tunnels).toEqual([server.url.replace("http://", "")]);
  });
});

describe("other base URLs", () => {
  it("are tried in order when there is no connection", async () => {
    const server = await start(answerOk);
    const { get, stages } = client({
      baseURL: `http://127.0.0.1:${await closedPort()}/v1`,
      fallbackBaseURLs: [`http://127.0.0.1:${await closedPort()}/`, `${server.url}/eu/v1/`],
    });

    const text = await get("/models");

    expect(text).toBe("ok");
    expect(server.requests).toEqual(["GET /eu/v1/models"]);
    expect(stages.slice(0, 4)).toEqual(["connecting", "connecting", "connecting", "waiting"]);
  });

  it.each([
    ["an answer", (_request, response) => void response.writeHead(503).end()],
    ["a lost connection", (request) => request.socket.destroy()],
  ] satisfies [string, Answer][])("are left alone after %s", async (_name, answer) => {
    const first = await start(answer);
    const second = await start(answerOk);
    const { get } = client({ baseURL: first.url, fallbackBaseURLs: [second.url] });

    await failureOf(get("/v1"));

    expect(first.requests).toHaveLength(1);
    expect(second.requests).toEqual([]);
  });

  it("are left alone once the call is aborted", async () => {
    const second = await start(answerOk);
    const { get } = client({
      baseURL: `http://127.0.0.1:${await closedPort()}`,
      fallbackBaseURLs: [second.url],
    });

    const failure = await failureOf(get("/v1", { signal: AbortSignal.abort() }));

    expect(failure.kind).toBe("cancelled");
    expect(second.requests).toEqual([]);
  });

  it("fail as the last one does", async () => {
    const port = await closedPort();
    const { get } = client({
      baseURL: `http://127.0.0.1:${await closedPort()}`,
      fallbackBaseURLs: [`http://127.0.0.1:${port}`],
    });

    const failure = await failureOf(get("/v1"));

    expect(failure.message).toContain(`:${port} `);
  });
});

describe("an answer that is no success", () => {
  it("fails as its kind, with what is known of it", async () => {
    const server = await start((_request, response) => {
      response.writeHead(429, { "retry-after": "7", "x-request-id": "req-1" });
      response.end('{"error":{"message":"Slow down, sk-canary-key-1"}}');
    });

    const failure = await failureOf(client({ baseURL: server.url }).get("/v1"));

    expect(failure).toMatchObject({
      kind: "rate_limited",
      message: 'the API answered 429: {"error":{"message":"Slow down, [redacted]"}}',
      details: { httpStatus: 429, requestId: "req-1", retryAfterMs: 7_000 },
    });
  });

  it("waits as long as a body of Google's says", async () => {
    const server = await start((_request, response) => {
      const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" }];
      response
        .writeHead(429)
        .end(JSON.stringify({ error: { status: "RESOURCE_EXHAUSTED", details } }));
    });

    const failure = await failureOf(client({ baseURL: server.url }).get("/v1"));

    expect(failure.details.retryAfterMs).toBe(34_000);
  });

  it("fails by its status when its body does not come", async () => {
    const server = await start((_request, response) => {
      response.writeHead(500).write('{"error":');
    });

    const failure = await failureOf(client({ baseURL: server.url }).get("/v1"));

    expect(failure).toMatchObject({
      kind: "unavailable",
      message: 'the API answered 500: {"error":',
    });
  });

  it("is a redirect that is not followed", async () => {
    const elsewhere = await start(answerOk);
    const server = await start((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/v2?token=secret` }).end();
    });

    const failure = await failureOf(client({ baseURL: server.url }).get("/v1"));

    expect(failure.kind).toBe("bad_request");
    expect(failure.message).toBe(
      `the API answered 307: it redirects to ${elsewhere.url}/v2; redirects are not followed, set the base URL to the right address`,
    );
    expect(elsewhere.requests).toEqual([]);
  });

  it("is read by the provider's own reading first", async () => {
    const server = await start((_request, response) => void response.writeHead(400).end("full"));
    const { get } = client({
      baseURL: server.url,
      classify: ({ status, body }) =>
        status === 400 && body === "full" ? "overloaded" : undefined,
    });

    expect((await failureOf(get("/v1"))).kind).toBe("overloaded");
  });
});

describe("a success", () => {
  it("is unpacked, whether that was asked for or not", async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("packed"));
    });

    expect(await client({ baseURL: server.url }).get("/v1")).toBe("packed");
  });

  it.each([
    [
      "is cut off",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("half", () => response.destroy());
      },
    ],
    [
      "is not packed as it says",
      (_request, response) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip at all"),
    ],
    [
      "has headers without end",
      (_request, response) => void response.writeHead(200, { filler: "x".repeat(70_000) }).end(),
    ],
    ["is no HTTP", (request) => void request.socket.end("SSH-2.0-OpenSSH_9.2\r\n")],
  ] satisfies [string, Answer][])("is malformed when it %s", async (_name, answer) => {
    const server = await start(answer);

    const failure = await failureOf(client({ baseURL: server.url }).get("/v1"));

    expect(failure.kind).toBe("malformed");
  });
});

describe("a certificate", () => {
  it("of an authority of one's own is trusted when it is given", async () => {
    const server = await start(answerOk, { key: TEST_KEY, cert: VALID_CERTIFICATE });

    expect(await client({ baseURL: server.url, ca: TEST_AUTHORITY }).get("/v1")).toBe("ok");
  });

  it.each([
    ["has expired", EXPIRED_CERTIFICATE, TEST_AUTHORITY, /the certificate of .+ has expired/],
    ["nobody knows", VALID_CERTIFICATE, undefined, /the certificate of .+ is not trusted/],
  ])("that %s is no connection", async (_name, cert, ca, message) => {
    const server = await start(answerOk, { key: TEST_KEY, cert });

    const failure = await failureOf(client({ baseURL: server.url, ca }).get("/v1"));

    expect(failure).toMatchObject({ kind: "unavailable", details: { mayBeBilled: false } });
    expect(failure.message).toMatch(message);
    expect(server.requests).toEqual([]);
  });
});

describe("an aborted call", () => {
  it("ends with the host's own failure", async () => {
    const server = await start(() => {});
    const controller = new AbortController();
    const timeout = new ProviderError("timeout", "no answer within 5 ms");
    const ended = failureOf(
      client({ baseURL: server.url }).get("/v1", { signal: controller.signal }),
    );

    controller.abort(timeout);

    expect(await ended).toMatchObject({ kind: "timeout", message: timeout.message });
  });

  it("does not say why the host aborted it, which may be anything", async () => {
    const server = await start(() => {});
    const controller = new AbortController();
    const ended = failureOf(
      client({ baseURL: server.url }).get("/v1", { signal: controller.signal }),
    );

    controller.abort(new Error("secret"));

    expect(await ended).toMatchObject({ kind: "cancelled", message: "the call was cancelled" });
  });
});

describe("httpClient", () => {
  it.each([
    ["a base URL that is none", { baseURL: "api.example.com" }],
    ["a base URL of another protocol", { baseURL: "ftp://example.com" }],
    ["a base URL with a password", { baseURL: "https://user:secret@example.com" }],
    ["a key for a base URL", { baseURL: "sk-secret" }],
    ["another base URL that is none", { baseURL: "http://a", fallbackBaseURLs: ["b"] }],
    ["other base URLs without a first", { fallbackBaseURLs: ["http://b"] }],
    ["a header that cannot be sent", { headers: { "x-key": "secret\nline" } }],
  ])("refuses %s", (_name, options) => {
    const make = (): unknown => httpClient(options);

    expect(make).toThrow(expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }));
    expect(make).not.toThrow(/secret/);
  });

  it("sends headers of its own, which win", async () => {
    const seen: unknown[] = [];
    const server = await start((request, response) => {
      seen.push(request.headers["x-team"]);
      response.end();
    });
    const { call } = client({ baseURL: server.url, headers: { "X-Team": "ours" } });

    await call().fetch(server.url, { headers: { "x-team": "theirs" } });

    expect(seen).toEqual(["ours"]);
  });
});
