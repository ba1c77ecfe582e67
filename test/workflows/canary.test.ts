/** A key must not get anywhere: not into histories, records, details, logs or errors, whatever an upstream echoes. */

import type { FakeAnswer, FakeRequest } from "../harness/fake-openai.ts";
import { asking } from "../fixtures/graphs.ts";
import { startUpstreams } from "../harness/upstreams.ts";
import { withWorker, type TestWorker } from "../harness/temporal.ts";

const KEY = "sk-canary-canary-canary";
const WORD = /canary/;

/** Upstreams that repeat the key they were sent, as vendors do in "Incorrect API key provided: sk-…". */
const ECHOES: readonly ((key: string) => FakeAnswer)[] = [
  (key) => ({ status: 401, error: { message: `Incorrect API key provided: ${key}` } }),
  (key) => ({ status: 500, headers: { "x-echo": key }, error: { message: `Bearer ${key}` } }),
  (key) => ({ raw: `<html>${key}</html>` }),
  (key) => ({ raw: JSON.stringify({ error: { message: key, code: key } }) }),
  (key) => ({ status: 302, error: { message: key }, headers: { location: `/v1?key=${key}` } }),
];

function keyOf({ headers }: FakeRequest): string {
  return headers.authorization?.replace("Bearer ", "") ?? "";
}

/** All that Temporal keeps and tells of a run, payloads as text. */
async function everythingOf({ client, temporal }: TestWorker, id: string): Promise<string> {
  const handle = temporal.client.workflow.getHandle(id);
  const parts: unknown[] = [
    await client.get(id),
    await handle.fetchHistory(),
    await handle.query("attempts"),
    await handle.query("state"),
    await handle.query("__temporal_workflow_metadata"),
    (await handle.describe()).raw,
  ];
  return JSON.stringify(parts, (_name, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
  );
}

describe("a key", () => {
  it("is sent upstream, and is nowhere else, whatever upstream makes of it", async () => {
    const logged: string[] = [];
    const streams = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, "write").mockImplementation((text) => {
        logged.push(String(text));
        return true;
      }),
    );
    const sent: string[] = [];
    const upstreams = await startUpstreams(
      (word, _index, request) => {
        sent.push(keyOf(request));
        return ECHOES[Number(word)]?.(keyOf(request)) ?? { status: 500 };
      },
      (word) => (word === "0" ? { status: 401 } : { content: "from the backup" }),
    );

    const told = await withWorker({ config: upstreams.config }, async (worker) => {
      const runs = ECHOES.map(async (_echo, index) => {
        const id = await worker.client.start(asking, { say: `${index} hello` });
        await worker.client.waitUntilClosed(id);
        return everythingOf(worker, id);
      });
      return Promise.all(runs);
    });
    await upstreams.server.stop();
    for (const stream of streams) stream.mockRestore();

    expect(new Set(sent)).toEqual(new Set([KEY]));
    expect(told).toHaveLength(ECHOES.length);
    // Of each run something is told, so the search has something to find.
    expect(told.every((text) => text.includes("up/primary"))).toBe(true);
    expect(told.filter((text) => WORD.test(text))).toEqual([]);
    expect(logged.filter((text) => WORD.test(text))).toEqual([]);
  });
});
