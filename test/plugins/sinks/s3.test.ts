/** The trail in a bucket: two workers never make the same object, and a store that lets them is not used. */

import { s3Sink } from "../../../plugins/sinks/s3.ts";
import { recordsOf, readChain } from "../../../testing/trails/subject.ts";
import { startFakeS3, type FakeS3 } from "../../harness/fake-s3.ts";

const WORKSPACE = "acme";

let s3: FakeS3;

beforeAll(() => {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test-secret";
});

beforeEach(async () => {
  s3 = await startFakeS3("audit");
});

afterEach(() => s3.stop());

const open = (options: { readonly bucket?: string; readonly keysBucket?: string } = {}) =>
  s3Sink({ bucket: "audit", endpoint: s3.url, region: "eu-central-1", ...options });

it("uses no store that takes no notice of conditions", async () => {
  s3.isUnconditional = true;

  await expect(open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 1))).rejects.toMatchObject({
    code: "SINK_REFUSES",
    message: expect.stringContaining("If-None-Match"),
  });
  expect([...s3.objects.keys()].filter((key) => key.includes("/records/"))).toEqual([]);
});

it("writes one object for what comes at once, named by the number of its first record", async () => {
  const sink = open();
  await sink.write(WORKSPACE, recordsOf(WORKSPACE, "first", 3));
  await Promise.all(
    Array.from({ length: 50 }, (_, run) =>
      sink.write(WORKSPACE, recordsOf(WORKSPACE, `${run}`, 2)),
    ),
  );

  const keys = [...s3.objects.keys()].filter((key) => key.includes("/records/"));
  expect(keys.length).toBeLessThan(5);
  expect(keys.slice(0, 2)).toEqual([
    "/audit/signalbox-audit/trail/acme/records/000000000000000",
    "/audit/signalbox-audit/trail/acme/records/000000000000003",
  ]);
});

it("reads no more than the newest objects when it starts, and knows all that is in the others", async () => {
  const sink = open();
  for (let run = 0; run < 300; run += 1)
    await sink.write(WORKSPACE, recordsOf(WORKSPACE, `run-${run}`, 2));
  const before = await readChain(sink, WORKSPACE);
  const asked = s3.requests.length;

  const other = open();
  await other.write(WORKSPACE, recordsOf(WORKSPACE, "run-299", 2));
  const atStart = s3.requests.slice(asked);
  await other.write(WORKSPACE, recordsOf(WORKSPACE, "run-0", 2));

  expect(atStart.filter((request) => request.includes("/records/")).length).toBeLessThan(50);
  expect(await readChain(open(), WORKSPACE)).toEqual(before);
}, 60_000);

it("does not fork the chain for one that was away while others wrote and pruned everything", async () => {
  const [late, other] = [open(), open()];
  await late.write(WORKSPACE, recordsOf(WORKSPACE, "first", 2));
  await other.write(WORKSPACE, recordsOf(WORKSPACE, "second", 2));
  await other.write(WORKSPACE, recordsOf(WORKSPACE, "third", 2));
  await other.prune!(WORKSPACE, "2999-01-01T00:00:00Z");

  await late.write(WORKSPACE, recordsOf(WORKSPACE, "fourth", 2));

  const seqs: number[] = [];
  for await (const { seq } of open().read!({ workspace: WORKSPACE })) seqs.push(seq);
  expect(seqs).toEqual([6, 7]);
});

it("says what is wrong with the bucket, and shows no key", async () => {
  const error: unknown = await open({ bucket: "another" })
    .write(WORKSPACE, recordsOf(WORKSPACE, "run", 1))
    .catch((caught: unknown) => caught);

  expect(error).toMatchObject({
    code: "SINK_REFUSES",
    message: expect.stringContaining("NoSuchBucket"),
  });
  expect(String(error)).not.toMatch(/test-secret|127\.0\.0\.1/);
});
