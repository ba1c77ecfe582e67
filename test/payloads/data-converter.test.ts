/** Settings of payloads, as the environment and options give them. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ApplicationFailure, type Payload } from "@temporalio/common";
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  ExternalStorageRunner,
  isReferencePayload,
  loadDataConverter,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { openDataConverter } from "../../payloads/data-converter.ts";
import { isEncrypted } from "../../payloads/encryption-codec.ts";
import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";

const { key, entry } = makeEncryptionKey("now");

const payloadOf = (text: string): Payload => ({
  metadata: { encoding: Buffer.from("json/plain") },
  data: Buffer.from(JSON.stringify(text)),
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-converter-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** As Temporal's client sends it: through the codecs, then aside. */
async function send(
  payload: Payload,
  converter: ReturnType<typeof openDataConverter>,
): Promise<Payload> {
  const [codec] = converter.payloadCodecs;
  const encoded = (await codec?.encode([payload])) ?? [];
  const [sent] = await new ExternalStorageRunner(converter.externalStorage).store(encoded);
  if (sent === undefined) throw new Error("nothing was sent");
  return sent;
}

describe("the encryption", () => {
  it("is off where nothing asks for it, and failures stay in words", () => {
    const converter = openDataConverter({ env: {} });

    expect(converter.isEncrypting).toBe(false);
    expect(converter.failureConverterPath).toBeUndefined();
  });

  it("is on with one variable, for failures too", async () => {
    const converter = openDataConverter({ env: { SIGNALBOX_ENCRYPTION_KEYS: entry } });
    const loaded = loadDataConverter(converter);

    const failure = await encodeErrorToFailure(
      loaded,
      ApplicationFailure.create({ message: "it says: Ann", details: ["Ann"] }),
    );

    expect(converter.isEncrypting).toBe(true);
    expect(JSON.stringify(failure)).not.toContain("Ann");
    expect(isEncrypted(failure.encodedAttributes ?? {})).toBe(true);
    await expect(decodeOptionalFailureToOptionalError(loaded, failure)).resolves.toMatchObject({
      message: "it says: Ann",
      details: ["Ann"],
    });
  });

  it("is what the options say, whatever the environment does", () => {
    const env = { SIGNALBOX_ENCRYPTION_KEYS: entry };

    expect(openDataConverter({ env, encryptionKeys: [] }).isEncrypting).toBe(false);
    expect(openDataConverter({ env: {}, encryptionKeys: [key] }).isEncrypting).toBe(true);
  });

  it("is refused with keys that are none", () => {
    expect(() => openDataConverter({ env: { SIGNALBOX_ENCRYPTION_KEYS: "secret" } })).toThrow(
      expect.objectContaining({ code: "PAYLOADS_INVALID_KEYS" }),
    );
  });
});

describe("large payloads", () => {
  it("go to files that hold ciphertext, and come back", async () => {
    const env = { SIGNALBOX_ENCRYPTION_KEYS: entry, SIGNALBOX_PAYLOADS: `file:${folder}` };
    const converter = openDataConverter({ env });

    const sent = await send(payloadOf("lighthouse ".repeat(30_000)), converter);

    expect(isReferencePayload(sent)).toBe(true);
    const [file = ""] = await filesIn(folder);
    expect(await readFile(file, "latin1")).not.toMatch(/lighthouse|json/);
    const [retrieved = {}] = await converter.retrieve([sent]);
    expect(isEncrypted(retrieved)).toBe(true);
    const [decoded] = (await converter.payloadCodecs[0]?.decode([retrieved])) ?? [];
    expect(Buffer.from(decoded?.data ?? []).toString()).toMatch(/^"lighthouse /);
  });

  it("stay where they are up to 256 KiB", async () => {
    const converter = openDataConverter({ env: { SIGNALBOX_PAYLOADS: `file:${folder}` } });

    const sizes = [256 * 1_024 - 100, 256 * 1_024].map((size) => "x".repeat(size));
    const sent = await Promise.all(sizes.map((text) => send(payloadOf(text), converter)));

    expect(sent.map(isReferencePayload)).toEqual([false, true]);
  });

  it("of several runs are in folders of their own", async () => {
    const { externalStorage } = openDataConverter({
      env: { SIGNALBOX_PAYLOADS: `file:${folder}` },
    });
    const runner = new ExternalStorageRunner(externalStorage);
    const payload = payloadOf("x".repeat(300_000));

    for (const id of ["one", "two", "one"]) {
      await runner.store([payload], { target: { kind: "workflow", namespace: "default", id } });
    }

    expect(await filesIn(folder)).toHaveLength(2);
  });

  it.each([
    ["a server of our own", {}],
    ["a server on this machine", { TEMPORAL_ADDRESS: "localhost:7233" }],
    ["a server on this machine, by its number", { TEMPORAL_ADDRESS: "127.0.0.1:7233" }],
    ["the newest kind of number", { TEMPORAL_ADDRESS: "[::1]:7233" }],
  ])("go to files by default with %s", (_what, env) => {
    expect(openDataConverter({ env }).payloadsFolder).toBe(resolve(".signalbox/payloads"));
  });

  it("stay where they are with a server elsewhere, unless a store is named", async () => {
    const env = { TEMPORAL_ADDRESS: "temporal.example.com:7233" };
    const large = payloadOf("x".repeat(300_000));

    expect(openDataConverter({ env }).payloadsFolder).toBeUndefined();
    expect(isReferencePayload(await send(large, openDataConverter({ env })))).toBe(false);
    const named = openDataConverter({ env: { ...env, SIGNALBOX_PAYLOADS: `file:${folder}` } });
    expect(isReferencePayload(await send(large, named))).toBe(true);
  });

  it("are only read from a store behind the first", async () => {
    const large = payloadOf("x".repeat(300_000));
    const before = openDataConverter({ env: { SIGNALBOX_PAYLOADS: `file:${folder}` } });
    const sent = await send(large, before);

    const after = openDataConverter({ env: { SIGNALBOX_PAYLOADS: `off, file:${folder}` } });

    expect(isReferencePayload(await send(large, after))).toBe(false);
    const [found] = await after.retrieve([sent]);
    expect(large.data?.every((byte, at) => byte === found?.data?.[at])).toBe(true);
  });

  it("of a store that is not named are missed in words", async () => {
    const env = { SIGNALBOX_PAYLOADS: `file:${folder}` };
    const sent = await send(payloadOf("x".repeat(300_000)), openDataConverter({ env }));

    const reading = openDataConverter({ env: { SIGNALBOX_PAYLOADS: "off" } }).retrieve([sent]);

    await expect(reading).rejects.toMatchObject({
      code: "PAYLOADS_NO_STORE",
      message: expect.stringContaining('"signalbox.files"'),
    });
  });

  it.each([
    "files",
    "file:",
    "/var/payloads",
    "s3:bucket",
    "s3://",
    "s3://user:pass@bucket",
    "s3://bucket?endpoint=ftp://x",
    "s3://bucket?acl=public",
    "file:a,file:b",
    "file:a,off",
    "file:a,",
  ])("are refused a store that is none: %s", (store) => {
    expect(() => openDataConverter({ env: { SIGNALBOX_PAYLOADS: store } })).toThrow(
      expect.objectContaining({ code: "PAYLOADS_INVALID_STORE" }),
    );
  });

  it("quote no password of a store", () => {
    expect(() => openDataConverter({ payloads: "s3://me:geheim@bucket" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("geheim") }),
    );
  });

  it("go to a driver of one's own", async () => {
    const { externalStorage } = openDataConverter({
      env: { SIGNALBOX_PAYLOADS: `file:${folder}` },
    });
    const [driver] = externalStorage.drivers;
    const converter = openDataConverter({ env: {}, payloads: driver ?? "off" });

    const sent = await send(payloadOf("x".repeat(300_000)), converter);

    expect(isReferencePayload(sent)).toBe(true);
    expect(await filesIn(folder)).toHaveLength(1);
  });
});

async function filesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((one) => one.isFile() && one.name !== "run.json")
    .map((one) => join(one.parentPath, one.name));
}
