/** Prints runs as a table: a row a step, with the model that answered and what was tried before. */

import type { Attempt, Run } from "signalbox/client";
import { z } from "zod";

interface TicketRun {
  readonly ticket: { readonly id: string; readonly body: string };
  readonly run: Run;
}

const Answer = z.object({ kind: z.string(), text: z.string() });

const COLUMNS = [11, 8, 20, 11, 13] as const;

/** Prints to standard output, and at the end how many runs completed and what they cost. */
export function printRuns(runs: readonly TicketRun[]): void {
  console.log(row("ticket", "step", "model", "fallbacks", "cost in USD", "failed before"));
  for (const { ticket, run } of runs) {
    const steps = [...bySteps(run.attempts)].map(([step, attempts]) => stepCells(step, attempts));
    console.log(`\n${row(ticket.id, `"${ticket.body}"`)}`);
    for (const cells of steps) console.log(row("", ...cells));
    console.log(row("", outcome(run)));
  }
  const completed = runs.filter(({ run }) => run.status === "completed").length;
  const withFallback = runs.filter(({ run }) => run.attempts.some(({ fallback }) => fallback > 0));
  const attempts = runs.flatMap(({ run }) => run.attempts);
  console.log(
    `\n${completed} of ${runs.length} runs completed, ${withFallback.length} with a fallback, ` +
      `${attempts.length} attempts, ${usd(attempts)} USD`,
  );
}

function bySteps(attempts: readonly Attempt[]): ReadonlyMap<string, readonly Attempt[]> {
  const steps = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    steps.set(attempt.step, [...(steps.get(attempt.step) ?? []), attempt]);
  }
  return steps;
}

function stepCells(step: string, attempts: readonly Attempt[]): readonly string[] {
  const last = attempts.at(-1);
  const failed = attempts.filter(({ status }) => status === "failed");
  const why = failed.map(({ model, kind }) => `${model}: ${kind}`).join(", ");
  return [step, last?.model ?? "", String(last?.fallback ?? 0), usd(attempts), why];
}

function row(...cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(COLUMNS[column] ?? 0))
    .join("")
    .trimEnd();
}

/** Six decimals: one call of a small model costs millionths. */
function usd(attempts: readonly Attempt[]): string {
  const known = attempts.filter(({ costNanoUsd }) => costNanoUsd !== undefined);
  if (known.length === 0) return "unknown";
  const nano = known.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0);
  return (nano / 1e9).toFixed(6);
}

function outcome({ status, result, error }: Run): string {
  if (status !== "completed") return `${status}: ${error?.message ?? ""}`;
  const { kind, text } = Answer.parse(result);
  return `completed: [${kind}] ${text}`;
}
