import { Client, WithStartWorkflowOperation } from "@temporalio/client";
import { defineSearchAttributeKey } from "@temporalio/common";
import { Worker } from "@temporalio/worker";
import type { Provider } from "../../plugins/contract.ts";
import { GUARDRAILS } from "../harness/guarded-world.ts";
import type { Config } from "../../worker/config.ts";
import { SignalboxPlugin } from "../../worker/signalbox-plugin.ts";
import type { Temporal } from "../../worker/temporal.ts";
import * as graphs from "../fixtures/graphs.ts";
import { memorySink } from "../harness/memory-sink.ts";
import { startProgram, withFolder } from "../harness/program.ts";
import { openTestTemporal, simulatedConfig } from "../harness/temporal.ts";

const TEMPORAL_ADDRESS = process.env["SIGNALBOX_TEST_ADDRESS"] ?? "";
const workflowBundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };
const GRAPH = defineSearchAttributeKey("SignalboxGraph", "KEYWORD");
const VERSION = defineSearchAttributeKey("SignalboxVersion", "KEYWORD");

let temporal: Temporal;
let closed = 0;

const simulated = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "draft" ? { text: "hello" } : { fit: true } };
});
const config: Config = {
  ...simulated,
  audit: false,
  guardrails: GUARDRAILS,
  providers: simulated.providers.map((provider): Provider => ({
    ...provider,
    close: async () => {
      closed += 1;
    },
  })),
};

beforeAll(async () => {
  temporal = await openTestTemporal();
});

afterAll(() => temporal.close());

beforeEach(() => {
  closed = 0;
});

function createWorker(plugin: SignalboxPlugin, activities: object = {}): Promise<Worker> {
  return Worker.create({
    connection: temporal.connection,
    taskQueue: `test-${crypto.randomUUID()}`,
    workflowBundle,
    activities,
    plugins: [plugin],
  });
}

function createClient(plugin: SignalboxPlugin): Client {
  return new Client({ connection: temporal.connection, plugins: [plugin] });
}

function startOptions({ options: { taskQueue } }: Worker): {
  readonly taskQueue: string;
  readonly workflowId: string;
} {
  return { taskQueue, workflowId: `plugin-${crypto.randomUUID()}` };
}

describe("SignalboxPlugin", () => {
  it("runs the example: a hand-written workflow and a graph side by side", () =>
    withFolder(async (cwd) => {
      const program = startProgram("examples/existing-worker/main.js", [], {
        cwd,
        env: { TEMPORAL_ADDRESS },
      });

      const exitCode = await program.ended;

      expect(program.output()).toContain("Ann owes 60 EUR\nPlease pay soon.\n60 EUR are due\n");
      expect(exitCode).toBe(0);
    }));

  it("adds to the worker's activities, labels the client's runs of graphs, and closes the providers", async () => {
    const plugin = new SignalboxPlugin({ config, graphs });
    const worker = await createWorker(plugin, { own: async () => 1 });
    const { workflow } = createClient(plugin);

    const [description, other] = await worker.runUntil(async () => {
      const args: [{ body: string }] = [{ body: "hello" }];
      const handle = await workflow.start(graphs.threeSteps, { ...startOptions(worker), args });
      const plain = await workflow.start(graphs.handWritten, startOptions(worker));
      await Promise.all([handle.result(), plain.result()]);
      expect(closed).toBe(0);
      return Promise.all([handle.describe(), plain.describe()]);
    });

    expect([...worker.options.activities.keys()]).toEqual(
      expect.arrayContaining(["own", "signalbox.attempt", "signalbox.route", "findAccount"]),
    );
    expect(description.typedSearchAttributes.get(GRAPH)).toBe("threeSteps");
    expect(description.typedSearchAttributes.get(VERSION)).toBe("1");
    expect(await description.staticSummary()).toBe("threeSteps · version 1");
    expect(other.typedSearchAttributes.get(GRAPH)).toBeUndefined();
    expect(closed).toBe(1);
  });

  it("keeps the audit trail of the worker's runs", async () => {
    const sink = memorySink();
    const audit = { sinks: [sink], reconcileMinutes: 0 };
    const plugin = new SignalboxPlugin({ config: { ...config, audit }, graphs });
    const worker = await createWorker(plugin);
    const { workflow } = createClient(plugin);

    const workflowId = await worker.runUntil(async () => {
      const args: [{ body: string }] = [{ body: "hello" }];
      const handle = await workflow.start(graphs.threeSteps, { ...startOptions(worker), args });
      await handle.result();
      return handle.workflowId;
    });

    expect(sink.recordsOf(workflowId).at(-1)).toMatchObject({ type: "run.ended" });
  });

  it("leaves what the caller gave: summary, search attributes", async () => {
    const plugin = new SignalboxPlugin({ config, graphs });
    const worker = await createWorker(plugin);
    const { workflow } = createClient(plugin);

    const handle = await workflow.start(graphs.threeSteps, {
      ...startOptions(worker),
      args: [{ body: "hello" }],
      staticSummary: "mine",
      typedSearchAttributes: [{ key: VERSION, value: "of mine" }],
    });

    const description = await handle.describe();
    expect(await description.staticSummary()).toBe("mine");
    expect(description.typedSearchAttributes.get(VERSION)).toBe("of mine");
    expect(description.typedSearchAttributes.get(GRAPH)).toBe("threeSteps");
    await handle.terminate();
    await worker.runUntil(Promise.resolve());
  });

  it("labels runs that begin with a signal or an update, too", async () => {
    const plugin = new SignalboxPlugin({ config, graphs });
    const worker = await createWorker(plugin);
    const { workflow } = createClient(plugin);
    const args: [{ letter: string }] = [{ letter: "Dear Ann" }];

    const bySignal = await workflow.signalWithStart(graphs.deciding, {
      ...startOptions(worker),
      args,
      signal: "any",
    });
    const updated = startOptions(worker);
    await worker.runUntil(async () => {
      const startWorkflowOperation = new WithStartWorkflowOperation(graphs.deciding, {
        ...updated,
        args,
        workflowIdConflictPolicy: "FAIL",
      });
      const letter = { kind: "approval", step: "nowhere", value: { approved: true } };
      const refused = workflow.executeUpdateWithStart("signalbox.deliver", {
        args: [letter],
        startWorkflowOperation,
      });
      await expect(refused).rejects.toThrow("Workflow Update failed");
    });

    const byUpdate = workflow.getHandle(updated.workflowId);
    for (const handle of [bySignal, byUpdate]) {
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.get(GRAPH)).toBe("deciding");
      await handle.terminate();
    }
  });

  it("hands its data converter to worker and client", async () => {
    const plugin = new SignalboxPlugin({
      config,
      dataConverter: {
        payloadCodecs: [{ encode: async (all) => all, decode: async (all) => all }],
      },
    });

    const client = createClient(plugin);

    expect(client.options.loadedDataConverter.payloadCodecs).toHaveLength(1);
    expect(plugin.configureWorker({ taskQueue: "any" }).dataConverter?.payloadCodecs).toHaveLength(
      1,
    );
  });

  it("keeps heartbeats short, unless the worker says otherwise", () => {
    const plugin = new SignalboxPlugin({ config });

    const options = [
      plugin.configureWorker({ taskQueue: "any" }),
      plugin.configureWorker({ taskQueue: "any", maxHeartbeatThrottleInterval: "5 seconds" }),
    ];

    expect(options.map((one) => one.maxHeartbeatThrottleInterval)).toEqual([
      "1 second",
      "5 seconds",
    ]);
  });

  it("refuses a worker with an activity of the same name, a tool's too", async () => {
    const plugin = new SignalboxPlugin({ config });

    for (const name of ["signalbox.attempt", "findAccount"]) {
      const created = createWorker(plugin, { [name]: async () => 1 });

      await expect(created).rejects.toMatchObject({
        code: "CONFIG_ACTIVITY_CLASH",
        message: expect.stringContaining(`"${name}"`),
      });
    }
  });

  it("may reach a worker twice, by its connection and by itself", () => {
    const plugin = new SignalboxPlugin({ config });

    const once = plugin.configureWorker({ taskQueue: "any" });
    const twice = plugin.configureWorker(once);

    expect(twice.activities).toEqual(once.activities);
  });

  it("refuses graphs that the configuration does not fit", () => {
    const models = { small: ["simulated/small"] };

    expect(() => new SignalboxPlugin({ config: { ...config, models }, graphs })).toThrow(
      expect.objectContaining({ code: "CONFIG_UNKNOWN_ALIAS" }),
    );
  });

  it("closes the providers once, after the last of two workers", async () => {
    const plugin = new SignalboxPlugin({ config });
    const [first, second] = await Promise.all([createWorker(plugin), createWorker(plugin)]);

    await second.runUntil(async () => {
      await first.runUntil(Promise.resolve());
      expect(closed).toBe(0);
    });

    expect(closed).toBe(1);
  });
});
