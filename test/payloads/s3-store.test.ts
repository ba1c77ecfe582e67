/** Large payloads in S3, by Temporal's driver and Amazon's client, against a server that speaks S3's wire format. */

import { randomBytes } from "node:crypto";
import type { Payload } from "@temporalio/common";
import type { StorageDriverClaim } from "@temporalio/common/lib/converter/extstore.js";
import { openDataConverter } from "../../payloads/data-converter.ts";
import { s3Store } from "../../payloads/s3-store.ts";
import { startFakeS3, type FakeS3 } from "../harness/fake-s3.ts";

const target = {
  kind: "workflow",
  namespace: "default",
  id: "acme.support-1",
  type: "support",
} as const;
const BUCKET = "payloads";

let s3: FakeS3;

beforeAll(() => {
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test-secret";
});

beforeEach(async () => {
  s3 = await startFakeS3(BUCKET);
});

afterEach(() => s3.stop());

const storeIn = (bucket = BUCKET) =>
  s3Store({ bucket, prefix: "signalbox/", endpoint: s3.url, region: "eu-central-1" });

const payload: Payload = {
  metadata: { encoding: Buffer.from("binary/plain") },
  data: randomBytes(400_000),
};

async function storeOne(): Promise<StorageDriverClaim> {
  const [claim] = await storeIn().store({ target }, [payload]);
  if (claim === undefined) throw new Error("nothing was stored");
  return claim;
}

function isSame(found: Payload | undefined): boolean {
  return Buffer.from(payload.data ?? []).equals(Buffer.from(found?.data ?? []));
}

it("puts a payload below the prefix, by run and hash, and gets it back", async () => {
  const claim = await storeOne();

  const [found] = await storeIn().retrieve({}, [claim]);

  expect(isSame(found)).toBe(true);
  expect(Buffer.from(found?.metadata?.["encoding"] ?? []).toString()).toBe("binary/plain");
  expect([...s3.objects.keys()]).toEqual([
    expect.stringMatching(
      /^\/payloads\/signalbox\/v0\/ns\/default\/wt\/support\/wi\/acme\.support-1\/ri\/null\/d\/sha256\/[0-9a-f]{64}$/,
    ),
  ]);
});

it("asks before it puts, so that what is there is not sent again", async () => {
  await storeOne();
  await storeOne();

  const methods = s3.requests.map((request) => request.split(" ")[0]);
  expect(methods).toEqual(["HEAD", "PUT", "HEAD"]);
});

it("is read without knowing the prefix it was put under", async () => {
  const claim = await storeOne();
  const other = s3Store({ bucket: "another", endpoint: s3.url, region: "eu-central-1" });

  const [found] = await other.retrieve({}, [claim]);

  expect(isSame(found)).toBe(true);
});

it("tries again when the store is busy for a moment", async () => {
  s3.busy = 2;

  const claim = await storeOne();

  expect(isSame((await storeIn().retrieve({}, [claim]))[0])).toBe(true);
});

it("says that the store is busy for longer, without the payload", async () => {
  s3.busy = 1_000;

  await expect(storeOne()).rejects.toMatchObject({
    code: "PAYLOADS_STORE_FAILED",
    message: expect.stringMatching(/"payloads" cannot be used \(.*HTTP 503\)/),
  });
});

it("says that there is no such bucket", async () => {
  const storing = storeIn("nowhere").store({ target }, [payload]);

  await expect(storing).rejects.toMatchObject({
    code: "PAYLOADS_STORE_FAILED",
    message: expect.stringMatching(/"nowhere" cannot be used \(NoSuchBucket, HTTP 404\)/),
  });
});

it("says that nobody answers", async () => {
  const { url } = s3;
  const store = s3Store({ bucket: BUCKET, endpoint: url, region: "eu-central-1" });
  await s3.stop();

  await expect(store.store({ target }, [payload])).rejects.toMatchObject({
    code: "PAYLOADS_STORE_FAILED",
  });
  s3 = await startFakeS3(BUCKET);
});

it("says that a payload is missing", async () => {
  const claim = await storeOne();
  s3.objects.clear();

  await expect(storeIn().retrieve({}, [claim])).rejects.toMatchObject({
    code: "PAYLOADS_NOT_FOUND",
  });
});

it("refuses a payload that has changed", async () => {
  const claim = await storeOne();
  for (const [key, object] of s3.objects)
    s3.objects.set(key, Buffer.concat([object, Buffer.from("x")]));

  await expect(storeIn().retrieve({}, [claim])).rejects.toMatchObject({ code: "PAYLOADS_DAMAGED" });
});

it("is named by one variable, endpoint and all", async () => {
  const where = `s3://${BUCKET}/some/place?region=eu-central-1&endpoint=${encodeURIComponent(s3.url)}`;
  const { externalStorage } = openDataConverter({ env: { SIGNALBOX_PAYLOADS: where } });
  const store = externalStorage.driverSelector({}, payload);

  const claims = await store?.store({ target }, [payload]);

  expect([...s3.objects.keys()]).toEqual([expect.stringMatching(/^\/payloads\/some\/place\/v0\//)]);
  expect(claims?.[0]?.claimData["key"]).toMatch(/^some\/place\/v0\//);
});
