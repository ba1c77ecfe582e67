/** Runs of several versions of one graph, while workers come and go. On a real server, without the workflow cache. */

import { WorkflowFailedError } from "@temporalio/client";
import type { History } from "../../client/trail/history-event.ts";
import * as both from "../fixtures/versions/both.ts";
import * as only1 from "../fixtures/versions/only-1.ts";
import * as only2 from "../fixtures/versions/only-2.ts";
import { withRelay, type Relay, type RelayModule } from "../harness/relay.ts";

const ONLY_1: RelayModule = { graphs: only1, file: "versions/only-1.ts" };
const ONLY_2: RelayModule = { graphs: only2, file: "versions/only-2.ts" };
const BOTH: RelayModule = { graphs: both, file: "versions/both.ts" };
const INPUT = { name: "Ann" };

type HistoryEvent = NonNullable<History["events"]>[number];

/** Starts a run as someone does who knows nothing of Signalbox. */
async function startPlainly({ temporal, taskQueue }: Relay): Promise<string> {
  const workflowId = `plain-${crypto.randomUUID()}`;
  await temporal.client.workflow.start(both.pledge, { args: [INPUT], workflowId, taskQueue });
  return workflowId;
}

/** Waits for the first event that is wanted; the server answers as soon as there is one more. */
async function eventOf(
  { temporal }: Relay,
  workflowId: string,
  isWanted: (event: HistoryEvent) => boolean,
): Promise<HistoryEvent> {
  const { workflow, options } = temporal.client;
  let nextPageToken: Uint8Array | undefined;
  for (;;) {
    const answer = await workflow.workflowService.getWorkflowExecutionHistory({
      namespace: options.namespace,
      execution: { workflowId },
      waitNewEvent: true,
      nextPageToken,
    });
    const found = answer.history?.events?.find(isWanted);
    if (found !== undefined) return found;
    ({ nextPageToken } = answer);
  }
}

function isFailedTask(event: HistoryEvent): boolean {
  return Boolean(event.workflowTaskFailedEventAttributes);
}

/** The first workflow task is done: the version is settled, and the run waits. */
async function firstTaskIsDone(relay: Relay, id: string): Promise<void> {
  await eventOf(relay, id, (event) => Boolean(event.workflowTaskCompletedEventAttributes));
}

/** Decides as soon as the approval is open. */
async function finish({ client }: Relay, id: string): Promise<unknown> {
  const deadline = Date.now() + 20_000;
  while ((await client.openSteps(id)).length === 0) {
    if (Date.now() > deadline) throw new Error(`run "${id}" does not wait`);
  }
  await client.decide(id, "signoff", true);
  return client.result(both.pledge, id);
}

async function eventsOf({ temporal }: Relay, id: string): Promise<readonly HistoryEvent[]> {
  const { events } = await temporal.client.workflow.getHandle(id).fetchHistory();
  return events ?? [];
}

describe("a run", () => {
  it.each<[who: string, start: (relay: Relay) => Promise<string>]>([
    ["Temporal's own client", startPlainly],
    ["our client", ({ client }) => client.start(only1.pledge, INPUT)],
  ])("that %s started stays on its version when a newer one comes beside it", (_who, start) =>
    withRelay(async (relay) => {
      const old = await relay.withWorker(ONLY_1, async () => {
        const id = await start(relay);
        await firstTaskIsDone(relay, id);
        return id;
      });
      const [ofOld, ofNew] = await relay.withWorker(BOTH, async () => [
        await finish(relay, old),
        await finish(relay, await startPlainly(relay)),
      ]);

      expect(ofOld).toEqual({ version: "1", signoff: true });
      expect(ofNew).toEqual({ version: "2", signoff: true });
    }),
  );

  it("runs the version it is started with, typed by that version too", () =>
    withRelay((relay) =>
      relay.withWorker(BOTH, async () => {
        const { client } = relay;
        const ids = [
          await client.start(both.pledge, INPUT),
          await client.start(both.pledge, INPUT, { version: "1" }),
          await client.start(only1.pledge, INPUT),
        ];

        const results = await Promise.all(ids.map((id) => finish(relay, id)));
        const versions = await Promise.all(ids.map(async (id) => (await client.get(id)).version));

        expect(results).toMatchObject([{ version: "2" }, { version: "1" }, { version: "1" }]);
        expect(versions).toEqual(["2", "1", "1"]);
      }),
    ));

  it("costs no event more for its version when our client starts it", () =>
    withRelay((relay) =>
      relay.withWorker(BOTH, async () => {
        const ours = await relay.client.start(both.pledge, INPUT, { version: "1" });
        const plain = await startPlainly(relay);
        await Promise.all([firstTaskIsDone(relay, ours), firstTaskIsDone(relay, plain)]);

        const kinds = async (id: string): Promise<readonly string[]> =>
          (await eventsOf(relay, id)).flatMap((event) =>
            Object.keys(event).filter((name) => /^(marker|upsert)/.test(name)),
          );

        expect(await kinds(ours)).toEqual([]);
        expect(await kinds(plain)).toEqual([
          "markerRecordedEventAttributes",
          "upsertWorkflowSearchAttributesEventAttributes",
          "upsertWorkflowSearchAttributesEventAttributes",
        ]);
      }),
    ));

  it("has the same search attributes whoever started it", () =>
    withRelay((relay) =>
      relay.withWorker(ONLY_1, async () => {
        const ours = await relay.client.start(only1.pledge, INPUT);
        const plain = await startPlainly(relay);
        await Promise.all([firstTaskIsDone(relay, ours), firstTaskIsDone(relay, plain)]);

        const attributes = async (id: string): Promise<unknown> => {
          const handle = relay.temporal.client.workflow.getHandle(id);
          const { typedSearchAttributes } = await handle.describe();
          return Object.fromEntries(
            typedSearchAttributes
              .getAll()
              .filter(({ key: { name } }) => name.startsWith("Signalbox"))
              .map(({ key: { name }, value }) => [name, value]),
          );
        };

        const expected = {
          SignalboxGraph: "pledge",
          SignalboxVersion: "1",
          SignalboxFingerprint: only1.pledge.fingerprint,
          SignalboxWorkspace: "default",
        };
        expect(await attributes(ours)).toEqual(expected);
        expect(await attributes(plain)).toEqual(expected);
      }),
    ));
});

describe("a version that is not there", () => {
  it("is refused by the client before anything is started", () =>
    withRelay(async ({ client, temporal }) => {
      const id = `never-${crypto.randomUUID()}`;

      const start = client.start(both.pledge, INPUT, { id, version: "9" });

      await expect(start).rejects.toMatchObject({
        code: "CLIENT_UNKNOWN_VERSION",
        message: expect.stringContaining(`no version "9" (it has: "2", "1")`),
      });
      await expect(temporal.client.workflow.getHandle(id).describe()).rejects.toMatchObject({
        name: "WorkflowNotFoundError",
      });
    }));

  it("fails a new run, and says what there is", () =>
    withRelay((relay) =>
      relay.withWorker(ONLY_1, async () => {
        const id = await relay.client.start(both.pledge, INPUT);

        const error = await relay.client.result(both.pledge, id).catch((thrown: unknown) => thrown);

        expect(error).toBeInstanceOf(WorkflowFailedError);
        expect(error).toMatchObject({
          cause: {
            type: "RUN_UNKNOWN_VERSION",
            message: expect.stringContaining(`version "2" of graph "pledge" (it has: "1")`),
          },
        });
      }),
    ));

  it.each<[who: string, start: (relay: Relay) => Promise<string>]>([
    ["Temporal's own client", startPlainly],
    ["our client", ({ client }) => client.start(only1.pledge, INPUT)],
  ])("fails no run in flight that %s started: the right worker finishes it", (_who, start) =>
    withRelay(async (relay) => {
      const id = await relay.withWorker(ONLY_1, async () => {
        const started = await start(relay);
        await firstTaskIsDone(relay, started);
        return started;
      });
      const failure = await relay.withWorker(
        ONLY_2,
        async () => {
          // A signal that nobody listens to makes a workflow task.
          await relay.temporal.client.workflow.getHandle(id).signal("wakeUp");
          const event = await eventOf(relay, id, isFailedTask);
          return event.workflowTaskFailedEventAttributes?.failure?.message;
        },
        { onChangedGraph: "warn", onWarning: () => undefined },
      );
      const result = await relay.withWorker(BOTH, () => finish(relay, id));

      expect(failure).toMatch(/of graph "pledge" \(it has: "2"\).*in flight/);
      expect(result).toEqual({ version: "1", signoff: true });
    }),
  );

  it.each([["text"], [{ version: 2, fingerprint: "f" }], [{ version: "1" }]])(
    "is not looked for where the second argument is %j",
    (info) =>
      withRelay((relay) =>
        relay.withWorker(ONLY_1, async ({ graphs }) => {
          const { client } = relay.temporal;
          const run = client.workflow.execute([...graphs.keys()][0] ?? "", {
            args: [INPUT, info],
            workflowId: `odd-${crypto.randomUUID()}`,
            taskQueue: relay.taskQueue,
          });

          await expect(run).rejects.toMatchObject({ cause: { type: "RUN_INVALID_INPUT" } });
        }),
      ),
  );
});
