/** `signalbox run`, `worker` and `api`: the compiled program in a project of its own. */

import { deferred } from "../harness/deferred.ts";
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

/** One worker for all: it takes seconds to start. */
let worker: Program;
let endProject: () => void;
let lent: Promise<void>;

/** Longer than a test: compiling the sandbox's bundle takes its time on a busy machine. */
const START_MS = 180_000;

beforeAll(async () => {
  const isOver = deferred();
  endProject = isOver.resolve;
  await new Promise<void>((resolve, reject) => {
    lent = inProject(async (own) => {
      worker = start(own, "worker", ...queue);
      await worker.printed("up until Ctrl-C");
      resolve();
      await isOver.promise;
    });
    lent.catch(reject);
  });
}, START_MS);

afterAll(async () => {
  await worker.end("SIGTERM");
  endProject();
  await lent;
});

interface Ended {
  readonly exitCode: number | null;
  /** Of standard output. */
  readonly answer: string;
  /** Of both outputs, by line. */
  readonly lines: readonly string[];
}

async function runProgram(place: Project, ...args: readonly string[]): Promise<Ended> {
  const program = start(place, ...args);
  const exitCode = await program.ended;
  return { exitCode, answer: program.answer(), lines: program.output().trimEnd().split("\n") };
}

/** As `run --wait` tells it first. */
function runOf(program: Program): string {
  return /^run (\S+)$/m.exec(program.output())?.[1] ?? "";
}

describe("signalbox run", () => {
  it("gives the id alone, and says how to look at it", () =>
    inProject(async (own) => {
      const { exitCode, answer, lines } = await runProgram(
        own,
        "run",
        "letters",
        "--input",
        "ticket.json",
        ...queue,
      );

      const id = answer.trimEnd();
      expect(id).toMatch(/^default\.letters-[\w-]+$/);
      expect(lines).toHaveLength(3);
      expect(lines).toContain(`look at it:    signalbox show ${id}`);
      expect(lines).toContain(`wait for it:   signalbox show ${id} --watch`);
      expect(exitCode).toBe(0);
    }));

  it("starts what it is told to: version, workspace, id; and once for a key", () =>
    inProject(async (own) => {
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

      const one = await runProgram(own, ...args, "--key", taskQueue);
      const again = await runProgram(own, ...args, "--key", taskQueue);

      expect(JSON.parse(one.answer)).toEqual({
        id: expect.stringMatching(/^acme\.letters-k[0-9a-f]{32}$/),
        graph: "letters",
        version: "2",
        status: "running",
        links: {},
      });
      expect(again.answer).toBe(one.answer);
    }));

  it("shows how the run goes on, and prints its result alone on standard output", () =>
    inProject(async (own) => {
      const args = ["run", "letters", "--input", "ticket.json", "--wait", ...queue];

      const { exitCode, answer, lines } = await runProgram(own, ...args);

      expect(answer).toBe("Thank you.\n");
      expect(lines.filter((line) => line !== "Thank you.")).toEqual([
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
      ]);
      expect(exitCode).toBe(0);
    }));

  it("ends with 3 when the run fails, and gives programs all that is known of it", () =>
    inProject(async (own) => {
      const input = `{ "id": "t2", "body": "hopeless" }`;

      const { exitCode, answer } = await runProgram(
        own,
        "run",
        "letters",
        "--input",
        input,
        "--wait",
        "--json",
        ...queue,
      );

      expect(JSON.parse(answer)).toMatchObject({
        status: "failed",
        error: { step: "draft" },
        attempts: [{ model: "simulated/first" }, { model: "simulated/second" }],
      });
      expect(exitCode).toBe(3);
    }));

  it("is left by Ctrl-C and goes on, or is cancelled where that is wanted", () =>
    inProject(async (own) => {
      const args = ["run", "asking", "--input", "{}", "--wait", ...queue];
      const [left, cancelled] = [start(own, ...args), start(own, ...args, "--cancel-on-interrupt")];
      await Promise.all([left.printed("go on with:"), cancelled.printed("go on with:")]);
      const exitCodes = await Promise.all([left.end("SIGINT"), cancelled.end("SIGINT")]);

      const id = runOf(left);
      const approved = await runProgram(
        own,
        "approve",
        id,
        "signoff",
        "--decision",
        `{ "ok": true }`,
      );
      const watched = await runProgram(own, "show", id, "--watch");
      const gone = await runProgram(own, "show", runOf(cancelled), "--watch");

      expect(exitCodes).toEqual([130, 130]);
      expect(left.output()).toContain(
        `go on with: signalbox approve ${id} signoff --decision JSON`,
      );
      expect(left.output()).toContain(`Wait again with: signalbox show ${id} --watch`);
      expect(approved.answer).toBe(`decided: step "signoff" of run "${id}" goes on\n`);
      expect(watched.answer).toContain("✔ asking version 1: completed");
      expect(watched.exitCode).toBe(0);
      expect(gone.answer).toContain("⊘ asking version 1: cancelled");
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
  it("says what is up, and stops well when it is told to", async () => {
    const exitCode = await worker.end("SIGINT");

    expect(worker.answer().split("\n")).toEqual([
      `Worker    task queue "${taskQueue}", graphs asking, letters`,
      `Temporal  ${env.TEMPORAL_ADDRESS}, namespace default`,
      "",
    ]);
    expect(worker.output()).toContain("stopping: what is under way may finish within 25 s");
    expect(exitCode).toBe(0);
  });

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
      await api.printed("}\n");
      const { url, ...rest } = JSON.parse(api.answer());
      const answer = await fetch(`${url}/v1/graphs`);
      const graphs: unknown = await answer.json();
      const trail = await fetch(`${url}/v1/audit`);
      const exitCode = await api.end("SIGTERM");

      expect(rest).toEqual({ graphs: ["asking", "letters"], temporal: env.TEMPORAL_ADDRESS });
      expect(JSON.stringify(graphs)).toContain(`"letters"`);
      expect({ status: trail.status, records: await trail.text() }).toEqual({
        status: 200,
        records: "",
      });
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
      await first.printed("/v1/graphs");
      const [, port = ""] = /127\.0\.0\.1:(\d+)\/v1/.exec(first.output()) ?? [];

      const second = await project.signalbox("api", "--port", port);

      expect(second.output).toContain(
        `error CLI_CANNOT_LISTEN: The API cannot listen on host "127.0.0.1", port ${port}`,
      );
      expect(second.exitCode).toBe(1);
      await first.end("SIGTERM");
    }));
});
