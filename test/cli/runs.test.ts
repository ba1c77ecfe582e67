/** The commands that read and steer runs, inside the test, on the shared server: they need no project. */

import { EXIT } from "../../cli/terminal.ts";
import { runCli } from "../../cli/program.ts";
import { deciding, everyVerb, threeSteps } from "../fixtures/graphs.ts";
import { awaitList } from "../harness/await-list.ts";
import { fakeTerminal } from "../harness/fake-terminal.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { runSignalbox as signalbox } from "../harness/run-signalbox.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

const config = simulatedConfig(({ step, model }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (step.includes("summar")) return { value: "short" };
  if (model === "first") return { fail: "bad_request", httpStatus: 400 };
  if (step.endsWith("/review")) return { value: { good: true, problem: "" } };
  return { value: step === "review" ? { fit: true } : { text: "Freeze it." } };
});

let worker: TestWorker;
const workspace = `w${crypto.randomUUID().slice(0, 8)}`;

lendWorker({ config }, (lent) => (worker = lent));

/** A run that has ended. */
async function ranSteps(): Promise<string> {
  const id = await worker.client.start(threeSteps, { body: "My card is gone" }, { workspace });
  await worker.client.waitUntilClosed(id);
  return id;
}

/** A run that waits for a decision on `signoff`. */
async function waits(place = workspace): Promise<string> {
  const letter = "Dear\u001B[2J Ann";
  const id = await worker.client.start(deciding, { letter }, { workspace: place });
  for await (const event of worker.client.events(id)) {
    if (event.type === "step.waiting" && event.step === "signoff") break;
  }
  return id;
}

describe("signalbox show", () => {
  it("draws a run with its models, its fallback and why it came to that, its costs and its result", async () => {
    const id = await ranSteps();

    const { exitCode, printed } = await signalbox(["show", id]);

    expect(printed.split("\n")).toEqual([
      expect.stringMatching(/^✔ threeSteps version 1: completed after [\d.]+ m?s$/),
      `  ${id}`,
      expect.stringMatching(/^ {2}started 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC in workspace w/),
      "",
      expect.stringMatching(/^├─ ✔ triage {2}simulated\/small {15}/),
      expect.stringMatching(/^├─ ✔ draft {3}simulated\/second \(fallback 1\) .*\$0\.0000/),
      expect.stringMatching(/^│ {5}✖ simulated\/first {2}bad_request, HTTP 400, after \d+ ms/),
      expect.stringMatching(/^└─ ✔ review {2}simulated\/small/),
      "",
      expect.stringMatching(/^3 steps, 4 calls, 1 fallback, \$0\.0000\d+, .* of calls$/),
      "",
      `Result {"fit":true}`,
      "",
    ]);
    expect(exitCode).toBe(EXIT.ok);
  });

  it("has the steps of sub-graphs and items of maps in the tree, and their runs in the JSON", async () => {
    const input = { customer: "ann", kind: "question" as const, lines: ["a", "b"] };
    const id = await worker.client.start(everyVerb, input, { workspace });
    await worker.client.waitUntilClosed(id);

    const shown = await signalbox(["show", id]);
    const json = await signalbox(["show", id, "--json"]);

    expect(shown.printed).toMatch(
      /^├─ ◦ summaries +2 parts\n│ {2}├─ ✔ \[0\]\/summary .*\n│ {2}└─ ✔ \[1\]\/summary /m,
    );
    expect(shown.printed).toMatch(/✔ handling\/question\/greeting +run \S+ .*\n│ +└─ ✔ greet /);
    expect(JSON.parse(json.printed)).toMatchObject({
      id,
      status: "completed",
      subRuns: [{ graph: "greeting", steps: [{ step: "greet" }], subRuns: [] }],
    });
  });

  it("tells the trace that a run belongs to", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const { workflowId: id } = await worker.temporal.client.workflow.start("threeSteps", {
      args: [{ body: "My card is gone" }],
      taskQueue: worker.taskQueue,
      workflowId: `${workspace}.threeSteps-${crypto.randomUUID()}`,
      memo: { SignalboxTrace: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } },
    });
    await worker.client.waitUntilClosed(id);

    const { printed } = await signalbox(["show", id]);
    const json = await signalbox(["show", id, "--json"]);

    expect(printed.split("\n")[3]).toBe(`  trace ${traceId}`);
    expect(JSON.parse(json.printed)).toMatchObject({ id, traceId });
  });

  it("shows what a decision is about, and is coloured and cut on a terminal, which it never commands", async () => {
    const id = await waits();

    const { printed } = await signalbox(["show", id], { columns: 60 });
    const plain = await signalbox(["show", id], { columns: 60, env: { NO_COLOR: "1" } });

    expect(printed).toContain("\u001B[33m●\u001B[39m");
    expect(printed).not.toContain("\u001B[2J");
    expect(plain.printed).not.toContain("\u001B");
    expect(plain.printed).toMatch(/^└─ ● signoff +waits for a decision/m);
    expect(plain.printed).toMatch(/^ {6}shows \{"letter":"Dear/m);
    expect(plain.printed).toContain(`signalbox approve ${id} signoff --decision JSON`);
  });

  it("follows a run to its end, a line for each event where no picture can move", async () => {
    const id = await waits();
    const terminal = fakeTerminal();

    const shown = runCli(["show", id, "--watch"], terminal);
    await terminal.shows("● signoff  waits for a decision");
    await worker.client.decide(id, "signoff", { approved: true }, { by: "ann" });
    await terminal.shows("✔ signoff  a decision came by ann");
    await worker.client.cancel(id);

    expect(await shown).toBe(EXIT.runFailed);
    expect(terminal.told()).toContain("● paid  waits for an event");
    expect(terminal.printed()).toMatch(/^⊘ deciding version 1: cancelled/);
  });

  it("lets go of a run at Ctrl-C, and says how to take it up again", async () => {
    const id = await waits();
    const terminal = fakeTerminal();

    const shown = runCli(["show", id, "--watch"], terminal);
    await terminal.shows("● signoff");
    terminal.interrupt();

    expect(await shown).toBe(EXIT.interrupted);
    expect(terminal.told()).toContain(`follow it again with: signalbox show ${id} --watch`);
    expect((await worker.client.get(id)).status).toBe("running");
  });
});

describe("signalbox approve and send", () => {
  it("decide and send, with who and why on record", async () => {
    const id = await waits();

    const approved = await signalbox(
      ["approve", id, "signoff", "--decision", "-", "--by", "ann@bank", "--comment", "fine"],
      { input: `{ "approved": true }` },
    );
    const sent = await signalbox(["send", id, "paid", "--event", `{ "cents": 5 }`, "--json"]);
    await worker.client.waitUntilClosed(id);
    const { printed } = await signalbox(["audit", id]);

    expect(approved).toMatchObject({
      exitCode: 0,
      printed: `decided: step "signoff" of run "${id}" goes on\n`,
    });
    expect(JSON.parse(sent.printed)).toEqual({ run: id, step: "paid", by: expect.any(String) });
    expect(printed).toMatch(
      / step\.decided +signoff +approval, received, by ann@bank, with a comment$/m,
    );
    expect((await worker.client.get(id)).result).toMatchObject({ approved: true, cents: 5 });
  });

  it("show what waits where the step does not, and guess which was meant", async () => {
    const id = await waits();

    const { exitCode, told } = await signalbox(["approve", id, "singof", "--decision", "{}"]);

    expect(told).toContain("error CLIENT_STEP_NOT_OPEN: ");
    expect(told).toContain(`Did you mean "signoff"?\n  signoff\n    waits since 20`);
    expect(told).toContain(`    shows {"letter":`);
    expect(exitCode).toBe(EXIT.failed);
  });

  it("tell what does not fit, and nothing has changed", async () => {
    const id = await waits();

    const misfit = await signalbox([
      "approve",
      id,
      "signoff",
      "--decision",
      `{ "approved": "yes" }`,
    ]);
    const wrong = await signalbox(["send", id, "signoff", "--event", "{}"]);

    expect(misfit.told).toMatch(/^error CLIENT_INVALID_VALUE: .*"approved": Invalid input/);
    expect(wrong.told).toMatch(/^error CLIENT_STEP_NOT_OPEN: .*does not wait for an event/);
    expect((await worker.client.openSteps(id)).map(({ step }) => step)).toEqual(["signoff"]);
  });
});

function idsOf(printed: string): readonly string[] {
  return JSON.parse(printed).runs.map(({ id }: { readonly id: string }) => id);
}

describe("signalbox runs", () => {
  it("lists runs by what is asked for, and pages", async () => {
    const graph = ["--graph", "threeSteps", "--workspace", `p${workspace}`];
    const ids: string[] = [];
    for (let run = 0; run < 3; run++) {
      const id = await worker.client.start(
        threeSteps,
        { body: "x" },
        { workspace: `p${workspace}` },
      );
      await worker.client.waitUntilClosed(id);
      ids.unshift(id);
    }
    const filters = {
      graph: "threeSteps",
      workspace: `p${workspace}`,
      status: "completed",
    } as const;
    await awaitList(worker.client, filters, 3);

    const table = await signalbox(["runs", ...graph, "--since", "1h", "--fallback"]);
    const page = await signalbox(["runs", ...graph, "--limit", "2", "--json"]);
    const { next } = JSON.parse(page.printed);
    const rest = await signalbox(["runs", ...graph, "--limit", "2", "--cursor", next, "--json"]);
    const all = await signalbox(["runs", ...graph, "--all", "--json"]);
    const none = await signalbox(["runs", ...graph, "--status", "failed"]);
    const narrow = await signalbox(["runs", ...graph], { columns: 80, env: { NO_COLOR: "1" } });

    const [heads, ...rows] = table.printed.trimEnd().split("\n");
    expect(heads).toMatch(/^ +run +graph +status +started \(UTC\) +took +cost +models$/);
    expect(rows.map((row) => row.split(/\s+/)[1])).toEqual(ids);
    expect(rows[0]).toMatch(
      /^✔ .* threeSteps 1 +completed .* \$0\.0000\d+ +simulated\/small, simulated\/second \(1 by fallback\)$/,
    );
    expect([...idsOf(page.printed), ...idsOf(rest.printed)]).toEqual(ids);
    expect(idsOf(all.printed)).toEqual(ids);
    const narrowLines = narrow.printed.trimEnd().split("\n");
    expect(narrowLines.filter((line) => line.length > 80)).toEqual([]);
    expect(narrowLines.slice(1).map((line) => line.split(/\s+/)[1])).toEqual(ids);
    expect(none).toEqual({ exitCode: 0, printed: "", told: "no runs, or none that fit\n" });
  });

  it.each([
    [["--status", "done"], 2, "Allowed choices are running"],
    [["--since", "yesterday"], 2, 'Give "2h"'],
    [["--limit", "101"], 2, "Give a whole number from 1 to 100"],
    [["--cost-from", "cheap"], 2, "Give an amount in USD"],
    [["--cursor", "nonsense"], 1, "error CLIENT_INVALID_CURSOR"],
  ])("says so when it is given %j", async (args, exitCode, message) => {
    const ended = await signalbox(["runs", ...args]);

    expect(ended.told).toContain(message);
    expect(ended.exitCode).toBe(exitCode);
  });
});

describe("signalbox cancel", () => {
  it("asks all it is given to stop, and tells which it could not", async () => {
    const ids = [await waits(), await waits()];

    const { exitCode, printed, told } = await signalbox(["cancel", ...ids, "nowhere"]);
    await Promise.all(ids.map((id) => worker.client.waitUntilClosed(id)));

    expect(printed).toBe(`${ids[0]} is asked to stop\n${ids[1]} is asked to stop\n`);
    expect(told).toMatch(/^error CLIENT_UNKNOWN_RUN: There is no run "nowhere"/);
    expect(exitCode).toBe(EXIT.failed);
    expect((await worker.client.get(ids[0] ?? "")).status).toBe("cancelled");
  });
});

describe("signalbox audit", () => {
  it("lists what happened, as a table and as lines of JSON", async () => {
    const id = await ranSteps();

    const table = await signalbox(["audit", id]);
    const lines = await signalbox(["audit", id, "--json"]);

    expect(table.printed).toMatch(/^id +at \(UTC\) +record +step +what$/m);
    expect(table.printed).toMatch(
      / attempt\.ended +draft +simulated\/first, bad_request, HTTP 400/,
    );
    expect(table.printed).toMatch(/ run\.ended +completed, \$0\.0000/);
    expect(table.printed).toMatch(
      /:fallback +\S+ \S+ +fallback +draft +\S+, after simulated\/first, bad_request$/m,
    );
    const records = lines.printed
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(records).toEqual(await worker.client.auditRecords(id));
  });
});

describe("a run that is not there", () => {
  it.each([["show"], ["show", "--watch"], ["audit"], ["cancel"]])(
    "is said to be none by %s %s",
    async (...args) => {
      const [command = "", ...options] = args;

      const { exitCode, told } = await signalbox([command, "nowhere", ...options]);

      expect(told).toContain(`error CLIENT_UNKNOWN_RUN: There is no run "nowhere"`);
      expect(exitCode).toBe(EXIT.failed);
    },
  );
});

describe("completion", () => {
  it("knows the runs of the server, and the steps of one that wait", async () => {
    const own = `c${workspace}`;
    const id = await waits(own);
    await awaitList(worker.client, { workspace: own, status: "running" }, 1);

    const runs = await signalbox(["complete", "--", "approve", id.slice(0, -2)]);
    const steps = await signalbox(["complete", "--", "approve", id, ""]);
    const others = await signalbox(["complete", "--", "send", id, ""]);

    expect(runs.printed).toBe(`${id}\tdeciding, running\n`);
    expect(steps.printed).toMatch(/^signoff\twaits since 20\S+\n$/);
    expect(others.printed).toBe("");
  });
});
