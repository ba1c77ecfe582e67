/** `signalbox run`, `worker` and `api`: the compiled program in a project of its own. */

import { startProgram, type Program } from "../harness/program.ts";
import { withProject, type Project } from "../harness/project.ts";

const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  const Ticket = z.object({ id: z.string(), body: z.string().min(3), tags: z.array(z.string()).default([]) });
  const output = z.object({ text: z.string() });
  export const letters = graph({ id: "letters", version: "2", input: Ticket })
    .step("draft", { model: "writer", output, prompt: ({ input }) => "Answer: " + input.body })
    .code("last", { run: ({ draft }) => draft.text });
  export const asking = graph({ id: "asking", version: "1", input: z.object({}) })
    .approval("signoff", { decision: z.object({ ok: z.boolean() }), show: () => ({ say: "Send it?" }) });
`;

const CONFIG = `
  import { defineConfig } from "signalbox/worker";
  import { simulated } from "signalbox/providers/simulated";
  const replies = ({ model, prompt }) => {
    if (model === "first" || prompt.includes("hopeless")) return { fail: "bad_request", httpStatus: 400 };
    return { value: { text: "Thank you." } };
  };
  export default defineConfig({
    providers: [simulated({ replies })],
    models: { writer: ["simulated/first", "simulated/second"] },
    prices: { "simulated/second": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
  });
`;

const files = {
  "signalbox.config.js": CONFIG,
  "graphs.js": GRAPHS,
  "ticket.json": `{ "id": "t1", "body": "My card is gone" }`,
};

const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };
const taskQueue = `test-${crypto.randomUUID()}`;
const queue = ["--task-queue", taskQueue] as const;

function inProject<T>(body: (project: Project) => Promise<T>): Promise<T> {
  return withProject(files, body, env);
}

/** The program, for what has to be ended by a signal. */
function start({ folder }: Project, ...args: readonly string[]): Program {
  return startProgram("cli/main.js", args, { cwd: folder, env });
}

/** Lends `body` a project with a worker that `signalbox worker` started. */
function withOwnWorker<T>(body: (project: Project) => Promise<T>): Promise<T> {
  return inProject(async (project) => {
    const worker = start(project, "worker", ...queue);
    try {
      await worker.printed("up until Ctrl-C");
      return await body(project);
    } finally {
      await worker.end("SIGTERM");
    }
  });
}

describe("signalbox run", () => {
  it("gives the id alone, and says how to look at it", () =>
    inProject(async (project) => {
      const { exitCode, output } = await project.signalbox(
        "run",
        "letters",
        "--input",
        "ticket.json",
        ...queue,
      );

      const [id, ...hints] = output.trimEnd().split("\n");
      expect(id).toMatch(/^default\.letters-[\w-]+$/);
      expect(hints).toEqual([
        `look at it:    signalbox show ${id}`,
        `wait for it:   signalbox show ${id} --watch`,
      ]);
      expect(exitCode).toBe(0);
    }));

  it("starts what it is told to: version, workspace, id; and once for a key", () =>
    inProject(async ({ signalbox }) => {
      const args = [
        "run",
        "letters",
        "--input",
        "ticket.json",
        "--version",
        "2",
        "--workspace",
        "acme",
        ...queue,
        "--json",
      ];

      const one = await signalbox(...args, "--key", "order 4711");
      const again = await signalbox(...args, "--key", "order 4711");

      expect(JSON.parse(one.output)).toEqual({
        id: expect.stringMatching(/^acme\.letters-k[0-9a-f]{32}$/),
        graph: "letters",
        version: "2",
        status: "running",
        links: {},
      });
      expect(again.output).toBe(one.output);
    }));

  it("shows how the run goes on, and prints its result alone on standard output", () =>
    withOwnWorker(async (project) => {
      const { exitCode, output } = await project.signalbox(
        "run",
        "letters",
        "--input",
        "ticket.json",
        "--wait",
        ...queue,
      );

      expect(output.split("\n")).toEqual([
        expect.stringMatching(/^run default\.letters-[\w-]+$/),
        "▸ draft  simulated/first",
        expect.stringMatching(
          /^✖ draft {2}simulated\/first {2}bad_request, HTTP 400, after \d+ ms/,
        ),
        "▸ draft  simulated/second (fallback 1)",
        expect.stringMatching(
          /^✔ draft {2}simulated\/second \(fallback 1\) {2}[\d.]+ m?s, \$0\.0000\d+, \$0\.0000\d+ so far$/,
        ),
        expect.stringMatching(/^completed after [\d.]+ m?s$/),
        "Thank you.",
        "",
      ]);
      expect(exitCode).toBe(0);

      const failed = await project.signalbox(
        "run",
        "letters",
        "--input",
        `{ "id": "t2", "body": "hopeless" }`,
        "--wait",
        "--json",
        ...queue,
      );

      expect(failed.exitCode).toBe(3);
      const json = failed.output.slice(failed.output.indexOf("\n{") + 1);
      expect(JSON.parse(json)).toMatchObject({
        status: "failed",
        error: { step: "draft" },
        attempts: [{ model: "simulated/first" }, { model: "simulated/second" }],
      });
    }));

  it("is left by Ctrl-C and goes on, or is cancelled where that is wanted", () =>
    withOwnWorker(async (project) => {
      const waits = "signoff  waits for a decision";
      const left = start(project, "run", "asking", "--input", "{}", "--wait", ...queue);
      await left.printed(waits);
      expect(await left.end("SIGINT")).toBe(130);
      const cancelled = start(
        project,
        "run",
        "asking",
        "--input",
        "{}",
        "--wait",
        "--cancel-on-interrupt",
        ...queue,
      );
      await cancelled.printed(waits);
      expect(await cancelled.end("SIGINT")).toBe(130);

      const [, id = ""] = /^run (\S+)$/m.exec(left.output()) ?? [];
      const [, other = ""] = /^run (\S+)$/m.exec(cancelled.output()) ?? [];
      expect(left.output()).toContain(
        `go on with: signalbox approve ${id} signoff --decision JSON`,
      );
      expect(left.output()).toContain(
        `left: the run goes on. Wait again with: signalbox show ${id} --watch`,
      );
      const approved = await project.signalbox(
        "approve",
        id,
        "signoff",
        "--decision",
        `{ "ok": true }`,
      );
      expect(approved.output).toBe(`decided: step "signoff" of run "${id}" goes on\n`);
      const watched = await project.signalbox("show", id, "--watch");
      expect(watched.output).toContain("✔ asking version 1: completed");
      expect(watched.exitCode).toBe(0);
      const gone = await project.signalbox("show", other, "--watch");
      expect(gone.output).toContain("⊘ asking version 1: cancelled");
      expect(gone.exitCode).toBe(3);
    }));

  it.each<[what: string, args: readonly string[], exitCode: number, message: string]>([
    [
      "a graph that is not there",
      ["leters", "--input", "{}"],
      1,
      `error CLI_UNKNOWN_GRAPH: There is no graph "leters"`,
    ],
    ["no input", ["letters"], 2, "required option '--input <input>' not specified"],
    [
      "a file that is not there",
      ["letters", "--input", "tickets.json"],
      1,
      `error CLI_NO_FILE: --input names "tickets.json"`,
    ],
    [
      "JSON that breaks off",
      ["letters", "--input", `{ "body": "private`],
      1,
      "error CLI_INVALID_INPUT",
    ],
    [
      "an input that does not fit",
      ["letters", "--input", `{ "body": "ab", "tags": ["x", 7], "private": 1 }`],
      1,
      "Mend:\n  id: Invalid input: expected string, received undefined\n  body: Too small: expected string to have >=3 characters\n  tags.1: Invalid input: expected string, received number\n",
    ],
    [
      "an input that is another thing",
      ["letters", "--input", "42"],
      1,
      "\n  the input itself: Invalid input: expected object, received number\n",
    ],
    [
      "a version that is not there",
      ["letters", "--input", "ticket.json", "--version", "9"],
      1,
      `error CLIENT_UNKNOWN_VERSION`,
    ],
    [
      "a workspace with a bad name",
      ["letters", "--input", "ticket.json", "--workspace", "A B"],
      1,
      "error CLIENT_",
    ],
    [
      "a key that is none",
      ["letters", "--input", "ticket.json", "--key", "ü"],
      1,
      "error CLIENT_INVALID_KEY",
    ],
  ])("says so when it is given %s, and starts nothing", (_what, args, exitCode, message) =>
    inProject(async ({ signalbox }) => {
      const ended = await signalbox("run", ...args, ...queue);

      expect(ended.output).toContain(message);
      expect(ended.output).not.toContain("private");
      expect(ended.output).not.toMatch(/^ +at /m);
      expect(ended.exitCode).toBe(exitCode);
    }),
  );
});

describe("signalbox worker", () => {
  it("says what is up, and stops well when it is told to", () =>
    inProject(async (project) => {
      const worker = start(project, "worker", ...queue);
      await worker.printed("up until Ctrl-C");
      const exitCode = await worker.end("SIGINT");

      expect(worker.output().split("\n")).toEqual([
        `Worker    task queue "${taskQueue}", graphs asking, letters`,
        `Temporal  ${env.TEMPORAL_ADDRESS}, namespace default`,
        "up until Ctrl-C",
        "stopping: what is under way may finish; Ctrl-C again stops at once",
        "",
      ]);
      expect(exitCode).toBe(0);
    }));

  it("says what keeps it from starting", () =>
    withProject(
      { ...files, "signalbox.config.js": CONFIG.replace("writer:", "reader:") },
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("worker");

        expect(output).toMatch(/^error CONFIG_UNKNOWN_ALIAS: /);
        expect(exitCode).toBe(1);
      },
      env,
    ));
});

describe("signalbox api", () => {
  it("serves the graphs of the project, and stops well when it is told to", () =>
    inProject(async (project) => {
      const api = start(project, "api", "--port", "0", "--json");
      await api.printed("up until Ctrl-C");
      const [json = ""] = /^\{.*?^\}/ms.exec(api.output()) ?? [];
      const { url } = JSON.parse(json);
      const answer = await fetch(`${url}/v1/graphs`);
      const graphs: unknown = await answer.json();
      const exitCode = await api.end("SIGTERM");

      expect(JSON.parse(json)).toEqual({
        url,
        graphs: ["asking", "letters"],
        temporal: env.TEMPORAL_ADDRESS,
      });
      expect(JSON.stringify(graphs)).toContain(`"letters"`);
      expect(api.output()).toContain("The API asks for no keys");
      expect(exitCode).toBe(0);
    }));

  it("refuses to be reached by others without keys", () =>
    inProject(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("api", "--host", "0.0.0.0", "--port", "0");

      expect(output).toContain("error KEYS_REQUIRED");
      expect(exitCode).toBe(1);
    }));

  it("says so when its port is taken", () =>
    inProject(async (project) => {
      const first = start(project, "api", "--port", "0");
      await first.printed("up until Ctrl-C");
      const [, port = ""] = /127\.0\.0\.1:(\d+)\/v1/.exec(first.output()) ?? [];

      const second = await project.signalbox("api", "--port", port);

      expect(second.output).toContain(
        `error CLI_CANNOT_LISTEN: The API cannot listen on host "127.0.0.1", port ${port}`,
      );
      expect(second.exitCode).toBe(1);
      await first.end("SIGTERM");
    }));
});
