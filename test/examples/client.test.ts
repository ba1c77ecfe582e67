import { startProgram, withFolder } from "../harness/program.ts";

describe("examples/client", () => {
  it(
    "runs, repeats a start without a second run, and lists",
    () =>
      withFolder(async (cwd) => {
        const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

        const example = startProgram("examples/client/main.js", [], { cwd, env });
        const exitCode = await example.ended;

        expect(example.output()).toBe("Hello!\none run\nhello true\nhello true\n");
        expect(exitCode).toBe(0);
      }),
    120_000,
  );
});
