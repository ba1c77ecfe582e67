/** A report of costs as a table for people, as CSV for spreadsheets, as JSON for programs. */

import { oneLine } from "../fit.ts";
import { formatTable } from "../table.ts";
import type { Paint } from "../colours.ts";
import { exactUsd } from "./exact-usd.ts";
import type { CostReport, Sums } from "./sums.ts";

/** With the totals as its last line. */
export function costTable({ by, rows, total }: CostReport, paint: Paint): string {
  const heads = [by, "calls", "failed", "tokens in", "tokens out", "cost", "for nothing"];
  const lines = rows.map(({ key, ...sums }) => [oneLine(key), ...cellsOf(sums)]);
  const last = ["total", ...cellsOf(total)].map((cell) => paint("bold", cell));
  return formatTable(
    heads.map((head) => paint("dim", head)),
    [...lines, last],
  );
}

function cellsOf(sums: Sums): readonly string[] {
  return [
    sums.calls,
    sums.failedCalls,
    sums.inputTokens,
    sums.outputTokens,
    `$${exactUsd(sums.costNanoUsd)}`,
    `$${exactUsd(sums.wastedNanoUsd)}`,
  ].map(String);
}

/** What figures alone would hide. */
export function notesOf({ total }: CostReport): readonly string[] {
  const { unpricedCalls, uncertainNanoUsd } = total;
  return [
    ...(unpricedCalls > 0
      ? [
          `Calls without a known price, which are in no cost: ${unpricedCalls}. Say "prices" in the configuration.`,
        ]
      : []),
    ...(uncertainNanoUsd > 0n
      ? [
          `$${exactUsd(uncertainNanoUsd)} of it is the most that may be billed of calls that were cut off.`,
        ]
      : []),
  ];
}

/** RFC 4180. Without a line of totals, so that a column can be added up. */
export function costCsv({ by, rows, total }: CostReport): string {
  const heads = [by, ...Object.keys(figuresOf(total))];
  const lines = rows.map((row) => [row.key, ...Object.values(figuresOf(row)).map(String)]);
  return [heads, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** A spreadsheet takes what begins like this for a formula, and would carry it out: an apostrophe makes it text. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Money as exact text, since a number of JSON may lose its last digits. */
export function costJson({ by, rows, total }: CostReport): unknown {
  return {
    by,
    rows: rows.map((row) => ({ [by]: row.key, ...figuresOf(row) })),
    total: figuresOf(total),
  };
}

interface Figures {
  readonly [name: string]: number | string;
}

function figuresOf(sums: Sums): Figures {
  return {
    calls: sums.calls,
    failedCalls: sums.failedCalls,
    unpricedCalls: sums.unpricedCalls,
    inputTokens: Number(sums.inputTokens),
    outputTokens: Number(sums.outputTokens),
    costUsd: exactUsd(sums.costNanoUsd),
    wastedUsd: exactUsd(sums.wastedNanoUsd),
    mayBeBilledUsd: exactUsd(sums.uncertainNanoUsd),
  };
}
