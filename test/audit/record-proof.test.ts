/** A proof that a record is in a trail: it holds alone, for that record, and in each of its bytes. */

import { assert, integer, property } from "fast-check";
import {
  findProofFaults,
  isRecordProof,
  proofLine,
  proveRecord,
  type KnownChain,
  type RecordProof,
} from "../../audit/record-proof.ts";
import { createKeyPair, readPublicKey } from "../../audit/keys.ts";
import { sealedTrail, trailKeys } from "../harness/sealed-trail.ts";

const publicKeys = [trailKeys.publicKey];
const { sealed, checkpoints } = sealedTrail(30, [7, 13, 29]);
const whole: KnownChain = { start: 0, hashes: sealed.map(({ hash }) => hash), checkpoints };

function from(start: number): KnownChain {
  return { ...whole, start, hashes: whole.hashes.slice(start) };
}

function prove(known: KnownChain, place: number): RecordProof | undefined {
  const record = sealed[place];
  return record && proveRecord(known, record);
}

function faultsOf(given: RecordProof): readonly string[] {
  return findProofFaults(proofLine(given), given, publicKeys);
}

describe("a proof of a record", () => {
  it("holds for every record that is counted, by the first checkpoint that does", () => {
    for (const { seq } of sealed.slice(0, 29)) {
      const proof = prove(whole, seq) ?? never();

      expect(isRecordProof(proof)).toBe(true);
      expect(findProofFaults(proofLine(proof), proof, publicKeys)).toEqual([]);
      expect(proof.checkpoint.size).toBe(seq < 7 ? 7 : seq < 13 ? 13 : 29);
    }
  });

  it("is not to be had before a checkpoint counts the record", () => {
    expect(prove(whole, 29)).toBeUndefined();
  });

  it("needs no record before the last checkpoint that is not behind what was pruned", () => {
    const proven = sealed.flatMap(({ seq }) => (seq >= 10 && prove(from(10), seq) ? [seq] : []));
    const exact = sealed.flatMap(({ seq }) => (seq >= 7 && prove(from(7), seq) ? [seq] : []));
    const proof = prove(from(10), 20) ?? never();

    expect(proven).toEqual(Array.from({ length: 16 }, (_, index) => index + 13));
    expect(exact).toEqual(Array.from({ length: 22 }, (_, index) => index + 7));
    expect(findProofFaults(proofLine(proof), proof, publicKeys)).toEqual([]);
    expect(proof).toEqual(prove(whole, 20));
  });

  it("says what is wrong with it", () => {
    const proof = prove(whole, 5) ?? never();
    const other = prove(whole, 6) ?? never();

    expect(faultsOf({ ...proof, sealed: other.sealed })).toEqual([
      expect.stringContaining("not among those"),
    ]);
    expect(faultsOf({ ...proof, sealed: { ...proof.sealed, seq: 6 } })).toContainEqual(
      expect.stringContaining("not as it was sealed"),
    );
    expect(
      findProofFaults(proofLine(proof), proof, [readPublicKey(createKeyPair().publicKey)]),
    ).toEqual([expect.stringContaining("was not given")]);
  });

  it("does not hold with any bit of its file changed", () => {
    const bytes = Buffer.from(proofLine(prove(whole, 11) ?? never()));

    assert(
      property(integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        expect(holds(flipped.toString("utf8"))).toBe(false);
      }),
      { numRuns: 1_000, seed: 11 },
    );
  });
});

function holds(text: string): boolean {
  try {
    const proof: unknown = JSON.parse(text);
    return isRecordProof(proof) && findProofFaults(text, proof, publicKeys).length === 0;
  } catch {
    return false;
  }
}

function never(): never {
  throw new Error("It can be proved.");
}
