/** The first workflow task of a run comes with the answer to its start, where client and worker share a connection. */

import { Client, type WorkflowClientInterceptor } from "@temporalio/client";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { askingLocally, diamond } from "../fixtures/graphs.ts";
import { openTestTemporal, simulatedConfig, withWorker } from "../harness/temporal.ts";

const config = simulatedConfig(() => ({ text: "Hi" }));

/** A client that notes whether its runs were started eagerly. */
function notingClient(connection: Client["connection"], taskQueue: string) {
  const eagerly: boolean[] = [];
  const noting: WorkflowClientInterceptor = {
    async startWithDetails(input, next) {
      const started = await next(input);
      eagerly.push(started.eagerlyStarted);
      return started;
    },
  };
  const temporal = new Client({ connection, interceptors: { workflow: [noting] } });
  return { eagerly, client: new SignalboxClient({ temporal, taskQueue }) };
}

it("starts runs of a worker in the same process eagerly", () =>
  withWorker({ config }, async ({ temporal, taskQueue }) => {
    const { client, eagerly } = notingClient(temporal.connection, taskQueue);

    const results = [
      await client.run(askingLocally, { say: "hello" }),
      await client.run(diamond, { body: "card" }),
    ];

    expect(results).toEqual(["Hi", "Hi+Hi"]);
    expect(eagerly).toEqual([true, true]);
  }));

it("starts them as ever where no worker has the connection", () =>
  withWorker({ config }, async ({ taskQueue }) => {
    const other = await openTestTemporal();
    const { client, eagerly } = notingClient(other.connection, taskQueue);

    const result = await client.run(askingLocally, { say: "hello" });
    await other.close();

    expect(result).toBe("Hi");
    expect(eagerly).toEqual([false]);
  }));

it("does not ask for it where the connection is not a worker's kind", () =>
  withWorker({ config }, async ({ temporal, taskQueue }) => {
    const own = await SignalboxClient.connect({
      env: { TEMPORAL_ADDRESS: temporal.address },
      taskQueue,
    });

    const result = await own.run(askingLocally, { say: "hello" });
    await own.close();

    expect(result).toBe("Hi");
  }));

it("gives the run of an idempotency key as before", () =>
  withWorker({ config }, async ({ temporal, taskQueue }) => {
    const { client, eagerly } = notingClient(temporal.connection, taskQueue);
    const key = { idempotencyKey: crypto.randomUUID() };

    const first = await client.start(askingLocally, { say: "hello" }, key);
    const again = await client.start(askingLocally, { say: "hello" }, key);
    const result = await client.result(askingLocally, first);

    expect(again).toBe(first);
    expect(result).toBe("Hi");
    expect(eagerly).toEqual([true]);
  }));
