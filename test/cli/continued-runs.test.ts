/** What the commands that read a run print of one that has continued as new: the same as of a run of one execution. */

import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { longRefine, longSubs } from "../fixtures/graphs.ts";
import { readExecutions } from "../harness/executions.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { answerLong } from "../harness/long-replies.ts";
import { openGate } from "../harness/open-gate.ts";
import { runSignalbox, type EndedCommand } from "../harness/run-signalbox.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

function reply(call: SimulatedCall): SimulatedReply {
  if (call.model === "first" && call.prompt.startsWith("3 ")) return { fail: "not_found" };
  return answerLong(call);
}

let worker: TestWorker;
/** Of several executions, and of one. */
let long: string;
let short: string;

const world = { config: simulatedConfig(reply), liveSignals: openGate() };
lendWorker(world, (lent) => (worker = lent));

beforeAll(async () => {
  long = await withShortHistories(worker, 20).start(longRefine, { rounds: 6 });
  short = await worker.client.start(longRefine, { rounds: 6 });
  await Promise.all([long, short].map((id) => worker.client.waitUntilClosed(id)));
});

function signalbox(...args: readonly string[]): Promise<EndedCommand> {
  return runSignalbox(args);
}

/** Without what differs from run to run: ids, times, seeds and what the worker has learned in between. */
function plain(text: string, id: string): readonly string[] {
  return text
    .replaceAll(id, "RUN")
    .replaceAll(/\d{4}-\d\d-\d\d[ T][\d:.]+Z?/g, "AT")
    .replaceAll(/\d+(?:\.\d+)? m?s\b/g, "TIME")
    .replaceAll(/seed \d+/g, "SEED")
    .replaceAll(/about \d+ tokens.*/g, "ESTIMATE")
    .split("\n")
    .map((line) => line.replaceAll(/ {2,}/g, "  "));
}

/** Without the first column, the ids, which say in which execution it was. */
function table({ printed }: EndedCommand, id: string): readonly string[] {
  return plain(printed, id).map((line) => line.replace(/^\S+/, ""));
}

function modelsOf({ candidates }: { readonly candidates: readonly object[] }): readonly unknown[] {
  return candidates.map((candidate) => Reflect.get(candidate, "model"));
}

describe("a run that has continued as new", () => {
  it("took several executions here, and its like one", async () => {
    expect((await readExecutions(worker, long)).length).toBeGreaterThan(2);
    expect(await readExecutions(worker, short)).toHaveLength(1);
  });

  it("is drawn with each of its steps and attempts once", async () => {
    const [one, other] = await Promise.all([signalbox("show", long), signalbox("show", short)]);

    expect(plain(one.printed, long)).toEqual(plain(other.printed, short));
    const { printed } = one;
    const rounds = [1, 2, 3, 4, 5, 6].flatMap((round) => [`[${round}]`, "write", "review"]);
    expect([...printed.matchAll(/─ \S (\S+)/g)].map(([, name]) => name)).toEqual([
      "essay",
      ...rounds,
    ]);
    expect(printed.match(/✖ simulated\/first {2}not_found/g)).toHaveLength(1);
    expect(printed).toContain("12 steps, 13 calls, 1 fallback");
  });

  it("is followed to its end with a line for each event, once", async () => {
    const [one, other] = await Promise.all([
      signalbox("show", long, "--watch"),
      signalbox("show", short, "--watch"),
    ]);

    expect(one.exitCode).toBe(0);
    expect(plain(one.told, long)).toEqual(plain(other.told, short));
    expect(one.told.match(/✔ essay\[\d\]\/write /g)).toHaveLength(6);
  });

  it("has each audit record once", async () => {
    const [one, other] = await Promise.all([signalbox("audit", long), signalbox("audit", short)]);
    expect(table(one, long)).toEqual(table(other, short));
    const ids = one.printed.split("\n").map((line) => line.split(" ")[0]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.some((id) => id?.startsWith("3-"))).toBe(true);
  });

  it.each(["essay[1]/write", "essay[3]/write", "essay[6]/review"])(
    "explains %s, in whichever execution that was",
    async (step) => {
      const [one, other] = await Promise.all(
        [long, short].map(async (id) =>
          JSON.parse((await signalbox("explain", id, step, "--json")).printed),
        ),
      );

      expect(one.routes).toHaveLength(1);
      expect(one.attempts).toHaveLength(step === "essay[3]/write" ? 2 : 1);
      expect(one.routes.map(modelsOf)).toEqual(other.routes.map(modelsOf));
    },
  );

  it("has each sub-graph's run below its step once, also where those have continued", async () => {
    const id = await withShortHistories(worker, 12).start(longSubs, { outer: 8, inner: 4 });
    await worker.client.waitUntilClosed(id);
    const like = await worker.client.start(longSubs, { outer: 8, inner: 4 });
    await worker.client.waitUntilClosed(like);

    const [one, other] = await Promise.all([signalbox("show", id), signalbox("show", like)]);

    expect((await readExecutions(worker, id)).length).toBeGreaterThan(1);
    expect(plain(one.printed, id)).toEqual(plain(other.printed, like));
    expect(one.printed.match(/─ ✔ write/g)).toHaveLength(32);
  });
});
