/** What a press of Tab gives: by the program's own answers, and through bash itself. */

import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { runCli } from "../../cli/program.ts";
import { SHELL_SCRIPTS } from "../../cli/shell-scripts.ts";
import { fakeTerminal } from "../harness/fake-terminal.ts";
import { withProject, type Project } from "../harness/project.ts";

const run = promisify(execFile);

const files = {
  "signalbox.config.js": `throw new Error("not needed")`,
  "graphs.js": `
    import { kit } from "signalbox";
    import { z } from "zod";
    const { graph } = kit();
    const input = z.object({});
    export const support = graph({ id: "support", version: "3", input })
      .map("files", { over: () => [1], each: (flow) => flow.code("gist", { run: () => 1 }) });
    export const survey = graph({ id: "survey", input }).code("only", { run: () => 1 });
  `,
  "ticket one.json": "{}",
};

/** The words that may stand at the end of `line`. */
async function wordsAfter(line: string): Promise<readonly string[]> {
  const terminal = fakeTerminal();
  await runCli(["complete", "--line", `signalbox ${line}`], terminal);
  return terminal
    .printed()
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => text.replace(/\t.*/, ""));
}

describe("completion", () => {
  it.each([
    ["ru", ["run", "runs"]],
    ["cance", ["cancel"]],
    ["complet", ["completion"]],
    ["completion ", ["bash", "zsh", "fish"]],
    [
      "runs --status ",
      ["running", "completed", "failed", "cancelled", "terminated", "timed_out", "continued"],
    ],
    ["runs --status=f", ["--status=failed"]],
    ["draw support --format s", ["svg"]],
    ["run x --i", ["--input", "--id"]],
    ["run x --input a.json --i", ["--id"]],
    ["run x --input ", [":files"]],
    ["graphs --config ", [":files"]],
    ["replay h", [":files"]],
    ["runs --limit ", []],
    ["graphs x", []],
    ["cost --by ", ["model", "graph", "workspace", "day"]],
    ["cost --format ", ["table", "csv", "svg", "json"]],
    ["audit ver", ["verify"]],
    ["audit verify ", [":files"]],
    ["audit verify --key ", [":files"]],
    ["audit erase x --", ["--workspace", "--config", "--graphs", "--by", "--reason", "--help"]],
    ["run x -- --in", []],
    ["nonsense --", ["--version", "--help"]],
  ])("gives what can stand there: %j", async (line, words) => {
    expect(await wordsAfter(line)).toEqual(words);
  });

  it.each(["bash", "zsh", "fish"] as const)(
    "prints the script for %s, as JSON too",
    async (shell) => {
      const [plain, json] = [fakeTerminal(), fakeTerminal()];

      await runCli(["completion", shell], plain);
      await runCli(["completion", shell, "--json"], json);

      const script = SHELL_SCRIPTS[shell].trimEnd();
      expect(plain.printed()).toBe(`${script}\n`);
      expect(JSON.parse(json.printed())).toEqual({ shell, script });
    },
  );

  it("says what each is", async () => {
    const terminal = fakeTerminal();

    await runCli(["complete", "--", "grap"], terminal);

    expect(terminal.printed()).toBe("graphs\tlist the graphs of the project\n");
  });

  it("knows the graphs of the project and their steps", () =>
    withProject(files, async ({ signalbox }) => {
      const graphs = await signalbox("complete", "--", "run", "");
      const steps = await signalbox(
        "complete",
        "--",
        "route",
        "--graph",
        "support",
        "--step",
        "files/",
      );

      expect(graphs.output).toBe("support\tgraph, version 3\nsurvey\tgraph, version 1\n");
      expect(steps.output).toBe("files/gist\tcode\n");
    }));

  it("is silent where there is no project and no server", () =>
    withProject(
      {},
      async ({ signalbox }) => {
        const ended = await Promise.all([
          signalbox("complete", "--", "run", ""),
          signalbox("complete", "--", "show", ""),
        ]);

        expect(ended).toEqual([
          { exitCode: 0, output: "" },
          { exitCode: 0, output: "" },
        ]);
      },
      { TEMPORAL_ADDRESS: "127.0.0.1:1" },
    ));
});

/** What bash offers for a line, as its completion function gives it. `words`: as bash breaks it. */
async function completeInBash(
  { folder }: Project,
  line: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const script = `
    signalbox() { "$NODE" "$MAIN" "$@"; }
    source <(signalbox completion bash)
    complete -p signalbox >&2
    COMP_LINE="$LINE" COMP_POINT=\${#LINE} COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _signalbox
    printf '%s\\n' "\${COMPREPLY[@]}"
  `;
  const { PATH, HOME } = process.env;
  const { stdout } = await run("bash", ["--norc", "-c", script, "bash", ...words], {
    cwd: folder,
    env: {
      PATH,
      HOME,
      LINE: line,
      NODE: process.execPath,
      MAIN: require.resolve("../../dist/cli/main.js"),
    },
  });
  return stdout.split("\n").filter((text) => text !== "");
}

describe("the script for bash", () => {
  it.each([
    ["a command", "signalbox run", ["signalbox", "run"], ["run", "runs"]],
    [
      "a graph of the project",
      "signalbox run su",
      ["signalbox", "run", "su"],
      ["support", "survey"],
    ],
    [
      "a value behind =, where bash breaks the word",
      "signalbox runs --status=fa",
      ["signalbox", "runs", "--status", "=", "fa"],
      ["failed"],
    ],
    [
      "a value right behind =",
      "signalbox draw support --format=",
      ["signalbox", "draw", "support", "--format", "="],
      ["mermaid", "svg", "json", "png"],
    ],
    [
      "a file",
      "signalbox run support --input ticket",
      ["signalbox", "run", "support", "--input", "ticket"],
      ["ticket one.json"],
    ],
    [
      "a word behind JSON in quotes",
      `signalbox run support --input '{"a": "b c"}' --wai`,
      ["signalbox", "run", "support", "--input", `'{"a": "b c"}'`, "--wai"],
      ["--wait"],
    ],
    [
      "nothing, and runs nothing of what is typed",
      "signalbox run $(touch evil) --wai",
      ["signalbox", "run", "$(touch evil)", "--wai"],
      ["--wait"],
    ],
  ])("completes %s", (_what, line, words, expected) =>
    withProject(files, async (project) => {
      const offered = await completeInBash(project, line, words);
      const { stdout: listing } = await run("ls", { cwd: project.folder });

      expect(offered).toEqual(expected);
      expect(listing).not.toContain("evil");
    }),
  );
});

/** Shells that are not everywhere. */
const shells = (["zsh", "fish"] as const).filter(
  (shell) => spawnSync(shell, ["--version"]).status === 0,
);

(shells.length > 0 ? describe : describe.skip)("the scripts for zsh and fish", () => {
  it.each(shells)("can be read by %s", (shell) =>
    withProject({ script: SHELL_SCRIPTS[shell] }, async ({ folder }) => {
      const { stderr } = await run(shell, ["-n", "script"], { cwd: folder });

      expect(stderr).toBe("");
    }),
  );
});
