/** A run as a tree for people: a line a step, and what there is to say of it beneath. Pure but for the clock it is given. */

import { countOf } from "../graph/count.ts";
import { formatCost, formatMoment, formatMs, msBetween } from "./amounts.ts";
import type { Paint } from "./colours.ts";
import { cutTo, oneLine, padTo, plainLines, showValue, widthOf } from "./fit.ts";
import { markOf, nameStatus } from "./marks.ts";
import { allAttempts, countSteps, type WholeRun } from "./read-run.ts";
import { describeDetails, type Detail } from "./step-details.ts";
import { buildTree, type FoundStep, type StepNode } from "./step-tree.ts";

export interface TreeOptions {
  readonly paint: Paint;
  /** Columns there are. `Infinity`: nothing is cut. */
  readonly width: number;
  /** Milliseconds since 1970: for what is not over. */
  readonly now: number;
}

/** The whole of what `signalbox show` prints. */
export function formatRun(run: WholeRun, options: TreeOptions): string {
  const tree = formatTree(buildTree(run), options);
  const parts = [describeHead(run, options), ...(tree.length === 0 ? [] : ["", ...tree])];
  return [...parts, "", describeSums(run), ...describeEnd(run, options)].join("\n");
}

function describeHead(run: WholeRun, { paint, now }: TreeOptions): string {
  const { id, graph, version, status, startedAt, closedAt, workspace, traceId } = run;
  const name = paint("bold", oneLine(graph));
  const took = formatMs(msBetween(startedAt, closedAt, now));
  const since = status === "running" ? `for ${took}` : `after ${took}`;
  const start = `started ${formatMoment(startedAt)} UTC${workspace ? ` in workspace ${workspace}` : ""}`;
  return [
    `${markOf(status, paint)} ${name}${version ? ` version ${version}` : ""}: ${nameStatus(status, paint)} ${since}`,
    `  ${oneLine(id)}`,
    paint("dim", `  ${start}`),
    ...(traceId === undefined ? [] : [paint("dim", `  trace ${traceId}`)]),
  ].join("\n");
}

/** A line before it is known how wide the columns are. */
type Line =
  | { readonly lead: string; readonly mark: string; readonly cells: Cells }
  | { readonly lead: string; readonly detail: Detail };

/** The step, who did it, how long it took, what it cost. */
type Cells = readonly [label: string, who: string, took: string, cost: string];

function formatTree(nodes: readonly StepNode[], options: TreeOptions): readonly string[] {
  const lines = listLines(nodes, "", options);
  const steps = lines.filter((line) => "cells" in line);
  const widest = (read: (line: (typeof steps)[number]) => number): number =>
    Math.max(0, ...steps.map(read));
  const took = widest(({ cells }) => widthOf(cells[2]));
  const cost = widest(({ cells }) => widthOf(cells[3]));
  const name = widest(({ lead, cells }) => widthOf(lead) + 2 + widthOf(cells[0]));
  const who = widest(({ cells }) => widthOf(cells[1]));
  // Names and models share what the numbers leave; of the two the models give way first.
  const room = options.width - took - cost - 6;
  const nameWidth = Math.min(name, Math.max(room - who, Math.floor(room * 0.6)));
  const widths = { name: nameWidth, who: Math.min(who, Math.max(8, room - nameWidth)), took };
  return lines.map((line) =>
    "cells" in line ? formatStep(line, widths, options) : formatDetail(line, options),
  );
}

interface Widths {
  readonly name: number;
  readonly who: number;
  readonly took: number;
}

function formatStep(
  { lead, mark, cells: [label, who, took, cost] }: Extract<Line, { readonly cells: Cells }>,
  widths: Widths,
  { paint }: TreeOptions,
): string {
  const name = cutTo(label, widths.name - widthOf(lead) - 2);
  return [
    padTo(`${paint("dim", lead)}${mark} ${name}`, widths.name),
    padTo(cutTo(who, widths.who), widths.who),
    paint("dim", took.padStart(widths.took)),
    cost,
  ]
    .join("  ")
    .trimEnd();
}

function formatDetail(
  { lead, detail: { mark, text, isCommand } }: Extract<Line, { readonly detail: Detail }>,
  { paint, width }: TreeOptions,
): string {
  const before = `${paint("dim", lead)}${mark === undefined ? "" : `${mark} `}`;
  return `${before}${isCommand ? paint("bold", text) : cutTo(text, width - widthOf(before))}`;
}

function listLines(
  nodes: readonly StepNode[],
  lead: string,
  options: TreeOptions,
): readonly Line[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const inner = `${lead}${isLast ? "   " : "│  "}`;
    const details = node.found ? describeDetails(node.found, options.paint) : [];
    const beneath = `${inner}${node.children.length > 0 ? "│  " : "   "}`;
    return [
      { lead: `${lead}${isLast ? "└─ " : "├─ "}`, ...describeNode(node, options) },
      ...details.map((detail) => ({ lead: beneath, detail })),
      ...listLines(node.children, inner, options),
    ];
  });
}

function describeNode(
  { label, found, children }: StepNode,
  { paint, now }: TreeOptions,
): { readonly mark: string; readonly cells: Cells } {
  const name = oneLine(label);
  if (found === undefined) {
    return { mark: paint("dim", "◦"), cells: [name, countOf(children.length, "part"), "", ""] };
  }
  const { status, startedAt, endedAt } = found.step;
  const took = formatMs(msBetween(startedAt, endedAt, now));
  return { mark: markOf(status, paint), cells: [name, describeWho(found), took, costOf(found)] };
}

/** Whoever answered, or is being asked. */
function describeWho({ step, attempts }: FoundStep): string {
  const { kind, status, model, fallbacks = 0, run } = step;
  switch (kind) {
    case "model": {
      const asked = attempts.findLast((attempt) => attempt.status === "running");
      const name = model ?? asked?.model ?? attempts.at(-1)?.model ?? "no model yet";
      const fallback = model === undefined ? (asked?.fallback ?? 0) : fallbacks;
      return fallback > 0 ? `${name} (fallback ${fallback})` : name;
    }
    case "sub":
      return run === undefined ? "sub-graph" : `run ${run}`;
    case "approval":
      return status === "waiting" ? "waits for a decision" : "decision";
    case "event":
      return status === "waiting" ? "waits for an event" : "event";
    case "tool":
    case "timer":
      return kind;
  }
}

/** Nothing where there was nothing to pay, `?` where no price is known. */
function costOf({ step, attempts }: FoundStep): string {
  const costs = attempts.flatMap(({ costNanoUsd }) =>
    costNanoUsd === undefined ? [] : [costNanoUsd],
  );
  const known =
    step.costNanoUsd ?? (costs.length === 0 ? undefined : costs.reduce((a, b) => a + b));
  if (known !== undefined) return formatCost(known);
  return attempts.some(({ inputTokens }) => inputTokens !== undefined) ? "?" : "";
}

/** Of the run with its sub-graphs. */
function describeSums(run: WholeRun): string {
  const attempts = allAttempts(run).filter(({ notCalled }) => !notCalled);
  const sum = (read: (attempt: (typeof attempts)[number]) => number | undefined): number =>
    attempts.reduce((total, attempt) => total + (read(attempt) ?? 0), 0);
  const fallbacks = countFallbacks(run);
  const unpriced = attempts.filter(
    ({ inputTokens, costNanoUsd }) => inputTokens !== undefined && costNanoUsd === undefined,
  );
  return [
    countOf(countSteps(run), "step"),
    countOf(attempts.length, "call"),
    ...(fallbacks > 0 ? [countOf(fallbacks, "fallback")] : []),
    formatCost(sum(({ costNanoUsd }) => costNanoUsd)),
    ...(unpriced.length > 0 ? [`${countOf(unpriced.length, "call")} at a price not known`] : []),
    `${formatMs(sum(({ durationMs }) => durationMs))} of calls`,
  ].join(", ");
}

function countFallbacks({ steps, subRuns }: WholeRun): number {
  const own = steps.filter(({ fallbacks = 0 }) => fallbacks > 0).length;
  return subRuns.reduce((count, sub) => count + countFallbacks(sub), own);
}

function describeEnd({ status, result, error }: WholeRun, options: TreeOptions): readonly string[] {
  const { paint, width } = options;
  if (error !== undefined) {
    const where = error.step === undefined ? "" : ` in step "${oneLine(error.step)}"`;
    return ["", `${paint("red", oneLine(error.code))}${where}: ${plainLines(error.message)}`];
  }
  if (status !== "completed") return [];
  return ["", `${paint("bold", "Result")} ${showValue(result, width - "Result ".length)}`];
}
