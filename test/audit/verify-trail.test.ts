/** What a check of a trail finds, by what was done to it. */

import { array, assert, asyncProperty, constantFrom, nat, tuple } from "fast-check";
import { EMPTY_CHAIN, headOf, seal, type SealedRecord } from "../../audit/chain.ts";
import { signCheckpoint, type Checkpoint } from "../../audit/checkpoint.ts";
import { createKeyPair, readPrivateKey, readPublicKey } from "../../audit/keys.ts";
import { verifyTrail, type VerifyOptions } from "../../audit/verify-trail.ts";
import { auditRecord, auditRecords } from "../harness/audit-records.ts";
import {
  checkpointsOf,
  replacedBy,
  reworded,
  sealedTrail,
  trailKeys,
} from "../harness/sealed-trail.ts";

const publicKeys = [trailKeys.publicKey];
const { sealed, checkpoints } = sealedTrail(20, [7, 13, 20]);

function at(place: number): SealedRecord {
  const found = sealed[place];
  if (found === undefined) throw new Error(`There is no record ${place}.`);
  return found;
}

function withAt(place: number, ...records: readonly SealedRecord[]): readonly SealedRecord[] {
  return sealed.toSpliced(place, 1, ...records);
}

type Edit = (
  records: readonly SealedRecord[],
  place: number,
  other: number,
) => readonly SealedRecord[];

/** All that can be done to a trail without the key. */
const EDITS: readonly Edit[] = [
  (records, place) => records.toSpliced(place, 1),
  (records, place) => records.slice(0, place),
  (records, place, other) => records.toSpliced(place, other % 4),
  (records, place, other) => records.toSpliced(other, 0, ...records.slice(place, place + 1)),
  (records, place, other) =>
    records.toSpliced(place, 1).toSpliced(other, 0, ...records.slice(place, place + 1)),
  (records, place) => changeAt(records, place, reworded),
  (records, place, other) => changeAt(records, place, (one) => ({ ...one, seq: other })),
  (records, place, other) =>
    changeAt(records, place, (one) => replacedBy(one, auditRecord(100 + other))),
  // From there on, the chain is made anew.
  (records, place, other) => [
    ...records.slice(0, place),
    ...seal(headOf(records.slice(0, place), EMPTY_CHAIN), [
      auditRecord(200 + other),
      ...records.slice(place + 1).map(({ record }) => record),
    ]),
  ],
];

function changeAt(
  records: readonly SealedRecord[],
  place: number,
  change: (sealed: SealedRecord) => SealedRecord,
): readonly SealedRecord[] {
  return records.map((one, index) => (index === place ? change(one) : one));
}

/** The faults in short: kind and number. */
async function faultsOf(
  records: readonly SealedRecord[],
  options: VerifyOptions = { checkpoints, publicKeys },
): Promise<readonly string[]> {
  const { faults, faultCount, isSound } = await verifyTrail(records, options);
  expect(faultCount).toBe(faults.length);
  expect(isSound).toBe(faults.length === 0);
  return faults.map(({ kind, seq }) => `${kind} ${seq}`);
}

describe("a trail as it was sealed", () => {
  it("is sound, and its report says how far it is signed", async () => {
    const report = await verifyTrail(sealed, {
      checkpoints: checkpoints.slice(0, 2),
      publicKeys,
    });

    expect(report).toEqual({
      isSound: true,
      workspace: "acme",
      records: 20,
      start: 0,
      head: { size: 20, hash: at(19).hash },
      checkpoints: 2,
      signedSize: 13,
      faultCount: 0,
      faults: [],
    });
  });

  it("is sound without checkpoints, and without keys for them, but not signed", async () => {
    const bare = await verifyTrail(sealed);
    const unsigned = await verifyTrail(sealed, { checkpoints });

    expect([bare.isSound, bare.signedSize]).toEqual([true, 0]);
    expect([unsigned.isSound, unsigned.checkpoints, unsigned.signedSize]).toEqual([true, 3, 0]);
  });

  it("is sound when it is empty", async () => {
    const report = await verifyTrail([], { publicKeys });

    expect(report).toMatchObject({ isSound: true, records: 0 });
  });
});

describe("what was done to a record", () => {
  it.each<[string, readonly SealedRecord[], readonly string[]]>([
    ["reworded", withAt(5, reworded(at(5))), ["changed 5"]],
    ["the first reworded", withAt(0, reworded(at(0))), ["changed 0"]],
    ["the last reworded", withAt(19, reworded(at(19))), ["changed 19"]],
    ["the last before a checkpoint reworded", withAt(6, reworded(at(6))), ["changed 6"]],
    [
      "two reworded",
      withAt(5, reworded(at(5))).with(11, reworded(at(11))),
      ["changed 5", "changed 11"],
    ],
    [
      "reworded, its hash made anew",
      withAt(5, replacedBy(at(5), auditRecord(5, { at: "2020-01-01T00:00:00.000Z" }))),
      ["changed 5"],
    ],
    [
      "the last before a checkpoint, its hash made anew",
      withAt(6, replacedBy(at(6), auditRecord(6, { at: "2020-01-01T00:00:00.000Z" }))),
      ["changed 6"],
    ],
    [
      "the very last, its hash made anew",
      withAt(19, replacedBy(at(19), auditRecord(19, { at: "2020-01-01T00:00:00.000Z" }))),
      ["changed 19"],
    ],
    ["another number", withAt(5, { ...at(5), seq: 99 }), ["changed 5"]],
    ["another hash", withAt(5, { ...at(5), hash: at(4).hash }), ["changed 5"]],
    ["another record before", withAt(5, { ...at(5), previous: at(9).hash }), ["changed 5"]],
    [
      "another number and record before",
      withAt(5, { ...at(5), seq: 99, previous: at(9).hash }),
      ["changed 5"],
    ],
    ["removed", withAt(5), ["removed 5"]],
    ["several removed", sealed.toSpliced(5, 6), ["removed 5"]],
    ["removed in two places", sealed.toSpliced(15, 1).toSpliced(3, 2), ["removed 3", "removed 15"]],
    ["the last removed", sealed.slice(0, 19), ["truncated 19"]],
    ["all removed", [], ["truncated 0"]],
    ["written twice", withAt(5, at(5), at(5)), ["inserted 5"]],
    ["the last written twice", withAt(19, at(19), at(19)), ["inserted 19"]],
    ["a copy of an old one inserted", withAt(12, at(3), at(12)), ["inserted 3"]],
    [
      "another one inserted before it, with a hash of its own",
      withAt(5, replacedBy(at(5), auditRecord(500)), at(5)),
      ["inserted 5"],
    ],
    [
      "another one inserted behind it, with a hash of its own",
      withAt(5, at(5), replacedBy(at(5), auditRecord(500))),
      ["inserted 5"],
    ],
    [
      "one without a right hash or number inserted",
      withAt(5, at(5), { ...reworded(at(9)), seq: 77 }),
      ["inserted 77"],
    ],
    ["swapped with the next", withAt(5, at(6), at(5)).toSpliced(7, 1), ["reordered 5"]],
    ["moved far back", withAt(5).toSpliced(15, 0, at(5)), ["reordered 5"]],
    ["moved to the end", [...withAt(5), at(5)], ["reordered 5"]],
    [
      "moved and given other words and a hash of its own",
      [...withAt(5), replacedBy(at(5), auditRecord(500))],
      ["changed 5"],
    ],
  ])("%s", async (_what, records, faults) => {
    expect(await faultsOf(records)).toEqual(faults);
  });

  it("names the record and says it in words", async () => {
    const { faults } = await verifyTrail(withAt(5, reworded(at(5))), { checkpoints, publicKeys });

    expect(faults).toEqual([
      {
        kind: "changed",
        seq: 5,
        id: "acme.support-0#5",
        detail: expect.stringMatching(/^The .+\.$/),
      },
    ]);
  });

  it("is found also without checkpoints, but at the very end", async () => {
    const without: VerifyOptions = {};

    expect(await faultsOf(withAt(5, reworded(at(5))), without)).toEqual(["changed 5"]);
    expect(await faultsOf(sealed.toSpliced(5, 3), without)).toEqual(["removed 5"]);
    expect(await faultsOf(sealed.slice(0, 15), without)).toEqual([]);
  });

  it("lists as many faults as are wanted, and counts all", async () => {
    const report = await verifyTrail(sealed.map(reworded), { maxFaults: 3 });

    expect(report.faults).toHaveLength(3);
    expect(report.faultCount).toBe(20);
  });
});

describe("ids and workspaces", () => {
  it("are told when an id is there twice", async () => {
    const twice = sealedTrail(5, [], [...auditRecords(4), auditRecord(1)]);

    expect(await faultsOf(twice.sealed)).toContain("duplicate_id 4");
  });

  it("are told when a record is of another workspace", async () => {
    const mixed = sealedTrail(2, [], [auditRecord(0), auditRecord(1, { workspace: "other" })]);

    expect(await faultsOf(mixed.sealed, {})).toEqual(["wrong_workspace 1"]);
    expect(await faultsOf(mixed.sealed, { workspace: "other" })).toEqual(["wrong_workspace 0"]);
  });
});

describe("a chain written anew", () => {
  const records = auditRecords(20).with(9, auditRecord(9, { type: "run.cancel_requested" }));
  const anew = sealedTrail(20, [], records).sealed;

  it("holds together, and is not the one that was signed", async () => {
    expect(await faultsOf(anew, {})).toEqual([]);
    expect(await faultsOf(anew)).toEqual(["rewritten 12", "rewritten 19"]);
  });

  it("is found by a checkpoint that was kept elsewhere, when those beside it were made anew", async () => {
    const other = createKeyPair();
    const forged = checkpointsOf(anew, [7, 13, 20], readPrivateKey(other.privateKey));

    expect(await faultsOf(anew, { checkpoints: forged, publicKeys })).toEqual([
      "unknown_key undefined",
      "unknown_key undefined",
      "unknown_key undefined",
    ]);
    expect(await faultsOf(anew, { checkpoints: checkpoints.slice(2) })).toEqual(["rewritten 19"]);
  });
});

describe("a checkpoint", () => {
  const [first = never()] = checkpoints;

  it.each<[string, Checkpoint, string]>([
    ["of another key", { ...first, keyId: "0".repeat(16) }, "unknown_key undefined"],
    ["with another time", { ...first, at: "2026-01-01T00:00:00Z" }, "signature undefined"],
    ["of another workspace", { ...first, workspace: "other" }, "wrong_workspace undefined"],
    ["with other peaks", { ...first, peaks: [] }, "unreadable undefined"],
  ])("%s is refused, and the others still count", async (_what, changed, fault) => {
    const given = [changed, ...checkpoints.slice(1)];
    const report = await verifyTrail(sealed, {
      workspace: "acme",
      checkpoints: given,
      publicKeys,
    });

    expect(report.faults.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([fault]);
    expect(report.signedSize).toBe(20);
  });

  it("may be signed by any of the keys that are given", async () => {
    const newer = createKeyPair();
    const { peaks, head, root, size, workspace, at: signedAt } = checkpoints[2] ?? first;
    const claim = { peaks, head, root, size, workspace, at: signedAt };
    const resigned = signCheckpoint(claim, readPrivateKey(newer.privateKey));
    const keys = [...publicKeys, readPublicKey(newer.publicKey)];

    const report = await verifyTrail(sealed, { checkpoints: [first, resigned], publicKeys: keys });

    expect(report).toMatchObject({ isSound: true, checkpoints: 2, signedSize: 20 });
  });
});

describe("a trail that is to be signed", () => {
  it.each<[string, VerifyOptions, readonly string[]]>([
    ["is", { checkpoints, publicKeys }, []],
    ["has no checkpoints any more", { publicKeys }, ["unsigned undefined"]],
    ["has only others' checkpoints", { checkpoints }, ["unsigned undefined"]],
  ])("%s", async (_what, options, faults) => {
    expect(await faultsOf(sealed, { ...options, mustBeSigned: true })).toEqual(faults);
  });
});

describe("a trail that was edited several times", () => {
  const edits = array(tuple(constantFrom(...EDITS), nat(19), nat(19)), {
    minLength: 1,
    maxLength: 5,
  });

  it("is never found sound, unless the edits undo each other", async () => {
    let unsound = 0;
    await assert(
      asyncProperty(edits, async (list) => {
        const edited = list.reduce<readonly SealedRecord[]>(
          (records, [edit, place, other]) => edit(records, place, other),
          sealed,
        );
        const isSame = JSON.stringify(edited) === JSON.stringify(sealed);
        const options = { checkpoints, publicKeys, anchor: EMPTY_CHAIN };

        const { isSound, faults } = await verifyTrail(edited, options);

        expect(isSound).toBe(isSame);
        expect(faults.length > 0).toBe(!isSame);
        if (!isSound) unsound += 1;
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(unsound).toBeGreaterThan(350);
  });
});

describe("a chain whose beginning was pruned", () => {
  const rest = sealed.slice(10);
  const anchor = { size: 10, hash: at(9).hash };

  it.each<[string, VerifyOptions, readonly string[]]>([
    ["a checkpoint over some that are left vouches for it", { checkpoints, publicKeys }, []],
    [
      "a checkpoint over what is gone",
      { checkpoints: checkpointsOf(sealed, [10]), publicKeys },
      [],
    ],
    ["what it begins with is given", { anchor }, []],
    ["both are", { anchor, checkpoints, publicKeys }, []],
    ["nothing vouches for it", {}, ["unanchored 10"]],
    ["only checkpoints of no known key do", { checkpoints }, ["unanchored 10"]],
    [
      "only those do whose records are gone",
      { checkpoints: checkpoints.slice(0, 1), publicKeys },
      ["unanchored 10"],
    ],
    ["it was to be whole", { anchor: EMPTY_CHAIN, checkpoints, publicKeys }, ["removed 0"]],
    ["it was to begin earlier", { anchor: { size: 8, hash: at(7).hash } }, ["removed 8"]],
    ["it was to begin with another", { anchor: { size: 10, hash: at(3).hash } }, ["rewritten 9"]],
  ])("%s", async (_what, options, faults) => {
    expect(await faultsOf(rest, options)).toEqual(faults);
  });

  it("is checked like any other behind that", async () => {
    const later = sealed.slice(10).with(4, reworded(at(14)));
    const anew = seal({ size: 10, hash: at(9).hash }, auditRecords(20).slice(10).toReversed());

    expect(await faultsOf(later)).toEqual(["changed 14"]);
    expect(await faultsOf(anew)).toEqual(["rewritten 12", "rewritten 19"]);
  });

  it("begins where what was expected begins, when that is still there", async () => {
    expect(await faultsOf(sealed, { anchor })).toEqual([]);
    expect(await faultsOf(sealed, { anchor: EMPTY_CHAIN })).toEqual([]);
    expect(await faultsOf(sealed, { anchor: { ...anchor, hash: at(3).hash } })).toEqual([
      "rewritten 9",
    ]);
  });
});

function never(): never {
  throw new Error("There is one.");
}
