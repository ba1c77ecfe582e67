/** Large payloads in files: written as a whole, and only read where nothing has changed. */

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Payload } from "@temporalio/common";
import { StorageDriverClaim } from "@temporalio/common/lib/converter/extstore.js";
import * as fc from "fast-check";
import { fileStore } from "../../payloads/file-store.ts";

const target = { kind: "workflow", namespace: "default", id: "acme.support-1" } as const;

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "signalbox-files-")), "payloads");
});

afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

function payloadOf(text: string): Payload {
  return { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.from(text) };
}

const textOf = (payload: Payload | undefined): string =>
  Buffer.from(payload?.data ?? []).toString("utf8");

async function storeOne(text: string): Promise<{ claim: StorageDriverClaim; path: string }> {
  const [claim] = await fileStore(folder).store({ target }, [payloadOf(text)]);
  if (claim === undefined) throw new Error("nothing was stored");
  const { run = "", sha256 = "" } = claim.claimData;
  return { claim, path: join(folder, run, sha256) };
}

const retrieve = (claim: StorageDriverClaim, from = folder): Promise<Payload[]> =>
  fileStore(from).retrieve({}, [claim]);

it("gives back what it was given, in its order, also to another process", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 5 }),
      async (all) => {
        const payloads = all.map((data) => ({ metadata: { a: Buffer.from([0, 255]) }, data }));

        const claims = await fileStore(folder).store({ target }, payloads);
        const found = await fileStore(folder).retrieve({}, claims);

        expect(found.map(({ data }) => Buffer.from(data ?? []))).toEqual(
          all.map((one) => Buffer.from(one)),
        );
        expect(found.map(({ metadata }) => Buffer.from(metadata?.["a"] ?? []))).toEqual(
          all.map(() => Buffer.from([0, 255])),
        );
      },
    ),
    { numRuns: 20 },
  );
});

it("lets only the owner read, and leaves nothing half written", async () => {
  const { path } = await storeOne("for nobody else");

  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
  expect(new Set(await readdir(join(path, "..")))).toEqual(new Set([basename(path), "run.json"]));
});

it("says beside the files whose they are", async () => {
  const { path } = await storeOne("mine");

  const owner = JSON.parse(await readFile(join(path, "..", "run.json"), "utf8"));

  expect(owner).toEqual({ namespace: "default", workflowId: "acme.support-1" });
});

it("makes a damaged file whole when the same is stored again", async () => {
  const { claim, path } = await storeOne("precious");
  await writeFile(path, "broken");

  await storeOne("precious");

  expect(textOf((await retrieve(claim))[0])).toBe("precious");
});

it("writes the same payload several times at once without harm", async () => {
  const stored = await Promise.all(Array.from({ length: 20 }, () => storeOne("same")));

  const found = await Promise.all(stored.map(({ claim }) => retrieve(claim)));

  expect(found.map(([one]) => textOf(one))).toEqual(stored.map(() => "same"));
});

it("goes on when somebody removes the folder under it", async () => {
  const store = fileStore(folder);
  await store.store({ target }, [payloadOf("one")]);
  await rm(folder, { recursive: true });

  const claims = await store.store({ target }, [payloadOf("two")]);

  expect(textOf((await store.retrieve({}, claims))[0])).toBe("two");
});

it("says which file is missing, and what to do", async () => {
  const { claim, path } = await storeOne("gone soon");
  await rm(path);

  await expect(retrieve(claim)).rejects.toMatchObject({
    code: "PAYLOADS_NOT_FOUND",
    message: expect.stringMatching(/is not in the folder ".*": there is no .*SIGNALBOX_PAYLOADS/),
  });
});

it.each([
  ["a byte changed", (bytes: Buffer) => bytes.fill(1, 20, 21)],
  ["its end cut off", (bytes: Buffer) => bytes.subarray(0, -1)],
  ["nothing in it", () => Buffer.alloc(0)],
])("refuses a file with %s", async (_what, damage) => {
  const { claim, path } = await storeOne("the words of a customer");
  await writeFile(path, damage(await readFile(path)));

  const reading = retrieve(claim);

  await expect(reading).rejects.toMatchObject({ code: "PAYLOADS_DAMAGED" });
  await expect(reading).rejects.not.toThrow(/customer/);
});

it.each([
  { run: "../../etc", sha256: "passwd" },
  { run: "0".repeat(32), sha256: "../secret" },
  { run: `${"0".repeat(31)}/`, sha256: "0".repeat(64) },
  { run: "", sha256: "" },
])("takes no path from outside: %j", async (claimData) => {
  await expect(retrieve(new StorageDriverClaim(claimData))).rejects.toMatchObject({
    code: "PAYLOADS_NOT_FOUND",
  });
});

it("says that a folder cannot be written, and why", async () => {
  await writeFile(join(folder, "..", "file"), "");

  const storing = fileStore(join(folder, "..", "file")).store({ target }, [payloadOf("x")]);

  await expect(storing).rejects.toMatchObject({
    code: "PAYLOADS_STORE_FAILED",
    message: expect.stringMatching(/cannot be written .*\((ENOTDIR|EEXIST)\)/),
  });
});

it("says that a file cannot be read, and why", async () => {
  const { claim, path } = await storeOne("x");
  await rm(path);
  await mkdir(path);

  await expect(retrieve(claim)).rejects.toMatchObject({
    code: "PAYLOADS_STORE_FAILED",
    message: expect.stringContaining("(EISDIR)"),
  });
});

it("ends where it is told to, and calls that no fault of the store", async () => {
  const { claim } = await storeOne("x");
  const abortSignal = AbortSignal.abort(new Error("enough"));

  await expect(fileStore(folder).retrieve({ abortSignal }, [claim])).rejects.toThrow("enough");
  await expect(fileStore(folder).store({ target, abortSignal }, [payloadOf("y")])).rejects.toThrow(
    "enough",
  );
});
