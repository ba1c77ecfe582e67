/** What `signalbox init` makes, as its user goes on with it: compile, test, list, `dev`, change. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { allGone } from "../harness/processes.ts";
import { withNewProject, type NewProject } from "../harness/new-project.ts";
import { freePorts } from "../harness/program.ts";
import { withProject } from "../harness/project.ts";

const TSC = "node_modules/typescript/bin/tsc";
const article = { text: "The bridge opens on Monday. Buses will use it first." };
const runSchema = z.object({ status: z.string(), version: z.string(), result: z.unknown() });

/** Starts a run over REST and waits for its end. */
async function runOver(port: string): Promise<z.infer<typeof runSchema>> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/graphs/headline/runs?wait=60`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(article),
  });
  return runSchema.parse(await response.json());
}

async function change(project: NewProject, from: string, to: string): Promise<void> {
  await project.write("graphs.ts", (await project.read("graphs.ts")).replace(from, to));
}

describe("a project of signalbox init", () => {
  it(
    "compiles, passes its tests and runs under dev, which takes changes over",
    () =>
      withNewProject(async (project) => {
        const ports = await freePorts();
        await project.tool(".", join("../", TSC));
        const tested = await project.tool("dist", "--test");
        const listing = project.start(["graphs"]);
        await listing.ended;
        const dev = project.start(["dev"], ports);

        await dev.printed("Ctrl-C ends");
        const first = await runOver(ports.SIGNALBOX_PORT);
        await change(project, `version: "1"`, `version: "2"`);
        await dev.printed("headline 2");
        const second = await runOver(ports.SIGNALBOX_PORT);
        await change(project, "z.string().min(1)", "z.text()");
        await dev.printed("The version before it keeps running.");
        const third = await runOver(ports.SIGNALBOX_PORT);
        const exitCode = await dev.end("SIGINT");

        expect(tested).toMatch(/^# pass 2$/m);
        expect(listing.output()).toContain("headline  1        2");
        const result = { headline: "In short: The bridge opens on Monday." };
        expect([first, second, third]).toEqual([
          { status: "completed", version: "1", result },
          { status: "completed", version: "2", result },
          { status: "completed", version: "2", result },
        ]);
        expect(dev.output()).toContain(`http://127.0.0.1:${ports.SIGNALBOX_PORT}/docs`);
        expect(dev.output()).toMatch(
          /error CLI_DOES_NOT_COMPILE: .*\ngraphs\.ts\(\d+,\d+\): error TS/,
        );
        expect(exitCode).toBe(0);
        expect(await allGone(project.folder, 0)).toEqual([]);
      }),
    300_000,
  );
});

describe("signalbox init", () => {
  it("refuses a folder that is not empty, and lists what is there", () =>
    withProject({ "here/notes.txt": "mine" }, async ({ folder, signalbox }) => {
      const { exitCode, output } = await signalbox("init", "here", "--yes");

      expect(output).toContain(`error CLI_FOLDER_NOT_EMPTY`);
      expect(output).toContain(`it holds "notes.txt"`);
      expect(exitCode).toBe(1);
      expect(await readdir(join(folder, "here"))).toEqual(["notes.txt"]);
    }));

  it("leaves what is there as it is when it is told to go on", () =>
    withProject({ "here/graphs.ts": "mine" }, async ({ signalbox, read }) => {
      const { output } = await signalbox("init", "here", "--force", "--json");

      expect(JSON.parse(output)).toMatchObject({ name: "here", kept: ["graphs.ts"] });
      expect(await read("here/graphs.ts")).toBe("mine");
      expect(JSON.parse(await read("here/package.json"))).toMatchObject({
        name: "here",
        dependencies: { zod: expect.stringMatching(/^\^4\./) },
      });
    }));

  it.each([
    ["a name that is none", ["--name", "No Good"], "error CLI_INVALID_NAME"],
    ["our own name, which would hide us", ["--name", "signalbox"], "error CLI_INVALID_NAME"],
    ["a file in place of a folder", ["package.json", "--name", "x"], "error CLI_FOLDER_NOT_EMPTY"],
  ])("refuses %s", (_what, args, message) =>
    withProject({}, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("init", ...args);

      expect(output).toContain(message);
      expect(exitCode).toBe(1);
    }),
  );
});
