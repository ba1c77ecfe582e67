/** What is added up is what was paid, once, whichever way it is grouped. */

import {
  assert,
  asyncProperty,
  array,
  boolean,
  constantFrom,
  integer,
  option,
  record,
} from "fast-check";
import { EMPTY_CHAIN, seal } from "../../audit/chain.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { readCharges, type Charge, type Range } from "../../cli/costs/charges.ts";
import { costChart } from "../../cli/costs/cost-chart.ts";
import { exactUsd } from "../../cli/costs/exact-usd.ts";
import { costCsv, costJson, costTable, notesOf } from "../../cli/costs/formats.ts";
import { readCosts } from "../../cli/costs/read-costs.ts";
import { GROUPINGS, type CostReport, type Grouping } from "../../cli/costs/sums.ts";
import type { ReadableSink } from "../../cli/trail/open-trail.ts";
import { recordsOf, type ChargedCall, type ChargedRun } from "../harness/charged-records.ts";

const START = "2026-11-25T23:58:00.000Z";

function runOf(change: Partial<ChargedRun> = {}): ChargedRun {
  const run = { workspace: "acme", graph: "support", run: "acme.support-1", startedAt: START };
  return { ...run, calls: [], ...change };
}

/** One that keeps these, and gives what is asked for, as sinks do. */
function sinkOf(records: readonly AuditRecord[]): ReadableSink {
  return {
    id: "memory",
    write: async () => {},
    async *read({ workspace, from = "", to = "~", run }) {
      yield* seal(
        EMPTY_CHAIN,
        records.filter(
          (one) =>
            one.workspace === workspace &&
            one.at >= from &&
            one.at < to &&
            (run === undefined || one.run === run),
        ),
      );
    },
  };
}

async function chargesOf(run: ChargedRun, range: Range = {}): Promise<readonly Charge[]> {
  const charges: Charge[] = [];
  for await (const charge of readCharges(recordsOf(run), range)) charges.push(charge);
  return charges;
}

function report(runs: readonly ChargedRun[], by: Grouping, range: Range = {}): Promise<CostReport> {
  const workspaces = [...new Set(runs.map(({ workspace }) => workspace))];
  return readCosts(sinkOf(runs.flatMap(recordsOf)), { by, workspaces, ...range });
}

describe("charges", () => {
  it("are of calls alone: no step, no budget and no run's end is counted again", async () => {
    const calls: readonly ChargedCall[] = [
      { model: "openai/gpt-5", costNanoUsd: 7, inputTokens: 3, outputTokens: 2 },
    ];

    const charges = await chargesOf(runOf({ calls, subNanoUsd: 1_000 }));

    expect(charges).toMatchObject([
      { model: "openai/gpt-5", costNanoUsd: 7n, inputTokens: 3, outputTokens: 2, isWasted: false },
    ]);
  });

  it("are for nothing where a call failed, a schema refused its reply, or a plan did not use it", async () => {
    const calls: readonly ChargedCall[] = [
      { model: "a/failed", costNanoUsd: 1, status: "failed" },
      { model: "a/misfit", costNanoUsd: 1, judged: { "error.type": "invalid_output" } },
      { model: "a/unused", costNanoUsd: 1, judged: { "signalbox.is_used": false } },
      { model: "a/used", costNanoUsd: 1, judged: { "signalbox.is_used": true } },
      { model: "a/cascade", costNanoUsd: 1, more: { "signalbox.is_used": false } },
    ];

    const charges = await chargesOf(runOf({ calls }));

    expect(charges.map(({ isWasted }) => isWasted)).toEqual([true, true, true, false, true]);
    expect(charges.map(({ hasFailed }) => hasFailed)).toEqual([true, true, false, false, false]);
  });

  it("leave out what was not called, and tell of what has no price or may be billed", async () => {
    const calls: readonly ChargedCall[] = [
      { model: "a/stopped", more: { "signalbox.not_called": true }, costNanoUsd: 0 },
      { model: "a/unpriced", costNanoUsd: undefined },
      { model: "a/cut", costNanoUsd: 5, more: { "signalbox.may_be_billed": true } },
      { model: "a/refused", costNanoUsd: undefined, status: "failed" },
    ];

    const charges = await chargesOf(runOf({ calls, isOpen: true }));

    expect(
      charges.map(({ model, isUnpriced, mayBeBilled }) => [model, isUnpriced, mayBeBilled]),
    ).toEqual([
      ["a/unpriced", true, false],
      ["a/cut", false, true],
      ["a/refused", false, false],
    ]);
  });

  it("take a call again after a reset as one more, and the judgement as the later one's", async () => {
    const first = recordsOf(runOf({ calls: [{ model: "a/b", costNanoUsd: 1 }], isOpen: true }));
    const again = recordsOf(
      runOf({ calls: [{ model: "a/b", costNanoUsd: 2, judged: { "signalbox.is_used": false } }] }),
    );

    const charges: Charge[] = [];
    for await (const one of readCharges([...first, ...again], {})) charges.push(one);

    expect(charges.map(({ costNanoUsd, isWasted }) => [costNanoUsd, isWasted])).toEqual([
      [1n, false],
      [2n, true],
    ]);
  });
});

describe("reports", () => {
  it("are of the time that was asked for, with the graphs of runs that began before it", async () => {
    const calls: readonly ChargedCall[] = [
      { model: "a/b", costNanoUsd: 1, minute: 0 },
      { model: "a/b", costNanoUsd: 10, minute: 3, judged: { "signalbox.is_used": false } },
      { model: "a/b", costNanoUsd: 100, minute: 60 },
    ];
    const range = { from: "2026-11-26T00:00:00.000Z", to: "2026-11-26T00:30:00.000Z" };

    const { rows } = await report([runOf({ calls })], "graph", range);

    expect(rows).toMatchObject([{ key: "support", costNanoUsd: 10n, wastedNanoUsd: 10n }]);
  });

  it("are by day of UTC, in their order; all else by cost", async () => {
    const calls: readonly ChargedCall[] = [
      { model: "a/cheap", costNanoUsd: 1, minute: 0 },
      { model: "a/dear", costNanoUsd: 9, minute: 5 },
    ];
    const keysBy = async (by: Grouping): Promise<readonly string[]> =>
      (await report([runOf({ calls })], by)).rows.map(({ key }) => key);

    expect(await keysBy("day")).toEqual(["2026-11-25", "2026-11-26"]);
    expect(await keysBy("model")).toEqual(["a/dear", "a/cheap"]);
  });

  it("do not know the graph of a run whose start is gone", async () => {
    const records = recordsOf(runOf({ calls: [{ model: "a/b", costNanoUsd: 1 }] })).slice(1);

    const { rows } = await readCosts(sinkOf(records), { by: "graph", workspaces: ["acme"] });

    expect(rows.map(({ key }) => key)).toEqual(["(not known)"]);
  });

  it("come to the same whichever way they are grouped, and to what the calls took", async () => {
    const call = record({
      model: constantFrom("openai/gpt-5", "groq/llama", "x/=cmd()"),
      costNanoUsd: option(integer({ min: 0, max: 9e15 }), { nil: undefined }),
      inputTokens: integer({ min: 0, max: 1e9 }),
      outputTokens: integer({ min: 0, max: 1e9 }),
      status: constantFrom("completed" as const, "failed" as const, "cancelled" as const),
      minute: integer({ min: 0, max: 5_000 }),
      isUsed: boolean(),
    });
    const runs = array(
      record({
        workspace: constantFrom("acme", "globex"),
        graph: constantFrom("support", "letter"),
        isOpen: boolean(),
        calls: array(call, { maxLength: 6 }),
      }),
      { maxLength: 8 },
    );

    await assert(
      asyncProperty(runs, async (given) => {
        const made = given.map(({ calls, ...rest }, index) =>
          runOf({
            ...rest,
            run: `${rest.workspace}.${rest.graph}-${index}`,
            subNanoUsd: 12_345,
            calls: calls.map(({ isUsed, ...one }) => ({
              ...one,
              judged: { "signalbox.is_used": isUsed },
            })),
          }),
        );
        const reports = await Promise.all(GROUPINGS.map((by) => report(made, by)));

        const [first, ...others] = reports.map(({ total }) => total);
        for (const total of others) expect(total).toEqual(first);
        const calls = made.flatMap((one) => one.calls);
        expect(first).toMatchObject({
          calls: calls.length,
          costNanoUsd: calls.reduce((sum, { costNanoUsd = 0 }) => sum + BigInt(costNanoUsd), 0n),
          inputTokens: calls.reduce((sum, { inputTokens = 0 }) => sum + BigInt(inputTokens), 0n),
        });
        for (const { rows, total } of reports) {
          const sum = rows.reduce((so, { costNanoUsd }) => so + costNanoUsd, 0n);
          expect(sum).toBe(total.costNanoUsd);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("formats", () => {
  const calls: readonly ChargedCall[] = [
    { model: "openai/gpt-5", costNanoUsd: 1_250_000_000, inputTokens: 100, outputTokens: 20 },
    { model: '=HYPERLINK("http://x")', costNanoUsd: 340_250, status: "failed" },
    { model: "a/new", costNanoUsd: undefined },
    { model: "a/<cut>", costNanoUsd: 1, more: { "signalbox.may_be_billed": true } },
  ];
  const made = (): Promise<CostReport> => report([runOf({ calls })], "model");

  it("give money with all its digits", () => {
    expect([0n, 1n, 340_250n, 1_250_000_000n, 10n ** 25n].map(exactUsd)).toEqual([
      "0.00",
      "0.000000001",
      "0.00034025",
      "1.25",
      "10000000000000000.00",
    ]);
  });

  it("make a table with totals, and say what the figures hide", async () => {
    const table = costTable(await made(), (_format, text) => text).split("\n");

    expect(table[0]).toMatch(/^model +calls +failed +tokens in +tokens out +cost +for nothing$/);
    expect(table.at(-1)).toMatch(/^total +4 +1 +100 +20 +\$1.250340251 +\$0.00034025$/);
    expect(notesOf(await made())).toEqual([
      expect.stringContaining("Calls without a known price, which are in no cost: 1."),
      expect.stringContaining("$0.000000001 of it is the most"),
    ]);
  });

  it("make CSV that no spreadsheet takes for a formula", async () => {
    const lines = costCsv(await made()).split("\r\n");

    expect(lines[0]).toBe(
      "model,calls,failedCalls,unpricedCalls,inputTokens,outputTokens,costUsd,wastedUsd,mayBeBilledUsd",
    );
    expect(lines[1]).toBe("openai/gpt-5,1,0,0,100,20,1.25,0.00,0.00");
    expect(lines[2]).toBe(`"'=HYPERLINK(""http://x"")",1,1,0,0,0,0.00034025,0.00034025,0.00`);
    expect(lines).toHaveLength(6);
  });

  it("make JSON with money as text", async () => {
    expect(costJson(await made())).toMatchObject({
      by: "model",
      rows: [{ model: "openai/gpt-5", costUsd: "1.25" }, {}, {}, {}],
      total: { calls: 4, costUsd: "1.250340251", unpricedCalls: 1 },
    });
  });

  it("make a picture that says in words what it shows, and escapes names", async () => {
    const svg = costChart(await made(), ", from 2026-11-25");

    expect(svg).toContain("Cost by model, from 2026-11-25: $1.250340251</title>");
    expect(svg).toContain("openai/gpt-5: $1.25 (calls: 1; $0.00 for nothing).");
    expect(svg).toContain("a/&#60;cut&#62;");
    expect(svg).not.toContain("NaN");
  });
});
