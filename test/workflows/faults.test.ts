import { asking, askingForStream, askingSmall } from "../fixtures/graphs.ts";
import type { Fault } from "../harness/faults.ts";
import { PLAIN_FAULTS } from "../harness/plain-faults.ts";
import { runFault, startFaultyUpstream, type FaultRun } from "../harness/run-faults.ts";
import { STREAM_FAULTS } from "../harness/stream-faults.ts";
import { withWorker } from "../harness/temporal.ts";

/** All at once: what stalls costs as long as its deadline, and no longer. */
async function runAll(
  faults: readonly Fault[],
  up: typeof asking | typeof askingForStream,
): Promise<ReadonlyMap<string, FaultRun>> {
  const { server, config } = await startFaultyUpstream(faults);
  const graphs = { up, nowhere: askingSmall };
  try {
    const ended = await withWorker({ config }, ({ client }) =>
      Promise.all(faults.map((fault, index) => runFault(client, graphs, fault, index))),
    );
    return new Map(ended.map((run) => [run.fault.name, run]));
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
