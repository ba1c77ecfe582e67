/** A trail as a file: what is written, and that no bit of it can be changed without being found. */

import { assert, asyncProperty, integer } from "fast-check";
import { exportTrail } from "../../audit/trail-lines.ts";
import { verifyTrailFile } from "../../audit/verify-file.ts";
import type { VerifyOptions } from "../../audit/verify-trail.ts";
import { checkpointsOf, sealedTrail, trailKeys } from "../harness/sealed-trail.ts";

const publicKeys = [trailKeys.publicKey];
const { sealed, checkpoints } = sealedTrail(12, [5, 9, 12]);

async function fileOf(...args: Parameters<typeof exportTrail>): Promise<string> {
  let text = "";
  for await (const line of exportTrail(...args)) text += line;
  return text;
}

async function faultsOf(
  file: string | Uint8Array,
  options: VerifyOptions = { publicKeys },
): Promise<readonly string[]> {
  const { faults } = await verifyTrailFile([Buffer.from(file)], options);
  return faults.map(({ kind, line }) => `${kind} ${line}`);
}

const whole = fileOf("acme", sealed, checkpoints);

/** Without the newline at its end. */
async function lines(): Promise<readonly string[]> {
  return (await whole).split("\n").slice(0, -1);
}

async function edited(edit: (all: readonly string[]) => readonly string[]): Promise<string> {
  return edit(await lines())
    .map((line) => `${line}\n`)
    .join("");
}

describe("an exported trail", () => {
  it("has a line that says what it is, then records, each checkpoint behind the last it counts", async () => {
    const kinds = (await lines()).map((line) => /^\{"(\w+)"/.exec(line)?.[1]);

    expect((await lines())[0]).toBe('{"format":"signalbox-trail","version":1,"workspace":"acme"}');
    expect(kinds.flatMap((kind, index) => (kind === "at" ? [index] : []))).toEqual([6, 11, 15]);
    expect(kinds.filter((kind) => kind === "hash")).toHaveLength(12);
  });

  it("is sound, however it is cut into chunks", async () => {
    const bytes = Buffer.from(await whole);

    await assert(
      asyncProperty(integer({ min: 1, max: bytes.length }), async (size) => {
        const count = Math.ceil(bytes.length / size);
        const chunks = Array.from({ length: count }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );

        expect(await verifyTrailFile(chunks, { publicKeys })).toMatchObject({
          isSound: true,
          workspace: "acme",
          records: 12,
          checkpoints: 3,
          signedSize: 12,
        });
      }),
      { numRuns: 40 },
    );
  });

  it("of a part holds what can be held against it, and nothing else", async () => {
    const part = await fileOf("acme", sealed.slice(5, 10), checkpoints);
    const report = await verifyTrailFile([Buffer.from(part)], { publicKeys });

    expect(report).toMatchObject({ isSound: true, start: 5, records: 5, checkpoints: 2 });
    expect(part.match(/"signature"/g)).toHaveLength(2);
  });

  it.each<[string, (all: readonly string[]) => readonly string[], readonly string[]]>([
    ["no header", (all) => all.slice(1), ["header 1"]],
    ["another version", (all) => all.with(0, all[0]?.replace("1", "2") ?? ""), ["header 1"]],
    ["a header with spaces", (all) => all.with(0, `${all[0]} `), ["header 1"]],
    ["a line that is no JSON", (all) => all.with(3, "…"), ["unreadable 4"]],
    ["an empty line", (all) => all.toSpliced(3, 0, ""), ["unreadable 4"]],
    ["a line with a space", (all) => all.with(3, all[3]?.replace(",", ", ") ?? ""), ["spelling 4"]],
    ["a line with a carriage return", (all) => all.with(3, `${all[3]}\r`), ["spelling 4"]],
    [
      "a character written in another way",
      (all) => all.with(3, all[3]?.replace("ü", "\\u00fc") ?? ""),
      ["spelling 4"],
    ],
    [
      "a number written in another way",
      (all) => all.with(3, all[3]?.replace('"seq":2', '"seq":2.0') ?? ""),
      ["spelling 4"],
    ],
    [
      "a member that is there twice",
      (all) => all.with(3, all[3]?.replace('"seq":2', '"seq":3,"seq":2') ?? ""),
      ["spelling 4"],
    ],
    [
      "a member too many",
      (all) => all.with(3, all[3]?.replace('"seq":2', '"seq":2,"sum":2') ?? ""),
      ["unreadable 4"],
    ],
    ["a line less", (all) => all.toSpliced(3, 1), ["removed undefined"]],
    [
      "two lines swapped",
      (all) => all.with(3, all[4] ?? "").with(4, all[3] ?? ""),
      ["reordered 5"],
    ],
    [
      "a checkpoint moved to the end",
      (all) => [...all.toSpliced(6, 1), all[6] ?? ""],
      ["reordered 16"],
    ],
    ["no records", (all) => all.filter((line) => !line.startsWith('{"hash"')), ["truncated 4"]],
  ])("with %s has that fault", async (_what, edit, faults) => {
    expect(await faultsOf(await edited(edit))).toEqual(faults);
  });

  it("has a line of another workspace in every line, when the header names one", async () => {
    const faults = await faultsOf(
      await edited((all) => all.with(0, all[0]?.replace("acme", "acne") ?? "")),
    );

    expect(faults.toSorted()).toEqual(
      Array.from({ length: 15 }, (_, index) => `wrong_workspace ${index + 2}`).toSorted(),
    );
  });

  it.each<[string, string | Uint8Array]>([
    ["nothing in it", ""],
    ["a newline", "\n"],
    ["something else", "hello\n"],
    ["an array", "[]\n"],
  ])("is not one with %s", async (_what, file) => {
    expect(await faultsOf(file)).toContain("header 1");
  });

  it("does not end without a newline, nor begin with a byte order mark", async () => {
    expect(await faultsOf((await whole).slice(0, -1))).toEqual(["spelling 16"]);
    expect(await faultsOf(`\u{feff}${await whole}`)).toEqual(["header 1"]);
  });

  it("tells a signature of another key, and what was made anew, by a checkpoint kept elsewhere", async () => {
    const anew = sealedTrail(
      12,
      [],
      sealed
        .map(({ record }) => record)
        .with(3, { ...(sealed[3]?.record ?? never()), at: "2020-01-01T00:00:00Z" }),
    );
    const forged = await fileOf("acme", anew.sealed, checkpointsOf(anew.sealed, [12]));
    const kept = checkpoints.slice(1, 2);

    expect(await faultsOf(forged)).toEqual([]);
    expect(await faultsOf(forged, { publicKeys, checkpoints: kept })).toEqual([
      "rewritten undefined",
    ]);
  });

  it("is found to be changed at every one of 1,000 random flips of a bit", async () => {
    const bytes = Buffer.from(await whole);
    let found = 0;

    await assert(
      asyncProperty(integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { isSound } = await verifyTrailFile([flipped], { publicKeys });

        expect(isSound).toBe(false);
        found += 1;
      }),
      { numRuns: 1_000, seed: 11 },
    );
    expect(found).toBe(1_000);
  });
});

function never(): never {
  throw new Error("It is there.");
}
