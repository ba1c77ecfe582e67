/** The audit trail over HTTP, from a place that a test makes. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import type { AuditQuery, AuditSource } from "../../api/audit-source.ts";
import type { Api, ApiOptions } from "../../api/start-api.ts";
import { sealedRecordSchema } from "../../api/answers/audit.ts";
import { EMPTY_CHAIN, seal, type SealedRecord } from "../../audit/chain.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { SinkError } from "../../plugins/contract.ts";
import { ask, askWith, problem, withApi } from "../harness/api.ts";

const auditor = makeKey({ id: "auditor", workspace: "acme", scopes: ["audit"] });
const authenticator = apiKeys([auditor.entry]);

function recordOf(workspace: string, index: number, attributes = {}): AuditRecord {
  const run = `${workspace}.support-${index}`;
  const at = new Date(Date.UTC(2026, 10, 25) + index).toISOString();
  return { id: `${run}#1`, at, type: "run.started", workspace, run, attributes };
}

function chainOf(workspace: string, length: number, attributes = {}): readonly SealedRecord[] {
  const indexes = Array.from({ length }, (_, index) => index);
  return seal(
    EMPTY_CHAIN,
    indexes.map((index) => recordOf(workspace, index, attributes)),
  );
}

interface Source extends AuditSource {
  readonly asked: AuditQuery[];
  /** Records that were taken from it. */
  taken: number;
  /** Readers that have ended, however they did. */
  ended: number;
}

function sourceOf(chains: Readonly<Record<string, readonly SealedRecord[]>>): Source {
  const source: Source = {
    asked: [],
    taken: 0,
    ended: 0,
    workspaces: async () => Object.keys(chains),
    async *read(query) {
      source.asked.push(query);
      try {
        for (const sealed of chains[query.workspace] ?? []) {
          if (query.afterSeq !== undefined && sealed.seq <= query.afterSeq) continue;
          source.taken += 1;
          yield sealed;
        }
      } finally {
        source.ended += 1;
      }
    },
  };
  return source;
}

function failing(error: Error, after: readonly SealedRecord[] = []): AuditSource {
  return {
    async *read() {
      yield* after;
      throw error;
    },
  };
}

function parse(text: string): readonly unknown[] {
  const lines = text.split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line): unknown => JSON.parse(line));
}

function withTrail<T>(
  auditSource: AuditSource | undefined,
  body: (api: Api) => Promise<T>,
  options: Partial<ApiOptions> = {},
): Promise<T> {
  return withApi({ ...(auditSource && { auditSource }), ...options }, body);
}

async function askWithoutReading({ url }: Api): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.pause();
  socket.write("GET /v1/audit?workspace=acme HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return socket;
}

/** Until nothing more has been taken for a while. */
async function untilStill(source: Source): Promise<void> {
  for (let before = -1; before !== source.taken || source.taken === 0;) {
    before = source.taken;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe("GET /v1/audit", () => {
  it("sends the sealed records of the key's workspace, a line each, and of no other", async () => {
    const [acme, other] = [chainOf("acme", 300), chainOf("other", 3)];
    const source = sourceOf({ acme, other });

    const answer = await withTrail(source, (api) => askWith(api, auditor.key, "/v1/audit"), {
      authenticator,
    });

    expect(answer.status).toBe(200);
    expect(answer.type).toBe("application/x-ndjson");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(parse(answer.text)).toEqual(acme);
    expect(sealedRecordSchema.parse(parse(answer.text)[0])).toEqual(acme[0]);
    expect(source.asked).toEqual([{ workspace: "acme" }]);
  });

  it("refuses a key that asks for another workspace, and asks nobody for it", async () => {
    const source = sourceOf({ other: chainOf("other", 3) });

    const answer = await withTrail(
      source,
      (api) => askWith(api, auditor.key, "/v1/audit?workspace=other"),
      { authenticator },
    );

    expect(answer).toEqual(problem(403, "API_FORBIDDEN"));
    expect(source.asked).toEqual([]);
  });

  it("goes on behind a record, and hands filters on, with times in UTC", async () => {
    const acme = chainOf("acme", 5);
    const source = sourceOf({ acme });
    const query = new URLSearchParams({
      workspace: "acme",
      run: "acme.support-4",
      from: "2026-11-25T01:00:00+01:00",
      to: "2026-11-26T00:00:00Z",
      afterSeq: "2",
    });

    const answer = await withTrail(source, (api) => ask(api, `/v1/audit?${query.toString()}`));

    expect(parse(answer.text)).toEqual(acme.slice(3));
    expect(source.asked).toEqual([
      {
        workspace: "acme",
        run: "acme.support-4",
        from: "2026-11-25T00:00:00.000Z",
        to: "2026-11-26T00:00:00.000Z",
        afterSeq: 2,
      },
    ]);
  });

  it("sends one workspace after another to whoever may see all", async () => {
    const [one, two] = [chainOf("one", 2), chainOf("two", 2)];

    const answer = await withTrail(sourceOf({ one, two }), (api) => ask(api, "/v1/audit"));

    expect(parse(answer.text)).toEqual([...one, ...two]);
  });

  it.each([
    ["afterSeq without a workspace", "?afterSeq=2"],
    ["a time that is none", "?from=yesterday"],
    ["what it does not know", "?limit=1"],
    ["a seq that is none", "?workspace=acme&afterSeq=-1"],
  ])("refuses %s", async (_what, query) => {
    const answer = await withTrail(sourceOf({}), (api) => ask(api, `/v1/audit${query}`));

    expect(answer).toEqual(problem(400, "API_INVALID_QUERY"));
  });

  it("asks for a workspace where the place cannot tell which there are", async () => {
    const source = failing(new Error("It was asked."));

    const answer = await withTrail(source, (api) => ask(api, "/v1/audit"));

    expect(answer).toEqual(problem(400, "API_INVALID_QUERY"));
  });

  it.each([
    ["none", undefined],
    ["one that can only be written", {}],
  ])("says so where its place is %s", async (_what, source) => {
    const answer = await withTrail(source, (api) => ask(api, "/v1/audit?workspace=acme"));

    expect(answer).toEqual(problem(404, "API_NO_TRAIL"));
  });

  it("is empty where there are no records", async () => {
    const answer = await withTrail(sourceOf({}), (api) => ask(api, "/v1/audit?workspace=acme"));

    expect(answer).toMatchObject({ status: 200, text: "" });
  });

  it("says that the place does not answer", async () => {
    const source = failing(new SinkError("SINK_AWAY", "secret address"));

    const answer = await withTrail(source, (api) => ask(api, "/v1/audit?workspace=acme"));

    expect(answer).toEqual(problem(503, "API_TRAIL_UNAVAILABLE"));
    expect(answer.text).not.toContain("secret");
  });

  it("says that the trail cannot be read, and tells the log why", async () => {
    const told: unknown[] = [];
    const cause = new SinkError("SINK_DAMAGED", "line 3 is no record");

    const answer = await withTrail(failing(cause), (api) => ask(api, "/v1/audit?workspace=acme"), {
      onInternalError: (error) => told.push(error),
    });

    expect(answer).toEqual(problem(500, "API_TRAIL_UNREADABLE"));
    expect(answer.text).not.toContain("line 3");
    expect(told).toEqual([expect.objectContaining({ cause })]);
  });

  it("cuts a stream off that it cannot send whole", async () => {
    const told: unknown[] = [];
    const cause = new SinkError("SINK_DAMAGED", "line 300 is no record");
    const source = failing(cause, chainOf("acme", 299));

    const reading = withTrail(source, (api) => ask(api, "/v1/audit?workspace=acme"), {
      onInternalError: (error) => told.push(error),
    });

    await expect(reading).rejects.toThrow("terminated");
    expect(told).toEqual([cause]);
  });

  it("is answered to HEAD without a body, and lets its reader go", async () => {
    const source = sourceOf({ acme: chainOf("acme", 1_000) });

    const answer = await withTrail(source, (api) =>
      ask(api, "/v1/audit?workspace=acme", { method: "HEAD" }),
    );

    expect(answer).toMatchObject({ status: 200, text: "" });
    expect(source.taken).toBeLessThan(200);
    expect(source.ended).toBe(1);
  });
});

describe("a client that takes nothing", () => {
  /** Far more than what sockets hold. */
  const LARGE = 4_000;

  it("is sent no more than it takes, and lets the reader go when it hangs up", async () => {
    const acme = chainOf("acme", LARGE, { note: "x".repeat(10_000) });
    const source = sourceOf({ acme });

    await withTrail(source, async (api) => {
      const socket = await askWithoutReading(api);
      await untilStill(source);
      expect(source.taken).toBeLessThan(LARGE);
      expect(source.ended).toBe(0);

      socket.destroy();
      while (source.ended === 0) await new Promise((resolve) => setTimeout(resolve, 5));

      expect(source.taken).toBeLessThan(LARGE);
    });
  });

  it("does not keep the API from stopping, and is cut off", async () => {
    const acme = chainOf("acme", LARGE, { note: "x".repeat(10_000) });
    const source = sourceOf({ acme });

    await withTrail(source, async (api) => {
      const socket = await askWithoutReading(api);
      await untilStill(source);
      const closed = once(socket, "close");

      await api.stop();
      socket.resume();
      await closed;

      expect(source.ended).toBe(1);
      expect(source.taken).toBeLessThan(LARGE);
    });
  });
});
