import { startProgram, withFolder } from "../harness/program.ts";

describe("examples/rollout", () => {
  it("ends a waiting run on the build it began on, and runs new ones on the next build", () =>
    withFolder(async (cwd) => {
      const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

      const rollout = startProgram("examples/rollout/main.js", [], { cwd, env });
      const exitCode = await rollout.ended;

      expect(rollout.output()).toContain("A run of version 1 has completed on build 1.0\n");
      expect(rollout.output()).toContain("A run of version 2 has completed on build 2.0\n");
      expect(exitCode).toBe(0);
    }));
});
