/** `npm run chaos` with a small load: what it requires holds while workers, Temporal, Redis and the network between them fail. */

import { join } from "node:path";
import { startProgram, withFolder } from "../harness/program.ts";

/** Another one each day would make a failure harder to tell from a change; the long form takes another one each time. */
const SEED = "20261126";

it("loses nothing and pays for nothing twice, whatever fails", async () => {
  await withFolder(async (folder) => {
    const options = ["--runs", "20", "--workers", "2", "--faults", "10", "--gap", "0.4"];
    const where = ["--seed", SEED, "--minutes", "5", "--results", join(folder, "results")];
    const program = startProgram("chaos/main.js", [...options, ...where], { cwd: folder, env: {} });

    const exitCode = await program.ended;

    // What is printed says the seed, and what is not as required.
    expect({ exitCode, printed: program.output() }).toEqual({
      exitCode: 0,
      printed: expect.stringContaining(`--seed ${SEED}`),
    });
    const report = JSON.parse(program.answer());
    expect(report.runs).toBe(20);
    // A quick machine is through with the runs before the last of the faults.
    expect(report.faults).toBeGreaterThanOrEqual(3);
    expect(report.counts.billed).toBeGreaterThan(50);
  });
}, 360_000);
