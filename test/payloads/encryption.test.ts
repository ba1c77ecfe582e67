/** The encryption of payloads: what goes in comes out, and nothing else does. */

import { inspect } from "node:util";
import * as fc from "fast-check";
import type { Payload } from "@temporalio/common";
import { encryptionCodec, isEncrypted } from "../../payloads/encryption-codec.ts";
import { makeEncryptionKey, readEncryptionKeys } from "../../payloads/encryption-keys.ts";
import { Keyring } from "../../payloads/keyring.ts";

const first = makeEncryptionKey("first").key;
const second = makeEncryptionKey("second").key;

const codecOf = (...keys: ConstructorParameters<typeof Keyring>[0]) =>
  encryptionCodec(new Keyring(keys));

const bytes = fc.uint8Array({ maxLength: 2_000 });
const payloads: fc.Arbitrary<Payload[]> = fc.array(
  fc.record({
    metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), bytes, { maxKeys: 4 }),
    data: bytes,
  }),
  { maxLength: 4 },
);

const plain = (text: string): Payload => ({
  metadata: { encoding: Buffer.from("json/plain") },
  data: Buffer.from(JSON.stringify(text)),
});

/** In one form: buffers and arrays of bytes are the same. */
function show(given: readonly Payload[]): unknown {
  return given.map(({ metadata, data }) => ({
    metadata: Object.entries(metadata ?? {})
      .map(([name, value]) => `${name} ${Buffer.from(value).toString("hex")}`)
      .toSorted(),
    data: Buffer.from(data ?? []).toString("hex"),
  }));
}

async function encryptOne(payload: Payload, codec = codecOf(first)): Promise<Payload> {
  const [encrypted] = await codec.encode([payload]);
  if (encrypted === undefined) throw new Error("nothing was encrypted");
  return encrypted;
}

describe("the codec", () => {
  it("gives every payload back as it was, with its metadata", async () => {
    const codec = codecOf(first);

    await fc.assert(
      fc.asyncProperty(payloads, async (given) => {
        const decoded = await codec.decode(await codec.encode(given));

        expect(show(decoded)).toEqual(show(given));
      }),
    );
  });

  it.each([
    ["an array, as protobufjs has it", []],
    ["null", null],
    ["nothing", undefined],
  ])("takes payloads without data, where that is %s", async (_what, data) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What Temporal's SDK gives, whatever its types say.
    const empty = { metadata: { encoding: Buffer.from("binary/null") }, data } as Payload;
    const codec = codecOf(first);

    const decoded = await codec.decode(await codec.encode([empty]));

    expect(show(decoded)).toEqual(show([{ ...empty, data: Buffer.alloc(0) }]));
    await expect(
      codec.decode([{ ...(await encryptOne(empty)), data: empty.data }]),
    ).rejects.toMatchObject({ code: "PAYLOADS_UNREADABLE" });
  });

  it("shows neither data nor metadata", async () => {
    const encrypted = await encryptOne(plain("a secret of some length"));

    const all = Buffer.concat([
      Buffer.from(encrypted.data ?? []),
      ...Object.values(encrypted.metadata ?? {}).map((value) => Buffer.from(value)),
    ]).toString("latin1");
    expect(all).not.toMatch(/secret|json/);
    expect(Object.keys(encrypted.metadata ?? {})).toEqual([
      "encoding",
      "encryption-key-id",
      "encryption-version",
    ]);
    expect(isEncrypted(encrypted)).toBe(true);
  });

  it("takes a new nonce each time", async () => {
    const codec = codecOf(first);

    const all = await codec.encode(Array.from({ length: 1_000 }, () => plain("same")));

    const nonces = all.map(({ data }) => Buffer.from(data ?? []).toString("hex", 0, 12));
    expect(new Set(nonces).size).toBe(1_000);
  });

  it("refuses what was changed, wherever it was", async () => {
    const codec = codecOf(first);
    const encrypted = await encryptOne(plain("pay 10 to Ann"));
    const data = Buffer.from(encrypted.data ?? []);

    await fc.assert(
      fc.asyncProperty(
        fc.nat(data.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Buffer.from(data);
          changed[at] = (changed[at] ?? 0) ^ change;

          await expect(codec.decode([{ ...encrypted, data: changed }])).rejects.toMatchObject({
            code: "PAYLOADS_WRONG_KEY",
          });
        },
      ),
    );
  });

  it("refuses what was cut off", async () => {
    const encrypted = await encryptOne(plain("long enough"));

    for (const length of [0, 11, 27]) {
      const data = Buffer.from(encrypted.data ?? []).subarray(0, length);
      await expect(codecOf(first).decode([{ ...encrypted, data }])).rejects.toMatchObject({
        code: "PAYLOADS_UNREADABLE",
      });
    }
  });

  it("refuses what says that another key of the same bytes has encrypted it", async () => {
    const codec = codecOf(first, { ...second, key: first.key });
    const encrypted = await encryptOne(plain("mine"));
    const renamed = {
      ...encrypted,
      metadata: { ...encrypted.metadata, "encryption-key-id": Buffer.from("second") },
    };

    await expect(codec.decode([renamed])).rejects.toMatchObject({ code: "PAYLOADS_WRONG_KEY" });
  });

  it("refuses a form of encryption that it does not know", async () => {
    const encrypted = await encryptOne(plain("from the future"));
    const newer = {
      ...encrypted,
      metadata: { ...encrypted.metadata, "encryption-version": Buffer.from("2") },
    };

    await expect(codecOf(first).decode([newer])).rejects.toMatchObject({
      code: "PAYLOADS_UNREADABLE",
    });
  });

  it("reads what was never encrypted", async () => {
    const given = [plain("from before")];

    expect(show(await codecOf(first).decode(given))).toEqual(show(given));
  });

  it("encrypts with the first key and reads what all of them have encrypted", async () => {
    const old = await encryptOne(plain("old"), codecOf(first));
    const rotated = codecOf(second, first);

    const now = await encryptOne(plain("now"), rotated);

    expect(Buffer.from(now.metadata?.["encryption-key-id"] ?? []).toString()).toBe("second");
    expect(show(await rotated.decode([old, now]))).toEqual(show([plain("old"), plain("now")]));
  });

  it("names the missing key and those that are there, and quotes none", async () => {
    const encrypted = await encryptOne(plain("hidden text"));

    const refused = codecOf(second).decode([encrypted]);

    await expect(refused).rejects.toMatchObject({
      code: "PAYLOADS_UNKNOWN_KEY",
      message: expect.stringMatching(/key "first", and the keys here are "second"/),
    });
    const told = inspect(await refused.catch((error: unknown) => error), { depth: 9 });
    expect(told).not.toContain(Buffer.from(second.key).toString("base64"));
    expect(told).not.toMatch(/hidden/);
  });

  it("without keys encrypts nothing, and says what is missing for what is encrypted", async () => {
    const given = [plain("open")];

    expect(await codecOf().encode(given)).toEqual(given);
    await expect(codecOf().decode([await encryptOne(plain("closed"))])).rejects.toMatchObject({
      code: "PAYLOADS_UNKNOWN_KEY",
      message: expect.stringContaining("no key is here"),
    });
  });

  it("tells another key under the same id from a missing one", async () => {
    const encrypted = await encryptOne(plain("mine"));
    const impostor = { ...second, id: "first" };

    await expect(codecOf(impostor).decode([encrypted])).rejects.toMatchObject({
      code: "PAYLOADS_WRONG_KEY",
      message: expect.stringContaining('The key "first" does not open this'),
    });
  });

  it("quotes no name of a key that is none", async () => {
    const encrypted = await encryptOne(plain("mine"));
    const odd = {
      ...encrypted,
      metadata: { ...encrypted.metadata, "encryption-key-id": Buffer.from("\u001b[31mred") },
    };

    await expect(codecOf(first).decode([odd])).rejects.toMatchObject({
      message: expect.not.stringContaining("red"),
    });
  });
});

describe("a keyring", () => {
  it("opens nothing for another purpose than it was sealed for", () => {
    const keyring = new Keyring([first]);
    const sealed = keyring.seal(Buffer.from("a reply"), "journal");

    expect(Buffer.from(keyring.open(sealed, "journal")).toString()).toBe("a reply");
    expect(() => keyring.open(sealed, "payload")).toThrow(/does not open this/);
  });

  it("prints no keys", () => {
    const shown = inspect(new Keyring([first]), { depth: 9, showHidden: true });

    expect(shown).not.toContain(Buffer.from(first.key).toString("hex").slice(0, 8));
    expect(shown).not.toContain(Buffer.from(first.key).toString("base64").slice(0, 8));
  });
});

describe("entries of keys", () => {
  const secret = Buffer.from(first.key).toString("base64");

  it("are made as they are read", () => {
    const made = makeEncryptionKey("2026-11");

    expect(readEncryptionKeys(made.entry)).toEqual([made.key]);
  });

  it("are read in either alphabet, with commas or white space between them", () => {
    const url = Buffer.from(second.key).toString("base64url");

    expect(readEncryptionKeys(` first:${secret},\n second:${url} `)).toEqual([first, second]);
    expect(readEncryptionKeys("")).toEqual([]);
  });

  it.each([
    ["no id", secret],
    ["an empty id", `:${secret}`],
    ["an id with a slash", `a/b:${secret}`],
    ["a key that is too short", `a:${secret.slice(4)}`],
    ["a key that is too long", `a:${secret}${secret}`],
    ["a key that is no base64", `a:${secret.slice(0, 42)}*=`],
    ["a passphrase", "a:correct horse battery staple"],
  ])("are refused with %s, and not quoted", (_what, entry) => {
    const reading = (): unknown => readEncryptionKeys(`good:${secret},${entry}`);

    expect(reading).toThrow(expect.objectContaining({ code: "PAYLOADS_INVALID_KEYS" }));
    expect(reading).toThrow(/entry 2/);
    expect(reading).not.toThrow(secret.slice(0, 20));
    expect(reading).not.toThrow(/horse/);
  });

  it("are refused where two have one id", () => {
    const twice = [first, { ...second, id: "first" }];

    expect(() => new Keyring(twice)).toThrow(
      expect.objectContaining({ code: "PAYLOADS_INVALID_KEYS" }),
    );
  });

  it("are refused in code where the key has another length", () => {
    expect(() => new Keyring([{ id: "short", key: new Uint8Array(16) }])).toThrow(
      /"short" has 16 bytes/,
    );
  });
});
