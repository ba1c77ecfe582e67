/** Many writes in one: each is told how its own ended, and none is left behind. */

import { SinkError } from "../../../plugins/contract.ts";
import { GroupCommit } from "../../../plugins/trails/group-commit.ts";
import { recordsOf } from "../../../testing/trails/subject.ts";

it("writes what comes in the moment after a write has ended", async () => {
  let writes = 0;
  const commit = new GroupCommit(async () => void (writes += 1));

  for (let count = 0; count < 100; count += 1) {
    await commit.add(recordsOf("acme", "run", 1));
    // With more and more turns between.
    for (let turn = 0; turn < count % 7; turn += 1) await Promise.resolve();
  }

  expect(writes).toBe(100);
});

it("tells all of a write that failed, and writes the next", async () => {
  let isAway = true;
  const written: string[] = [];
  const commit = new GroupCommit(async (records) => {
    if (isAway) throw new SinkError("SINK_AWAY", "away");
    written.push(...records.map(({ run }) => run));
  });

  const ended = await Promise.allSettled(
    ["a", "b"].map((run) => commit.add(recordsOf("acme", run, 1))),
  );
  isAway = false;
  await commit.add(recordsOf("acme", "c", 1));

  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(written).toEqual(["c"]);
});

it("lets nobody suffer for records of another that cannot be written at all", async () => {
  const written: string[] = [];
  const commit = new GroupCommit(async (records) => {
    if (records.some(({ run }) => run === "bad")) throw new TypeError("bad");
    written.push(...records.map(({ run }) => run));
  });

  const ended = await Promise.allSettled(
    ["a", "bad", "b"].map((run) => commit.add(recordsOf("acme", run, 1))),
  );

  expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(written).toEqual(["a", "b"]);
});
