import { startProgram, withFolder } from "../harness/program.ts";

describe("examples/several-workers", () => {
  it("runs graphs on one worker, and calls their models on another", () =>
    withFolder(async (cwd) => {
      const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

      const program = startProgram("examples/several-workers/main.js", [], { cwd, env });
      const exitCode = await program.ended;

      expect(program.output()).toContain(
        `completed; simulated/writer was called from task queue "mail/simulated"\n`,
      );
      expect(exitCode).toBe(0);
    }));
});
