/** Replies in files: whole or not there, found again by another worker, forgotten with age. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal } from "../../../plugins/journals/files.ts";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 25, 12);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-journal-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

it.each([
  ["an ordinary reply", "run/draft#0", '{"text":"Thank you."}'],
  ["an empty one", "run/draft#0", ""],
  ["one of many lines", "run/draft#0", "\n\n{}\n"],
  ["one beyond ASCII", "run/draft#0", "日本 😀"],
  ["under a key that is no file name", "../../etc/passwd\n\u0000#0", "{}"],
])("gives back %s, to another worker too", async (_name, key, entry) => {
  await fileJournal({ folder }).write(key, entry);

  expect(await fileJournal({ folder }).read(key)).toBe(entry);
});

it("knows nothing of what was never written, nor before anything was", async () => {
  const journal = fileJournal({ folder: join(folder, "not", "there") });

  expect(await journal.read("run/draft#0")).toBeUndefined();
  await journal.write("run/draft#1", "{}");
  expect(await journal.read("run/draft#0")).toBeUndefined();
});

it("keeps what was written last under a key", async () => {
  const journal = fileJournal({ folder });

  await journal.write("key", "first");
  await journal.write("key", "second");

  expect(await journal.read("key")).toBe("second");
  expect(await files()).toHaveLength(1);
});

it.each([
  ["cut short", (text: string) => text.slice(0, -1)],
  ["changed", (text: string) => text.replace("paid", "pays")],
  ["empty", () => ""],
])("does not take a file for a reply that is %s", async (_name, spoil) => {
  const journal = fileJournal({ folder });
  await journal.write("key", "what was paid for");
  const [path = ""] = await files();

  await writeFile(path, spoil(await readFile(path, "utf8")));

  expect(await journal.read("key")).toBeUndefined();
});

it("finds what was written yesterday, and forgets what is older than it keeps", async () => {
  let now = NOON;
  const journal = fileJournal({ folder, keepDays: 2, now: () => now });
  await journal.write("old", "old");
  now += 2 * DAY_MS;
  await journal.write("kept", "kept");

  expect(await journal.read("old")).toBe("old");

  now += DAY_MS;
  await journal.write("new", "new");
  // What is old is removed behind the back of those who write; this waits for it.
  await journal.close?.();

  expect(await journal.read("old")).toBeUndefined();
  expect(await journal.read("kept")).toBe("kept");
});

it("leaves what is not its own in its folder alone", async () => {
  await writeFile(join(folder, "notes.txt"), "mine");

  await fileJournal({ folder, keepDays: 0.001 }).write("key", "{}");

  expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
});

it("rejects where it cannot write, leaves nothing behind, and writes again later", async () => {
  await writeFile(join(folder, "journal"), "a file where the folder should be");
  const journal = fileJournal({ folder: join(folder, "journal") });

  await expect(journal.write("key", "{}")).rejects.toThrow(/EEXIST|ENOTDIR/);
  await rm(join(folder, "journal"));
  await journal.write("key", "{}");

  expect(await journal.read("key")).toBe("{}");
});

it("removes a day with many files in small steps, while others write, and its folder in the end", async () => {
  let now = NOON;
  const journal = fileJournal({ folder, keepDays: 1, now: () => now });
  await mkdir(join(folder, "2026-11-20"));
  const old = Array.from({ length: 1_000 }, (_, index) => join(folder, "2026-11-20", `${index}`));
  await Promise.all(old.map((path) => writeFile(path, "old")));

  await journal.write("key", "first");
  const left = await readdir(join(folder, "2026-11-20"));
  now += DAY_MS;
  await journal.write("key", "second");
  await until(async () => (await readdir(folder)).length === 2);

  expect(left.length).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual(["2026-11-25", "2026-11-26"]);
  expect(await journal.read("key")).toBe("second");
});

it("does not disturb another worker that removes the same day", async () => {
  await mkdir(join(folder, "2026-11-01"));
  const old = Array.from({ length: 500 }, (_, index) => join(folder, "2026-11-01", `${index}`));
  await Promise.all(old.map((path) => writeFile(path, "old")));
  const journals = Array.from("abc", () => fileJournal({ folder, now: () => NOON }));

  await Promise.all(journals.map((journal, index) => journal.write(`key ${index}`, "kept")));
  await until(async () => (await readdir(folder)).length === 1);

  const kept = await Promise.all(journals.map((journal, index) => journal.read(`key ${index}`)));
  expect(kept).toEqual(["kept", "kept", "kept"]);
});

it("stays where it was opened when the process goes to another folder", async () => {
  const before = process.cwd();
  process.chdir(folder);
  const journal = fileJournal({ folder: "here" });
  process.chdir(before);

  await journal.write("key", "{}");

  expect(await readdir(folder)).toEqual(["here"]);
});

it("lets nobody else read what it keeps", async () => {
  await fileJournal({ folder: join(folder, "journal") }).write("key", "{}");

  const [path = ""] = await files();
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect((await stat(join(folder, "journal"))).mode & 0o077).toBe(0);
});

it.each([0, -1, Number.NaN, 4_000])("refuses to keep replies for %d days", (keepDays) => {
  expect(() => fileJournal({ folder, keepDays })).toThrow(/keepDays/);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Writes long entries, one after the other, until it is killed; tells of the first. */
const WRITER = `
  import { fileJournal } from ${JSON.stringify(join(__dirname, "../../../dist/plugins/journals/files.js"))};
  const [folder, key, entry] = process.argv.slice(1);
  const journal = fileJournal({ folder });
  for (let count = 0; ; count += 1) {
    await journal.write(key.replace("COUNT", count), entry.repeat(20_000));
    if (count === 0) console.log("written");
  }
`;

async function killWhileItWrites(key: string, entry: string): Promise<void> {
  const args = ["--input-type=module", "-e", WRITER, folder, key, entry];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), exit]);
  child.kill("SIGKILL");
  await exit;
}

it("has a reply as a whole or not at all, whenever its process is killed", async () => {
  for (let round = 0; round < 5; round += 1)
    await killWhileItWrites(`${round}:COUNT`, "ten digits");

  const journal = fileJournal({ folder });
  const count = (await files()).length;
  let whole = 0;
  for (let round = 0; round < 5; round += 1) {
    expect(await journal.read(`${round}:0`)).toHaveLength(200_000);
    for (let index = 0; index < count; index += 1) {
      const entry = await journal.read(`${round}:${index}`);
      if (entry === undefined) continue;
      expect(entry).toHaveLength(200_000);
      whole += 1;
    }
  }
  // Of each process, what it was writing when it was killed.
  expect(whole).toBeGreaterThanOrEqual(count - 5);
});

it("keeps what was there until what takes its place is whole, whenever its process is killed", async () => {
  const journal = fileJournal({ folder });
  await journal.write("key", "first");

  for (let round = 0; round < 5; round += 1) await killWhileItWrites("key", "second ");

  expect(await journal.read("key")).toMatch(/^(second ){20000}$/);
});

it("writes again what a killed process did not finish", async () => {
  const journal = fileJournal({ folder });
  await journal.write("key", "what was paid for");
  const [path = ""] = await files();
  await writeFile(path, (await readFile(path, "utf8")).slice(0, -1));

  await journal.write("key", "what was paid for");

  expect(await journal.read("key")).toBe("what was paid for");
  expect(await files()).toEqual([path]);
});
