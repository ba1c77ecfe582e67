/** What is no request, or a hostile one: bytes over sockets. There is no Temporal behind the API: none of it gets that far. */

import { once } from "node:events";
import { pino } from "pino";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import type { ApiErrorCode } from "../../api/api-error.ts";
import type { Api } from "../../api/start-api.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { ask, withApi } from "../harness/api.ts";
import {
  allFrom,
  dial,
  readAnswer,
  sendRaw,
  untilReceived,
  type RawAnswer,
} from "../harness/raw-http.ts";

const MIB = 1_048_576;
const RUNS = "/v1/graphs/threeSteps/runs";
const graphs = collectGraphs(fixtures, "test/fixtures/graphs.ts");

const HEAD = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";

/** The head of a request with a body, up to the empty line. */
function post(...headers: readonly string[]): string {
  return [
    `POST ${RUNS} HTTP/1.1`,
    "Host: localhost",
    "Content-Type: application/json",
    ...headers,
    "\r\n",
  ].join("\r\n");
}

/** A refusal in the form of a problem, on a connection that is closed with it. */
function refusal(status: number, code: ApiErrorCode): unknown {
  return {
    status,
    head: expect.stringMatching(
      /(?=[^]*^Content-Type: application\/problem\+json)(?=[^]*^X-Request-Id: \S+\r?$)(?=[^]*^Connection: close\r?$)/im,
    ),
    body: expect.objectContaining({ status, code, detail: expect.stringMatching(/\w/) }),
  } satisfies { [key in keyof RawAnswer]: unknown };
}

/** It has taken no harm. */
async function expectAlive(api: Api): Promise<void> {
  expect(await ask(api, "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
}

/** Lines of a log. */
function collectLog(): { readonly logger: pino.Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({}, { write: (line) => void lines.push(line) }), lines };
}

describe("what is no HTTP", () => {
  it.each<[what: string, bytes: string | Uint8Array]>([
    ["words", "hello\r\n\r\n"],
    ["a TLS handshake", Uint8Array.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version that there is not", "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n"],
    ["a header without a colon", `${HEAD}nonsense\r\n\r\n`],
    ["a header with a null character", `${HEAD}A: b\0c\r\n\r\n`],
    ["a space before a colon", `${HEAD}A : b\r\n\r\n`],
    ["a negative length", post("Content-Length: -1")],
    ["a length in words", post("Content-Length: ten")],
    ["two lengths", post("Content-Length: 2", "Content-Length: 3")],
    [
      "a length and chunks, as smugglers send",
      post("Content-Length: 2", "Transfer-Encoding: chunked"),
    ],
    ["chunks that are not the last coding", post("Transfer-Encoding: chunked, gzip")],
    ["a chunk of no size", `${post("Transfer-Encoding: chunked")}xyz\r\n`],
  ])("is answered 400 for %s", async (_what, bytes) => {
    await withApi({ graphs }, async (api) => {
      const answer = readAnswer(await sendRaw(api, bytes));

      expect(answer).toEqual(refusal(400, "API_MALFORMED_REQUEST"));
      await expectAlive(api);
    });
  });

  it("is answered 400 without a host", async () => {
    const answer = await withApi({}, (api) => sendRaw(api, "GET /v1/graphs HTTP/1.1\r\n\r\n"));

    expect(readAnswer(answer)).toEqual(refusal(400, "API_MALFORMED_REQUEST"));
  });

  it("is not answered behind a request that still is", async () => {
    const answer = await withApi({ graphs }, (api) =>
      sendRaw(api, `${post("Content-Length: 2")}{}garbage\r\n\r\n`),
    );

    expect(answer.match(/HTTP\/1\.1 \d+/g) ?? []).not.toContain("HTTP/1.1 400");
  });

  it("leaves a line in the log, without what was sent", async () => {
    const { logger, lines } = collectLog();

    await withApi({ logger }, (api) => sendRaw(api, "my-secret-4711\r\n\r\n"));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"code":"API_MALFORMED_REQUEST"');
    expect(lines[0]).not.toContain("my-secret");
  });
});

describe("too much", () => {
  it.each([
    ["one header", `A: ${"x".repeat(17_000)}\r\n`],
    ["many headers", Array.from({ length: 4_000 }, (_, index) => `A${index}: x\r\n`).join("")],
    ["a megabyte of headers", `A: ${"x".repeat(1_000)}\r\n`.repeat(1_000)],
  ])("of %s is answered 431", async (_what, headers) => {
    await withApi({}, async (api) => {
      const answer = readAnswer(await sendRaw(api, `${HEAD}${headers}\r\n`));

      expect(answer).toEqual(refusal(431, "API_HEADERS_TOO_LARGE"));
      await expectAlive(api);
    });
  });

  it("of a path is answered 431", async () => {
    const answer = await withApi({}, (api) =>
      sendRaw(api, `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    );

    expect(readAnswer(answer)).toEqual(refusal(431, "API_HEADERS_TOO_LARGE"));
  });

  it("of a body is answered 413 by what it says of itself, before it comes", async () => {
    const answer = await withApi({ graphs }, async (api) => {
      const socket = await dial(api);
      socket.write(post(`Content-Length: ${10_000 * MIB}`));
      await once(socket, "readable");
      const text = String(socket.read());
      socket.destroy();
      return text;
    });

    expect(readAnswer(answer)).toMatchObject({ status: 413, body: { code: "API_BODY_TOO_LARGE" } });
  });

  it("of a body in chunks is answered 413, and read no further than it must be", async () => {
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;

    const answer = await withApi({ graphs }, (api) =>
      sendRaw(
        api,
        post("Transfer-Encoding: chunked", "Connection: close"),
        chunk.repeat(17),
        "0\r\n\r\n",
      ),
    );

    expect(readAnswer(answer)).toMatchObject({ status: 413, body: { code: "API_BODY_TOO_LARGE" } });
  });

  it("of a chunk's extensions is answered 413", async () => {
    const answer = await withApi({ graphs }, (api) =>
      sendRaw(
        api,
        post("Transfer-Encoding: chunked"),
        `2;${"x".repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
      ),
    );

    expect(readAnswer(answer)).toEqual(refusal(413, "API_BODY_TOO_LARGE"));
  });

  it("connections are closed, and let in again when others have gone", async () => {
    await withApi({ limits: { maxConnections: 2 } }, async (api) => {
      const first = await dial(api);
      const second = await dial(api);
      const third = await allFrom(await dial(api));
      first.destroy();
      second.write(`${HEAD}Connection: close\r\n\r\n`);
      const answered = await allFrom(second);

      expect(third).toBe("");
      expect(answered).toMatch(/^HTTP\/1\.1 200 /);
      await expectAlive(api);
    });
  });

  it("of idle connections does not keep others from an answer", async () => {
    await withApi({}, async (api) => {
      const idle = await Promise.all(Array.from({ length: 500 }, () => dial(api)));

      const health = await ask(api, "/healthz");

      expect(health.status).toBe(200);
      for (const socket of idle) socket.destroy();
    });
  });
});

describe("too slow", () => {
  const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200 };

  it.each([
    ["nothing at all", ""],
    ["a request line", "GET /healthz HTTP/1.1\r\n"],
    ["headers that do not end", HEAD],
  ])("is answered 408: %s", async (_what, start) => {
    await withApi({ limits }, async (api) => {
      const answer = readAnswer(await sendRaw(api, start));

      expect(answer).toEqual(refusal(408, "API_REQUEST_TIMEOUT"));
      await expectAlive(api);
    });
  });

  it.each([
    ["of a known length", `${post("Content-Length: 10")}{`],
    ["in chunks", `${post("Transfer-Encoding: chunked")}1\r\n{\r\n`],
  ])("is answered 408: a body %s", async (_what, start) => {
    await withApi({ graphs, limits }, async (api) => {
      const answer = readAnswer(await sendRaw(api, start));

      expect(answer).toEqual(refusal(408, "API_REQUEST_TIMEOUT"));
      await expectAlive(api);
    });
  });

  it("cuts off a body that goes on behind the answer which refused it", async () => {
    const answer = await withApi({ graphs, limits }, (api) =>
      sendRaw(api, post(`Content-Length: ${2 * MIB}`), "x"),
    );

    expect(readAnswer(answer)).toMatchObject({ status: 413 });
  });
});

describe("a connection", () => {
  it("answers requests that came together, in their order", async () => {
    const paths = ["/healthz", "/v1/graphs", "/nothing"];
    const requests = paths.map((path, index) => {
      const connection = index === paths.length - 1 ? "close" : "keep-alive";
      return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;
    });

    const answers = await withApi({}, (api) => sendRaw(api, requests.join("")));

    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([
      "HTTP/1.1 200",
      "HTTP/1.1 200",
      "HTTP/1.1 404",
    ]);
  });

  it("whose client closes its half is ended, and the API goes on", async () => {
    await withApi({ graphs }, async (api) => {
      const complete = await dial(api);
      complete.end(`${HEAD}\r\n`);
      const cut = await dial(api);
      cut.end(`${post("Content-Length: 10")}{`);
      const empty = await dial(api);
      empty.end();

      const answers = await Promise.all([complete, cut, empty].map(allFrom));

      expect(answers).toHaveLength(3);
      await expectAlive(api);
    });
  });

  it("that is reset in the middle of a body leaves a line that says so", async () => {
    const { logger, lines } = collectLog();
    const written = { logger, graphs };

    await withApi(written, async (api) => {
      const socket = await dial(api);
      socket.write(`${post("Expect: 100-continue", "Content-Length: 10")}{`);
      await untilReceived(socket, "100 Continue");
      socket.resetAndDestroy();
      await expectAlive(api);
    });

    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ method: "POST", hungUp: true, requestId: expect.any(String) }),
    ]);
  });

  it.each([
    ["asks for an upgrade", "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"],
    ["expects what nobody knows", "Expect: the-unexpected\r\nConnection: close\r\n"],
    ["names a trailer", "Trailer: X-A\r\nConnection: close\r\n"],
  ])("that %s is answered as any other", async (_what, headers) => {
    const answer = await withApi({}, (api) => sendRaw(api, `${HEAD}${headers}\r\n`));

    expect(readAnswer(answer)).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  it("is closed for CONNECT", async () => {
    await withApi({}, async (api) => {
      const answer = await sendRaw(api, "CONNECT example.com:80 HTTP/1.1\r\nHost: x\r\n\r\n");

      expect(answer).toBe("");
      await expectAlive(api);
    });
  });
});

describe("Expect: 100-continue", () => {
  const { key, entry } = makeKey({ id: "ci", workspace: "acme", scopes: ["run"] });
  const authenticator = apiKeys([entry]);
  const own = `Authorization: Bearer ${key}`;

  it("is told to go on where the headers are good", async () => {
    const answer = await withApi({ graphs, authenticator }, async (api) => {
      const socket = await dial(api);
      socket.write(post(own, "Expect: 100-continue", "Content-Length: 2", "Connection: close"));
      await untilReceived(socket, "HTTP/1.1 100 Continue\r\n\r\n");
      socket.write("{}");
      return allFrom(socket);
    });

    expect(readAnswer(answer)).toMatchObject({ status: 422, body: { code: "API_INVALID_INPUT" } });
  });

  it.each<[what: string, status: number, headers: readonly string[]]>([
    ["no key", 401, ["Content-Length: 2"]],
    ["a wrong key", 401, ["Authorization: Bearer sbx_x", "Content-Length: 2"]],
    ["a body that is too large", 413, [own, `Content-Length: ${MIB + 1}`]],
  ])("is refused before the body for %s", async (_what, status, headers) => {
    const answer = await withApi({ graphs, authenticator }, (api) =>
      sendRaw(api, post("Expect: 100-continue", ...headers)),
    );

    expect(readAnswer(answer).status).toBe(status);
  });
});

describe("an id of a request", () => {
  it.each(["abc-123", "4bf92f35-77b3:4da6.a3ce=", "x".repeat(128)])("is kept: %s", async (id) => {
    const answer = await withApi({}, (api) =>
      ask(api, "/v1/graphs", { headers: { "x-request-id": id } }),
    );

    expect(answer.headers.get("x-request-id")).toBe(id);
  });

  it.each(["", "a b", "{}", "x".repeat(129), "<script>", "é"])("is replaced: %s", async (id) => {
    const answer = await withApi({}, (api) =>
      ask(api, "/v1/graphs", { headers: { "x-request-id": id } }),
    );

    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});
