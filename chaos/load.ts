/** The runs of a chaos: drawn from its seed, each with the result that it has to have. */

import type { AnyGraph } from "../graph/graph.ts";
import { drawUniform } from "../plugins/chance/seeded-random.ts";
import { answerTo, roundsOf, writePrompt, type Marker } from "./asking.ts";
import {
  approvedFiles,
  climbing,
  countedCalls,
  countedMoney,
  letterAndReview,
  waitingOutside,
} from "./graphs.ts";

/** A run that is to be started. */
export interface PlannedRun {
  /** Such as `"run-17"`. */
  readonly name: string;
  readonly graph: AnyGraph;
  readonly input: object;
  readonly expected: unknown;
  /** `"must"`: no budget is large enough for its items. `"may"`: only where calls were lost, which count as well. Absent: it has none. */
  readonly stopsAtBudget?: "must" | "may";
  /** What its graph's budget allows. */
  readonly budget?: { readonly calls?: number; readonly nanoUsd?: number };
  /** What is decided, and what is sent, by the paths of the steps that wait for it. */
  readonly letters: Readonly<Record<string, unknown>>;
  /** Of the sub-graphs that it runs: the paths of their steps. */
  readonly subs: readonly string[];
}

type Kind = (seed: number, name: string) => PlannedRun;

/** In the order in which they come round: the first of them are in every load, however small. */
const KINDS: readonly Kind[] = [
  planFiles,
  planLetter,
  planCalls,
  planClimb,
  planMoney,
  planOutside,
  planFiles,
  planCalls,
  planMoney,
];

export function planLoad(seed: number, count: number): readonly PlannedRun[] {
  return Array.from({ length: count }, (_, index) => {
    const plan = KINDS[index % KINDS.length] ?? planLetter;
    return plan(seed, `run-${index}`);
  });
}

function planLetter(_seed: number, run: string): PlannedRun {
  return {
    name: run,
    graph: letterAndReview,
    input: { run, inside: "" },
    expected: letterResult(run, ""),
    letters: {},
    subs: [],
  };
}

function letterResult(run: string, inside: string): { draft: string; review: string } {
  const draft = ask({ run, call: `${inside}draft`, form: "text" }, "Write.");
  const review = ask({ run, call: `${inside}review`, form: "text" }, `Review: ${draft}`);
  return { draft, review };
}

function planFiles(seed: number, run: string): PlannedRun {
  const files = namesOf(2 + Math.floor(drawUniform(seed, run, "files") * 5));
  const note = `note ${Math.floor(drawUniform(seed, run, "note") * 1e6)}`;
  const gists = gistsOf(run, "files", files);
  const rounds = roundsOf(run);
  let draft = "";
  let said = "nothing";
  for (let round = 1; round <= rounds; round++) {
    const text = `Write of ${gists.join(", ")} after ${said}`;
    draft = ask({ run, call: `letter[${round}]/write`, form: "text", round }, text);
    const review = ask({ run, call: `letter[${round}]/review`, form: "verdict", round }, draft);
    ({ note: said } = JSON.parse(review));
  }
  const closing = ask({ run, call: "closing", form: "text" }, `${draft} ${note}`);
  return {
    name: run,
    graph: approvedFiles,
    input: { run, files },
    expected: { files: gists, draft, rounds, ok: true, closing },
    letters: { signoff: { ok: true, note } },
    subs: [],
  };
}

/** Calls for more items than its budget has calls; or for so few that only lost ones can use it up. */
function planCalls(seed: number, run: string): PlannedRun {
  const isTight = drawUniform(seed, run, "tight") < 0.6;
  return {
    ...planItems(run, isTight ? 12 : 2),
    graph: countedCalls,
    stopsAtBudget: isTight ? "must" : "may",
    budget: { calls: 8 },
  };
}

/** At 0.00044 to 0.0005 USD a call, and 0.0012 for one that is lost. */
function planMoney(seed: number, run: string): PlannedRun {
  const isTight = drawUniform(seed, run, "tight") < 0.6;
  return {
    ...planItems(run, isTight ? 18 : 3),
    graph: countedMoney,
    stopsAtBudget: isTight ? "must" : "may",
    budget: { nanoUsd: 6_000_000 },
  };
}

function planItems(run: string, count: number): Omit<PlannedRun, "graph"> {
  const items = namesOf(count);
  const expected = gistsOf(run, "items", items);
  return { name: run, input: { run, items }, expected, letters: {}, subs: [] };
}

function planClimb(_seed: number, run: string): PlannedRun {
  const { words } = JSON.parse(ask({ run, call: "answer", form: "sure" }, "Are you sure?"));
  const after = ask({ run, call: "after", form: "text" }, words);
  return {
    name: run,
    graph: climbing,
    input: { run },
    expected: { answer: words, after },
    letters: {},
    subs: [],
  };
}

function planOutside(seed: number, run: string): PlannedRun {
  const amount = Math.floor(drawUniform(seed, run, "amount") * 1_000);
  const first = ask({ run, call: "first", form: "text" }, "Begin.");
  const inner = letterResult(run, "inner/");
  const text = `${first} ${amount} ${inner.review}`;
  return {
    name: run,
    graph: waitingOutside,
    input: { run },
    expected: { inner, last: ask({ run, call: "last", form: "text" }, text) },
    letters: { paid: { amount } },
    subs: ["inner"],
  };
}

function gistsOf(run: string, map: string, items: readonly string[]): readonly string[] {
  return items.map((item, index) =>
    ask({ run, call: `${map}[${index}]/gist`, form: "text" }, `Summarise: ${item}`),
  );
}

function namesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `item ${index}`);
}

function ask(marker: Marker, text: string): string {
  return answerTo(writePrompt(marker, text));
}
