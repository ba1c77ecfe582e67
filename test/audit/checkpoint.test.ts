/** Checkpoints: who signed them, that nothing of them can be changed, and that the next needs no old record. */

import { EMPTY_CHAIN, NO_HASH, seal } from "../../audit/chain.ts";
import {
  isCheckpoint,
  nextCheckpoint,
  nextMark,
  signCheckpoint,
  verifyCheckpoint,
} from "../../audit/checkpoint.ts";
import { createKeyPair, keyIdOf, readPrivateKey, readPublicKey } from "../../audit/keys.ts";
import { auditRecords } from "../harness/audit-records.ts";

const pair = createKeyPair();
const privateKey = readPrivateKey(pair.privateKey);
const publicKey = readPublicKey(pair.publicKey);
const by = { workspace: "acme", at: "2026-11-25T08:00:00.000Z", privateKey };
const hashes = seal(EMPTY_CHAIN, auditRecords(25)).map(({ hash }) => hash);

describe("a checkpoint", () => {
  const checkpoint = nextCheckpoint(undefined, hashes, by);

  it("is known to be of its key, and of no other", () => {
    const other = readPublicKey(createKeyPair().publicKey);

    expect(isCheckpoint(checkpoint)).toBe(true);
    expect(checkpoint.keyId).toBe(pair.keyId);
    expect(verifyCheckpoint(checkpoint, publicKey)).toBe(true);
    expect(verifyCheckpoint(checkpoint, other)).toBe(false);
    expect(verifyCheckpoint({ ...checkpoint, keyId: keyIdOf(other) }, other)).toBe(false);
  });

  it.each([
    { size: 24 },
    { head: NO_HASH },
    { root: NO_HASH },
    { peaks: [NO_HASH] },
    { at: "2026-11-25T08:00:01.000Z" },
    { workspace: "other" },
    { keyId: "0".repeat(16) },
    { signature: `${checkpoint.signature} ` },
    { signature: checkpoint.signature.slice(0, -2) },
    { signature: "" },
  ])("does not hold with %j", (change) => {
    expect(verifyCheckpoint({ ...checkpoint, ...change }, publicKey)).toBe(false);
  });

  it.each<unknown>([
    { ...checkpoint, peaks: [] },
    { ...checkpoint, size: 24 },
    { ...checkpoint, root: NO_HASH },
    { ...checkpoint, extra: 1 },
    { ...checkpoint, at: "yesterday" },
    null,
    [],
    { size: 1 },
  ])("is none: %j", (value) => {
    expect(isCheckpoint(value)).toBe(false);
  });

  it("goes on from one before, without the records of that", () => {
    const first = nextCheckpoint(undefined, hashes.slice(0, 11), by);
    const second = nextCheckpoint(first, hashes.slice(11), by);

    expect(second).toEqual(checkpoint);
    expect(nextCheckpoint(second, [], by)).toEqual(second);
  });

  it("can be made of an empty chain", () => {
    const mark = nextMark(undefined, []);
    const signed = signCheckpoint({ workspace: "acme", at: by.at, ...mark }, privateKey);

    expect(mark).toMatchObject({ size: 0, head: NO_HASH, peaks: [] });
    expect(isCheckpoint(signed)).toBe(true);
  });
});

describe("a key", () => {
  it("is named alike by both its halves", () => {
    expect(keyIdOf(privateKey)).toBe(pair.keyId);
    expect(keyIdOf(publicKey)).toBe(pair.keyId);
    expect(keyIdOf(readPublicKey(pair.privateKey))).toBe(pair.keyId);
  });

  it.each(["", "key", pair.publicKey])("that signs is not %j", (pem) => {
    expect(() => readPrivateKey(pem)).toThrow(
      expect.objectContaining({ code: "AUDIT_INVALID_KEY" }),
    );
  });
});
