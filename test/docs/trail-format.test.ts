/** The script of docs/reference/trail-format.md, run as it stands there. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportTrail } from "../../audit/trail-lines.ts";
import type { SealedRecord } from "../../audit/chain.ts";
import { withFolder } from "../harness/program.ts";
import { sealedTrail, trailKeys } from "../harness/sealed-trail.ts";

const page = readFileSync(join(__dirname, "../../docs/reference/trail-format.md"), "utf8");
const [, script = ""] = /^```python\n(.*?)^```$/ms.exec(page) ?? [];
const { sealed, checkpoints } = sealedTrail(12, [5, 9, 12]);

const missing = [
  ["python3", "--version", /^Python 3/],
  ["openssl", "version", /^OpenSSL 3/],
].flatMap(([command, argument, wanted]) => {
  const { stdout } = spawnSync(String(command), [String(argument)], { encoding: "utf8" });
  return new RegExp(wanted ?? "").test(stdout ?? "") ? [] : [String(command)];
});
/** Skipped where they are not: the page says that the script needs them. */
const describeRun = missing.length === 0 ? describe : describe.skip;

async function fileOf(records: readonly SealedRecord[]): Promise<Buffer> {
  let text = "";
  for await (const line of exportTrail("acme", records, checkpoints)) text += line;
  return Buffer.from(text);
}

interface Checked {
  readonly isSound: boolean;
  readonly output: string;
}

/** Runs the script on each file, one after the other. */
function check(files: readonly Uint8Array[]): Promise<readonly Checked[]> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, "verify_trail.py"), script);
    await writeFile(join(folder, "public.pem"), trailKeys.pair.publicKey);
    const checked: Checked[] = [];
    for (const file of files) {
      await writeFile(join(folder, "trail.jsonl"), file);
      const args = ["verify_trail.py", "trail.jsonl", "public.pem"];
      const { status, stdout } = spawnSync("python3", args, { cwd: folder, encoding: "utf8" });
      checked.push({ isSound: status === 0, output: stdout.trim() });
    }
    return checked;
  });
}

describeRun(
  `the script for Python${missing.length > 0 ? ` (skipped, as there is no ${missing.join(", ")})` : ""}`,
  () => {
    it("finds whole and pruned trails sound", async () => {
      const files = await Promise.all([sealed, sealed.slice(5), sealed.slice(7)].map(fileOf));

      const checked = await check(files);

      expect(checked).toEqual(
        Array.from({ length: 3 }, () => ({
          isSound: true,
          output: "sound: 12 records in the chain, 12 of them signed",
        })),
      );
    });

    it("finds a flipped bit wherever it is", async () => {
      const whole = await fileOf(sealed);
      // Spread over the file, each of the eight bits in turn.
      const flipped = Array.from({ length: 12 }, (_, index) => {
        const place = Math.floor((index * (whole.length - 1)) / 11);
        return whole.map((byte, at) => (at === place ? byte ^ (1 << (index % 8)) : byte));
      });

      const checked = await check(flipped);

      expect(checked.filter(({ isSound }) => isSound)).toEqual([]);
    });

    it("finds a record that is gone", async () => {
      const [checked] = await check([await fileOf(sealed.toSpliced(3, 1))]);

      expect(checked?.isSound).toBe(false);
    });
  },
);
