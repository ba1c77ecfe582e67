/** The trail in files, with processes that write to it at once and are killed at any moment: what was acknowledged is there, in one chain. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { jsonlSink } from "../../../plugins/sinks/jsonl.ts";
import { readChain } from "../../../testing/trails/subject.ts";

const SINK = join(__dirname, "../../../dist/plugins/sinks/jsonl.js");
const WORKSPACE = "acme";
/** Records of one write: some of a few bytes, some so large that they are killed while the kernel takes them. */
const OF_ONE = 5;

/** Writes until it is killed, each write a run of its own; tells of those that were acknowledged. */
const WRITER = `
  import { jsonlSink } from ${JSON.stringify(SINK)};
  const [folder, name] = process.argv.slice(1);
  const sink = jsonlSink({ folder, segmentBytes: 400_000, lockTimeoutMs: 60_000 });
  const write = async (run) => {
    const text = "x".repeat(Math.random() < 0.3 ? 200_000 : 100);
    await sink.write("acme", Array.from({ length: ${OF_ONE} }, (_, event) => ({
      id: run + "#" + event, at: new Date().toISOString(), type: "attempt.ended", workspace: "acme", run, attributes: { text },
    })));
    process.stdout.write(run + "\\n");
  };
  for (let count = 0; ; count += 1)
    await Promise.all([write(name + "-" + count + "a"), write(name + "-" + count + "b")]);
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-audit-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function startWriter(name: string): ChildProcess {
  const args = ["--input-type=module", "-e", WRITER, folder, name];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills it a moment after it has written for the first time. Gives what it says it has written. */
async function killOne(name: string): Promise<readonly string[]> {
  const child = startWriter(name);
  const exit = once(child, "exit");
  let said = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (said += text));
  const closed = once(child.stdout!, "close");
  await Promise.race([once(child.stdout!, "data"), exit]);
  await wait(Math.random() * 60);
  child.kill("SIGKILL");
  await Promise.all([exit, closed]);
  return said.split("\n").slice(0, -1);
}

it("has each write as a whole or not at all, and all that were acknowledged, however many writers are killed", async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const names = [0, 1, 2].map((writer) => `${round}-${writer}`);
    acknowledged.push(...(await Promise.all(names.map(killOne))).flat());
  }

  const records = await readChain(jsonlSink({ folder }), WORKSPACE);

  const counts = new Map<string, number>();
  for (const { run } of records) counts.set(run, (counts.get(run) ?? 0) + 1);
  expect(new Set(counts.values())).toEqual(new Set([OF_ONE]));
  expect(acknowledged.length).toBeGreaterThan(24);
  expect(acknowledged.filter((run) => !counts.has(run))).toEqual([]);
}, 120_000);
