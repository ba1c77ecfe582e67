import { historyToJson } from "../../worker/history-json.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { withProject, type Project } from "../harness/project.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "draft" ? { text: "hello" } : { fit: true } };
});

/** `threeSteps` of the fixtures as a user's own module, and what it may look like after a change. */
const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  const call = (output) =>
    ({ model: "small", output: z.object(output), prompt: () => "another prompt than was recorded" });
  const input = z.object({ body: z.string() });
  const triage = call({ kind: z.string() });
  const draft = call({ text: z.string() });
  const review = call({ fit: z.boolean() });
  export const threeSteps = graph({ id: "threeSteps", input })
    .step("triage", triage).step("draft", draft).step("review", review);
  export const swapped = graph({ id: "swapped", input })
    .step("draft", draft).step("triage", triage).step("review", review);
  export const shorter = graph({ id: "shorter", input })
    .step("triage", triage).step("draft", draft);
  export const longer = graph({ id: "longer", input })
    .step("triage", triage).step("draft", draft).step("review", review).step("polish", draft);
`;

interface Recorded {
  readonly ids: readonly [string, string];
  readonly json: string;
}

let recorded: Recorded;
const env = { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "" };

beforeAll(async () => {
  recorded = await withWorker({ config }, async ({ client, temporal }) => {
    const ids = await Promise.all([
      client.start(threeSteps, { body: "one" }),
      client.start(threeSteps, { body: "two" }),
    ]);
    await Promise.all(ids.map((id) => client.result(threeSteps, id)));
    const history = await temporal.client.workflow.getHandle(ids[0]).fetchHistory();
    return { ids, json: JSON.stringify(historyToJson(history)) };
  });
});

/** `run.json` is a run of `threeSteps`; `<graph>.json` the same run, said to be one of that graph. */
function withRuns<T>(body: (project: Project) => Promise<T>): Promise<T> {
  const files = ["swapped", "shorter", "longer"].map((graph) => [
    `${graph}.json`,
    recorded.json.replaceAll("threeSteps", graph),
  ]);
  return withProject(
    {
      "signalbox.config.js": `throw new Error("not needed")`,
      "graphs.js": GRAPHS,
      "run.json": recorded.json,
      ...Object.fromEntries(files),
    },
    body,
    env,
  );
}

/** How Temporal's UI gives payloads that it has decoded for reading. */
function decoded(json: string): string {
  const history = JSON.parse(json);
  history.events[0].workflowExecutionStartedEventAttributes.input.payloads = [{ body: "one" }];
  return JSON.stringify(history);
}

function inVersion(json: string, version: string): string {
  const history = JSON.parse(json);
  const started = history.events[0].workflowExecutionStartedEventAttributes;
  started.searchAttributes.indexedFields.SignalboxVersion.data = btoa(JSON.stringify(version));
  return JSON.stringify(history);
}

describe("signalbox replay", () => {
  it("passes a history that goes through, whatever its prompts are by now", () =>
    withRuns(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("replay", "run.json");

      expect(output).toMatch(
        /^ok +run\.json: threeSteps version 1, \d+ events\n1 history: 1 ok\n$/,
      );
      expect(exitCode).toBe(0);
    }));

  it("fails with steps that were swapped, taken out or added, and says where", () =>
    withRuns(async ({ signalbox }) => {
      const files = ["swapped.json", "shorter.json", "longer.json", "run.json"];

      const { exitCode, output } = await signalbox("replay", ...files);

      const [swapped, shorter, longer, ok, ...summary] = output.trimEnd().split("\n");
      expect(swapped).toMatch(
        /^different .* step "triage": the history has the route of step "triage", this code has the route of step "draft"$/,
      );
      expect(shorter).toMatch(
        /^different .* step "review": the history has the route of step "review" \(event \d+\), this code has nothing to match it$/,
      );
      expect(longer).toMatch(
        /^different .* the history has the search attributes that a run writes as it ends \(event \d+\), this code has nothing to match it$/,
      );
      expect(ok).toMatch(/^ok /);
      expect(summary).toEqual([
        "4 histories: 1 ok, 3 different",
        expect.stringContaining("Give the changed graph a new version"),
      ]);
      expect(exitCode).toBe(1);
    }));

  it("gives programs the same as JSON", () =>
    withRuns(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("replay", "swapped.json", "gone", "--json");

      expect(JSON.parse(output)).toMatchObject({
        ok: 0,
        different: 1,
        notReplayed: 1,
        histories: [
          { name: "swapped.json", graph: "swapped", version: "1", difference: { step: "triage" } },
          { name: "gone", error: { code: "REPLAY_NO_FILE", message: expect.any(String) } },
        ],
      });
      expect(exitCode).toBe(1);
    }));

  it("replays runs of the server, by id and by query", () =>
    withRuns(async ({ signalbox }) => {
      const [first, second] = recorded.ids;

      const query = `WorkflowId IN ("${first}", "${second}")`;
      const [byId, byQuery] = await Promise.all([
        signalbox("replay", "--run", first, "--run", second),
        signalbox("replay", "--query", query),
      ]);

      for (const { output, exitCode } of [byId, byQuery]) {
        expect(output).toContain(`${first}: threeSteps version 1`);
        expect(output).toContain(`${second}: threeSteps version 1`);
        expect(output).toContain("2 histories: 2 ok");
        expect(exitCode).toBe(0);
      }
    }));

  it("fails when one of several histories is different, or cannot be replayed", () =>
    withRuns(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("replay", "gone.json", "run.json");

      expect(output).toMatch(/^not replayed +REPLAY_NO_FILE: ".*gone\.json" cannot be read/m);
      expect(output).toContain("2 histories: 1 ok, 1 not replayed");
      expect(exitCode).toBe(1);
    }));

  it.each([
    ["a file that is not JSON", () => "{", "REPLAY_NOT_JSON"],
    ["JSON that is no history", () => `{"events":[]}`, `REPLAY_NOT_A_HISTORY`],
    ["an event that is none", () => `{"events":[{"eventId":"1"}]}`, "REPLAY_NOT_A_HISTORY"],
    ["payloads that were decoded", () => decoded(recorded.json), "REPLAY_DECODED_HISTORY"],
    [
      "a run of another graph",
      () => recorded.json.replaceAll("threeSteps", "fourSteps"),
      "REPLAY_UNKNOWN_GRAPH",
    ],
    [
      "a run of a version that is not there",
      () => inVersion(recorded.json, "7"),
      `REPLAY_UNKNOWN_VERSION: "run.json" is a run of version "7" of "threeSteps", which is not there (there is: "1")`,
    ],
  ])("says what is wrong with %s", (_what, content, message) =>
    withRuns(async ({ signalbox, write }) => {
      await write("run.json", content());

      const { exitCode, output } = await signalbox("replay", "run.json");

      expect(output).toContain(message);
      expect(output).not.toMatch(/^ +at /m);
      expect(exitCode).toBe(2);
    }),
  );

  it.each([
    ["no history at all", [], 2, "name a file, a --run or a --query"],
    ["a run that is not there", ["--run", "nowhere"], 2, "CLIENT_UNKNOWN_RUN"],
    ["a query without runs", ["--query", `WorkflowId = "nowhere"`], 2, "the query finds no runs"],
    ["a query that is none", ["--query", "nonsense !"], 1, "error CLI_INVALID_QUERY"],
  ])("says so when it is given %s", (_what, args, code, message) =>
    withRuns(async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("replay", ...args);

      expect(output).toContain(message);
      expect(exitCode).toBe(code);
    }),
  );

  it("says so when no server answers, and starts none", () =>
    withProject(
      { "signalbox.config.js": "", "graphs.js": GRAPHS },
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("replay", "--run", "any");

        expect(output).toContain("error TEMPORAL_UNREACHABLE");
        expect(exitCode).toBe(1);
      },
      { TEMPORAL_ADDRESS: "127.0.0.1:1" },
    ));
});
