import { asking, askingForStream, askingSmall } from "../fixtures/graphs.ts";
import type { Fault } from "../harness/faults.ts";
import { openGate } from "../harness/open-gate.ts";
import { PLAIN_FAULTS } from "../harness/plain-faults.ts";
import { runFault, startFaultyUpstream, type FaultRun } from "../harness/run-faults.ts";
import { STREAM_FAULTS } from "../harness/stream-faults.ts";
import { withWorker } from "../harness/temporal.ts";

/** As many at once as two cores bear: a deadline that passes because the machine is busy says nothing of the fault. */
const AT_ONCE = 10;

async function runAll(
  faults: readonly Fault[],
  up: typeof asking,
): Promise<ReadonlyMap<string, FaultRun>> {
  const { server, config } = await startFaultyUpstream(faults);
  const graphs = { up, nowhere: askingSmall };
  try {
    const ended = new Map<string, FaultRun>();
    // Each fault is to be met, however many came before.
    await withWorker({ config, liveSignals: openGate() }, async ({ client }) => {
      const left = [...faults.entries()];
      const work = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const [index, fault] = next;
          ended.set(fault.name, await runFault(client, graphs, fault, index));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    });
    return ended;
  } finally {
    await server.stop();
  }
}

describe.each([
  ["in a plain reply", PLAIN_FAULTS, asking],
  ["in a stream", STREAM_FAULTS, askingForStream],
] as const)("a fault %s", (_name, faults, graph) => {
  let runs: ReadonlyMap<string, FaultRun>;

  beforeAll(async () => {
    runs = await runAll(faults, graph);
  }, 120_000);

  it.each(faults.filter(({ expected }) => expected !== "reply"))(
    "of an upstream that $name is $expected, and the backup answers",
    ({ name, expected }) => {
      const ended = runs.get(name);

      expect(ended?.outcome).toBe("recovered");
      expect(ended?.run.attempts[0]).toMatchObject({ status: "failed", kind: expected });
    },
  );

  it.each(faults.filter(({ expected }) => expected === "reply"))(
    "of an upstream that $name is no fault: the reply is whole",
    ({ name }) => {
      const ended = runs.get(name);

      expect(ended?.outcome).toBe("taken");
      expect(ended?.run.attempts).toHaveLength(1);
    },
  );
});
