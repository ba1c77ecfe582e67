/** The trail in files: one chain whatever becomes of those who write it, and nothing of what was never finished. */

import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seal } from "../../../audit/chain.ts";
import { writeSealedLine } from "../../../audit/sealed-line.ts";
import { jsonlSink, type JsonlSinkOptions } from "../../../plugins/sinks/jsonl.ts";
import { FileTrail } from "../../../plugins/trails/file-trail.ts";
import { readFileTrail } from "../../../plugins/trails/read-file-trail.ts";
import { thisProcess } from "../../../plugins/trails/this-process.ts";
import { readChain, recordOf, recordsOf } from "../../../testing/trails/subject.ts";

const WORKSPACE = "acme";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-audit-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (options: JsonlSinkOptions = {}) => jsonlSink({ folder, flush: false, ...options });
const trail = () => join(folder, "trail", WORKSPACE);

async function segments(): Promise<readonly string[]> {
  const names = await readdir(trail());
  return names.filter((name) => /^\d+-\d+\.jsonl$/.test(name)).map((name) => join(trail(), name));
}

async function lastSegment(): Promise<string> {
  return (await segments()).at(-1) ?? "";
}

async function files(): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

async function idsOf(): Promise<readonly string[]> {
  return (await readChain(open(), WORKSPACE)).map(({ id }) => id);
}

const idsIn = (run: string, count: number) => recordsOf(WORKSPACE, run, count).map(({ id }) => id);

async function errorOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}

it.each([
  ["half a line", '{"hash":"12'],
  [
    "a line without its end",
    writeSealedLine(seal({ size: 3, hash: "" }, recordsOf(WORKSPACE, "x", 1))[0]!),
  ],
  ["zeros, as a disk gives that lost its power", "\0".repeat(4_000)],
  ["zeros and a line", `${"\0".repeat(40)}\n{"seq":1}\n`],
])("cuts %s off its end, and goes on", async (_name, rest) => {
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "first", 3));
  await appendFile(await lastSegment(), rest);

  await open().write(WORKSPACE, recordsOf(WORKSPACE, "second", 2));

  expect(await idsOf()).toEqual([...idsIn("first", 3), ...idsIn("second", 2)]);
});

it("writes nothing behind a last line that is no record, and reads what is before it", async () => {
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 2));
  await appendFile(await lastSegment(), "[]\n");

  expect(await errorOf(open().write(WORKSPACE, recordsOf(WORKSPACE, "other", 1)))).toMatchObject({
    code: "SINK_DAMAGED",
  });
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { seq } of open().read!({ workspace: WORKSPACE })) seen.push(seq);
  })();
  expect(await errorOf(reading)).toMatchObject({ code: "SINK_DAMAGED" });
  expect(seen).toEqual([0, 1]);
});

it("begins a new file after so many bytes, and finds everything again without its index", async () => {
  const sink = open({ segmentBytes: 3_000 });
  for (let run = 0; run < 20; run += 1)
    await sink.write(WORKSPACE, [
      ...recordsOf(WORKSPACE, `run-${run}`, 4),
      recordOf({ workspace: WORKSPACE, run: `run-${run}`, event: 9, type: "run.ended" }),
    ]);
  const before = await idsOf();
  const indexes = (await files()).filter((path) => path.endsWith(".runs"));
  await writeFile(indexes[0] ?? "", "damaged");
  await rm(indexes[1] ?? "");

  const other = open({ segmentBytes: 3_000 });
  for (let run = 0; run < 20; run += 1)
    await other.write(WORKSPACE, recordsOf(WORKSPACE, `run-${run}`, 4));

  expect((await segments()).length).toBeGreaterThan(5);
  expect(await idsOf()).toEqual(before);
  expect(await other.findEnded!(WORKSPACE, ["run-0", "run-19", "run-20"])).toEqual([
    "run-0",
    "run-19",
  ]);
});

/** What a process leaves that was killed while it wrote. */
async function leaveHalf(owner: object, { from, to }: { from: number; to: number }): Promise<void> {
  const segment = (await lastSegment()).replace(/.*\/|\.jsonl$/g, "");
  const lines = seal({ size: 3, hash: "1".repeat(64) }, recordsOf(WORKSPACE, "half", 2)).map(
    writeSealedLine,
  );
  await appendFile(await lastSegment(), `${lines.join("\n")}\n`);
  const note = JSON.stringify({ segment, from, to });
  const lock = join(trail(), "lock", "900.held");
  await writeFile(lock, `${JSON.stringify(owner)}\n${note}`);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
}

it("is read without its lock where that cannot be taken, but for what is not finished", async () => {
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 3));
  const { size } = await stat(await lastSegment());
  await leaveHalf(
    { ...(await thisProcess()), pid: process.ppid, token: "t" },
    { from: size, to: size + 100_000 },
  );
  const lock = join(trail(), "lock");
  const trailOf = new FileTrail(trail(), {
    segmentBytes: 1_000,
    isFlushed: false,
    lockTimeoutMs: 10,
  });
  trailOf.extent = async () => {
    throw Object.assign(new Error("full"), { code: "ENOSPC" });
  };

  const seqs: number[] = [];
  for await (const { seq } of readFileTrail(trailOf, { workspace: WORKSPACE })) seqs.push(seq);

  expect(seqs).toEqual([0, 1, 2]);
  expect(await readdir(lock)).toContain("900.held");
});

describe("a process that was killed while it wrote", () => {
  it("leaves nothing of a write that is not whole, though its lines are", async () => {
    await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 3));
    const { size } = await stat(await lastSegment());
    const dead = { ...(await thisProcess()), pid: 2 ** 22 + 1, token: "dead" };
    await leaveHalf(dead, { from: size, to: size + 100_000 });

    await open().write(WORKSPACE, recordsOf(WORKSPACE, "next", 1));

    expect(await idsOf()).toEqual([...idsIn("run", 3), ...idsIn("next", 1)]);
  });

  it("was another one if its id is used again", async () => {
    await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 3));
    const { size } = await stat(await lastSegment());
    const reborn = { ...(await thisProcess()), pid: process.ppid, began: "1", token: "dead" };
    await leaveHalf(reborn, { from: size, to: size + 100_000 });

    await open().write(WORKSPACE, recordsOf(WORKSPACE, "next", 1));

    expect(await idsOf()).toEqual([...idsIn("run", 3), ...idsIn("next", 1)]);
  });
});

it("does no harm to the chain when one that was taken for dead, elsewhere, wakes up and writes on", async () => {
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 3));
  const old = await lastSegment();
  const { size } = await stat(old);
  await leaveHalf(
    { place: "elsewhere", pid: 1, thread: 0, began: "1", token: "t" },
    { from: size, to: size + 100_000 },
  );
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "next", 1));

  await appendFile(
    old,
    seal({ size: 3, hash: "2".repeat(64) }, recordsOf(WORKSPACE, "late", 2))
      .map((one) => `${writeSealedLine(one)}\n`)
      .join(""),
  );
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "late", 2));

  expect(await idsOf()).toEqual([...idsIn("run", 3), ...idsIn("next", 1), ...idsIn("late", 2)]);
});

it("waits for one that is well, and says when it has waited too long", async () => {
  await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 1));
  const parent = { ...(await thisProcess()), pid: process.ppid, token: "t" };
  const stat1 = await readFile(`/proc/${process.ppid}/stat`, "utf8").catch(() => "");
  const began = stat1.slice(stat1.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  const lock = join(trail(), "lock", "900.held");
  await writeFile(lock, `${JSON.stringify({ ...parent, began })}\n`);

  const impatient = open({ lockTimeoutMs: 100 }).write(WORKSPACE, recordsOf(WORKSPACE, "other", 1));
  expect(await errorOf(impatient)).toMatchObject({ code: "SINK_AWAY" });

  const patient = open().write(WORKSPACE, recordsOf(WORKSPACE, "other", 1));
  await rm(lock);
  await patient;
  expect(await idsOf()).toEqual([...idsIn("run", 1), ...idsIn("other", 1)]);
});

it("removes from the disk what was pruned and what was erased", async () => {
  const sink = open();
  const secret = (event: number) =>
    recordOf({ workspace: WORKSPACE, run: "run", event, attributes: { name: `secret-${event}` } });
  await sink.write(WORKSPACE, [secret(1), secret(2), secret(3)]);
  const run = { workspace: WORKSPACE, run: "run" };
  const key = Buffer.alloc(32, "k");
  await sink.content!.keep(run, { key, sealed: Buffer.from("sealed words") });

  await sink.prune!(WORKSPACE, secret(3).at);
  await sink.content!.erase(run);

  const left = (await Promise.all((await files()).map((path) => readFile(path, "utf8")))).join();
  expect(left).toContain("secret-3");
  expect(left).not.toMatch(/secret-[12]|sealed words/);
  expect(left).not.toContain(key.toString("base64"));
});

it("keeps keys where it is told to, and nothing that a copy of the rest could be opened with", async () => {
  const keysFolder = join(folder, "elsewhere");
  const sink = open({ folder: join(folder, "audit"), keysFolder });
  const key = Buffer.alloc(32, "k");

  await sink.content!.keep(
    { workspace: WORKSPACE, run: "run" },
    { key, sealed: Buffer.from("sealed") },
  );

  const holding = await Promise.all(
    (await files()).map(async (path) => [path, await readFile(path, "utf8")] as const),
  );
  const withKey = holding.filter(([, text]) => text.includes(key.toString("base64")));
  expect(withKey.map(([path]) => path)).toEqual([expect.stringContaining(keysFolder)]);
});

it("lets nobody else read what it keeps", async () => {
  const sink = open({ folder: join(folder, "audit"), segmentBytes: 100 });
  await sink.write(WORKSPACE, recordsOf(WORKSPACE, "run", 2));
  await sink.write("Ω", recordsOf("Ω", "run", 2));
  await sink.content!.keep(
    { workspace: WORKSPACE, run: "run" },
    { key: Buffer.alloc(32), sealed: Buffer.alloc(9) },
  );

  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of found)
    expect((await stat(join(parentPath, name))).mode & 0o077).toBe(0);
});

it("says that it may not write, and shows no path", async () => {
  await mkdir(join(folder, "trail"), { recursive: true });
  await writeFile(join(folder, "trail", WORKSPACE), "a file where the folder should be");

  const error = await errorOf(open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 1)));

  expect(error).toMatchObject({
    code: "SINK_AWAY",
    message: expect.stringContaining("EEXIST|ENOTDIR".split("|")[1]!),
  });
  expect(String(error)).not.toContain(folder);
});

it("puts what is written at once into one write", async () => {
  const sink = open();
  await Promise.all(
    Array.from({ length: 500 }, (_, run) =>
      sink.write(WORKSPACE, recordsOf(WORKSPACE, `${run}`, 2)),
    ),
  );

  const [lock = ""] = await readdir(join(trail(), "lock"));

  expect(await idsOf()).toHaveLength(1_000);
  // The lock tells how often it was taken.
  expect(Number.parseInt(lock, 10)).toBeLessThan(10);
});

it.each(["segmentBytes", "lockTimeoutMs"])("refuses a %s that is no number above 0", (name) => {
  expect(() => open({ [name]: 0 })).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
