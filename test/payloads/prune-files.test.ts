/** Old payloads are removed where their run is gone, and nowhere else. */

import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore, type Owner } from "../../payloads/file-store.ts";
import { pruneFiles } from "../../payloads/prune-files.ts";
import { payloadFilesIn } from "../harness/raw-history.ts";

const LONG_AGO = new Date("2020-01-01");
const BEFORE = Date.parse("2021-01-01");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-prune-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (id: string | undefined, text: string): Promise<unknown> =>
  fileStore(folder).store(
    id === undefined ? {} : { target: { kind: "workflow", namespace: "default", id } },
    [{ metadata: {}, data: Buffer.from(text) }],
  );

async function ageAll(): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names) await utimes(join(folder, name), LONG_AGO, LONG_AGO);
}

const isGone = async (): Promise<boolean> => false;
const isAway = (): Promise<boolean> => Promise.reject(new Error("Temporal is away"));

it("removes what is old and of a run that is gone, with its folder", async () => {
  await put("gone", "one");
  await put("gone", "two");
  await ageAll();

  const removed = await pruneFiles(folder, { before: BEFORE, isKept: isGone });

  expect(removed).toBe(2);
  expect(await readdir(folder)).toEqual([]);
});

it("asks of a run by its namespace and id, and keeps what is kept", async () => {
  await put("kept", "one");
  await ageAll();
  const asked: Owner[] = [];

  const removed = await pruneFiles(folder, {
    before: BEFORE,
    isKept: async (owner) => asked.push(owner) > 0,
  });

  expect(removed).toBe(0);
  expect(asked).toEqual([{ namespace: "default", workflowId: "kept" }]);
  expect(await payloadFilesIn(folder)).toHaveLength(1);
});

it("keeps all of a run that has written something lately, and asks nobody", async () => {
  await put("busy", "old");
  await ageAll();
  await put("busy", "new");

  const isKept = jest.fn(isGone);
  expect(await pruneFiles(folder, { before: BEFORE, isKept })).toBe(0);
  expect(isKept).not.toHaveBeenCalled();
  expect(await payloadFilesIn(folder)).toHaveLength(2);
});

it("keeps what was put aside again: it is as young as its newest use", async () => {
  await put("again", "same");
  await ageAll();
  await put("again", "same");

  expect(await pruneFiles(folder, { before: BEFORE, isKept: isGone })).toBe(0);
});

it("keeps everything while nobody can be asked", async () => {
  await put("unknown", "one");
  await ageAll();

  expect(await pruneFiles(folder, { before: BEFORE, isKept: isAway })).toBe(0);
  expect(await payloadFilesIn(folder)).toHaveLength(1);
});

it("keeps what is of no run, and what others have put there", async () => {
  await put(undefined, "nobody's");
  await ageAll();

  expect(await pruneFiles(folder, { before: BEFORE, isKept: isGone })).toBe(0);
  expect(await payloadFilesIn(folder)).toHaveLength(1);
});

it("finds nothing where nothing was put aside", async () => {
  const nowhere = join(folder, "nowhere");

  expect(await pruneFiles(nowhere, { before: BEFORE, isKept: isGone })).toBe(0);
});
