/** What a start makes of ids, workspaces and idempotency keys, on a real Temporal server. No worker: nothing has to run. */

import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { StartOptions } from "../../client/start-options.ts";
import type { Temporal } from "../../worker/temporal.ts";
import { diamond, threeSteps } from "../fixtures/graphs.ts";
import { pledge } from "../fixtures/versions/both.ts";
import { pledgeV1 } from "../fixtures/versions/pledges.ts";
import { codeOf, refusalOf } from "../harness/refusal.ts";
import { awaitList } from "../harness/await-list.ts";
import { openTestTemporal, simulatedConfig, withWorker } from "../harness/temporal.ts";
import { TICKET } from "../harness/three-steps.ts";

const NOTED_TICKET = { ...TICKET, note: null };

let temporal: Temporal;
let client: SignalboxClient;

beforeAll(async () => {
  temporal = await openTestTemporal();
  client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody-listens" });
});

afterAll(() => temporal.close());

function newKey(): string {
  return crypto.randomUUID();
}

/** Nobody asks for a workspace in every test. */
function newWorkspace(): string {
  return `w${crypto.randomUUID()}`;
}

function ticketOf(day: string): { body: string; day: Date } {
  return { ...TICKET, day: new Date(day) };
}

async function memoOf(id: string): Promise<Record<string, unknown> | undefined> {
  return (await temporal.client.workflow.getHandle(id).describe()).memo;
}

describe("the id of a run", () => {
  it("begins with its workspace, which is its search attribute too", async () => {
    const id = await client.start(threeSteps, TICKET, { workspace: "acme" });

    expect(id).toMatch(/^acme\.threeSteps-[0-9a-f-]{36}$/);
    expect(await client.get(id)).toMatchObject({ id, workspace: "acme" });
  });

  it("is the one that was given, whatever the workspace", async () => {
    const id = `mine-${newKey()}`;

    const started = await client.start(threeSteps, TICKET, { id, workspace: "acme" });

    expect(started).toBe(id);
  });

  it.each([
    ["empty", ""],
    ["with a dot", "acme.eu"],
    ["with capitals", "Acme"],
    ["with a hyphen at its end", "acme-"],
    ["with a line break", "acme\n"],
    ["longer than 40 characters", "a".repeat(41)],
  ])("is refused in a workspace whose name is %s", async (_what, workspace) => {
    const own = { workspace, id: `never-${newKey()}` };

    const codes = [
      await codeOf(client.start(threeSteps, TICKET, { workspace })),
      await codeOf(client.start(threeSteps, TICKET, own)),
      await codeOf(client.start(threeSteps, TICKET, { workspace, idempotencyKey: newKey() })),
    ];

    expect(new Set(codes)).toEqual(new Set(["CLIENT_INVALID_WORKSPACE"]));
    expect(await codeOf(client.get(own.id))).toBe("CLIENT_UNKNOWN_RUN");
  });
});

describe("an idempotency key", () => {
  it("gives the same run for the same request, whatever the order of its members", async () => {
    const options = { idempotencyKey: newKey() };
    const ordered = { body: "card", priority: 1 };
    const turned = { priority: 1, body: "card" };

    const first = await client.start(threeSteps, ordered, options);
    const second = await client.start(threeSteps, turned, options);

    expect(first).toMatch(/^default\.threeSteps-k[0-9a-f]{32}$/);
    expect(second).toBe(first);
  });

  it("is known to another client, as after a restart of the API", async () => {
    const options = { idempotencyKey: newKey() };
    const first = await client.start(threeSteps, TICKET, options);
    const other = await openTestTemporal();
    const restarted = new SignalboxClient({ temporal: other.client, taskQueue: "elsewhere" });

    const second = await restarted.start(threeSteps, TICKET, options);
    const reused = await codeOf(restarted.start(threeSteps, { body: "other" }, options));
    await other.close();

    expect(second).toBe(first);
    expect(reused).toBe("CLIENT_KEY_REUSED");
  });

  it("starts one run when it comes 20 times at once", async () => {
    const workspace = newWorkspace();
    const options = { idempotencyKey: newKey(), workspace };

    const ids = await Promise.all(
      Array.from({ length: 20 }, () => client.start(threeSteps, TICKET, options)),
    );

    expect(new Set(ids).size).toBe(1);
    expect(await awaitList(client, { workspace }, 1)).toMatchObject([{ id: ids[0] }]);
  });

  it("is won by one of two requests that come at once, and refused to the other", async () => {
    const options = { idempotencyKey: newKey() };
    const bodies = Array.from({ length: 20 }, (_, index) => ({ body: `ticket ${index % 2}` }));

    const starts = await Promise.allSettled(
      bodies.map((body) => client.start(threeSteps, body, options)),
    );

    const refused = starts.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(10);
    expect(refused).toEqual(
      refused.map(() => ({
        status: "rejected",
        reason: expect.objectContaining({ code: "CLIENT_KEY_REUSED" }),
      })),
    );
  });

  it("gives the same run once that has ended", async () => {
    const refuse = simulatedConfig(() => ({ fail: "bad_request" }));
    await withWorker({ config: refuse }, async (worker) => {
      const options = { idempotencyKey: newKey() };
      const first = await worker.client.start(threeSteps, TICKET, options);
      await worker.client.waitUntilClosed(first);

      const second = await worker.client.start(threeSteps, TICKET, options);
      const reused = await codeOf(worker.client.start(threeSteps, { body: "other" }, options));

      expect(second).toBe(first);
      expect(reused).toBe("CLIENT_KEY_REUSED");
    });
  });

  it.each<[string, typeof TICKET, StartOptions]>([
    ["another input", { body: "another" }, {}],
    ["an input that differs by an empty member", NOTED_TICKET, {}],
    ["a version, where there was none", TICKET, { version: "1" }],
  ])("is refused to a request with %s, and nothing of it is said", async (_what, input, more) => {
    const idempotencyKey = newKey();
    const id = await client.start(threeSteps, TICKET, { idempotencyKey });
    const started = client.start(threeSteps, input, { idempotencyKey, ...more });

    const { code, message } = await refusalOf(started);

    expect(code).toBe("CLIENT_KEY_REUSED");
    expect(message).toContain(`"${id}"`);
    expect(message).not.toContain(idempotencyKey);
    expect(message).not.toContain(TICKET.body);
  });

  it("tells dates and other values apart as JSON has them", async () => {
    const options = { idempotencyKey: newKey() };
    const first = await client.start(threeSteps, ticketOf("2026-11-25"), options);

    const same = await client.start(threeSteps, ticketOf("2026-11-25"), options);
    const other = await codeOf(client.start(threeSteps, ticketOf("2026-11-26"), options));

    expect(same).toBe(first);
    expect(other).toBe("CLIENT_KEY_REUSED");
  });

  it("is another one in another workspace and for another graph", async () => {
    const idempotencyKey = newKey();

    const ids = [
      await client.start(threeSteps, TICKET, { idempotencyKey }),
      await client.start(diamond, TICKET, { idempotencyKey }),
      await client.start(threeSteps, TICKET, { idempotencyKey, workspace: "acme" }),
    ];

    expect(new Set(ids).size).toBe(3);
  });

  it("goes on meaning its run when the graph has got a newer version", async () => {
    const options = { idempotencyKey: newKey() };
    const id = await client.start(pledgeV1, { name: "Ann" }, options);

    const again = await client.start(pledge, { name: "Ann" }, options);

    expect(again).toBe(id);
  });

  it("is refused where a run that was started without it has its id", async () => {
    const idempotencyKey = newKey();
    const id = await client.start(threeSteps, TICKET, { idempotencyKey, workspace: "keys" });
    const same = { idempotencyKey, workspace: newWorkspace() };
    const taken = id.replace(/^keys/, same.workspace);
    await client.start(threeSteps, TICKET, { id: taken });

    const code = await codeOf(client.start(threeSteps, TICKET, same));

    expect(code).toBe("CLIENT_KEY_REUSED");
  });

  it.each([
    ["is empty", { idempotencyKey: "" }],
    ["has more than 200 characters", { idempotencyKey: "k".repeat(201) }],
    ["has a space", { idempotencyKey: "a b" }],
    ["has a line break", { idempotencyKey: "a\n" }],
    ["is beyond ASCII", { idempotencyKey: "clé" }],
    ["comes beside an id", { idempotencyKey: "k", id: "mine" }],
  ])("is refused when it %s", async (_what, options) => {
    expect(await codeOf(client.start(threeSteps, TICKET, options))).toBe("CLIENT_INVALID_KEY");
  });

  it("may have every visible character of ASCII, and 200 of them", async () => {
    const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
    const workspace = newWorkspace();

    const ids = [
      await client.start(threeSteps, TICKET, { workspace, idempotencyKey: visible.join("") }),
      await client.start(threeSteps, TICKET, { workspace, idempotencyKey: "k".repeat(200) }),
    ];

    expect(ids).toEqual(ids.map(() => expect.stringMatching(/-k[0-9a-f]{32}$/)));
  });
});

describe("who asked for a run", () => {
  it("is in its memo, and no part of what a key is compared by", async () => {
    const idempotencyKey = newKey();

    const id = await client.start(threeSteps, TICKET, { by: "ci", idempotencyKey });
    const again = await client.start(threeSteps, TICKET, { by: "cron", idempotencyKey });

    expect(again).toBe(id);
    expect(await memoOf(id)).toEqual({
      signalboxStartedBy: "ci",
      signalboxRequest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("is nowhere when nobody said so", async () => {
    const id = await client.start(threeSteps, TICKET);

    expect(await memoOf(id)).toEqual({});
  });
});

describe("run", () => {
  it("starts a run, waits for it and gives its result, typed", async () => {
    const config = simulatedConfig(({ step }) => ({ value: step }));
    await withWorker({ config }, async (worker) => {
      const result: string = await worker.client.run(diamond, TICKET);

      expect(result).toBe("left+right");
    });
  });
});

describe("attempts", () => {
  it("are those of the run", async () => {
    const config = simulatedConfig(({ step }) => ({ value: step }));
    await withWorker({ config }, async (worker) => {
      const id = await worker.client.start(diamond, TICKET);
      await worker.client.waitUntilClosed(id);

      const attempts = await worker.client.attempts(id);

      expect(attempts.map(({ step }) => step).toSorted()).toEqual(["left", "right"]);
      expect(attempts).toEqual((await worker.client.get(id)).attempts);
    });
  });
});
