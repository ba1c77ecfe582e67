/** A report of costs as a picture. */

import { drawBarChart } from "../../drawing/bar-chart.ts";
import { oneLine } from "../fit.ts";
import { exactUsd } from "./exact-usd.ts";
import type { CostReport, CostRow } from "./sums.ts";

/** More bars than that nobody compares. */
const MOST_BARS = 40;

/** Of many rows the dearest are drawn; of days the latest. */
export function costChart(report: CostReport, when: string): string {
  const { by, rows, total } = report;
  const drawn = by === "day" ? rows.slice(-MOST_BARS) : rows.slice(0, MOST_BARS);
  const left = rows.length - drawn.length;
  const title = `Cost by ${by}${when}: $${exactUsd(total.costNanoUsd)}`;
  const without = left > 0 ? ` ${left} more are not drawn.` : "";
  return drawBarChart({
    title,
    description: `${drawn.map(sentenceOf).join(" ")}${without}`,
    bars: drawn.map(({ key, costNanoUsd, wastedNanoUsd }) => ({
      label: oneLine(key),
      amount: Number(costNanoUsd),
      part: Number(wastedNanoUsd),
      text: `$${exactUsd(costNanoUsd)}`,
    })),
    legend: ["cost", "of it, for nothing"],
  });
}

function sentenceOf({ key, calls, costNanoUsd, wastedNanoUsd }: CostRow): string {
  return `${oneLine(key)}: $${exactUsd(costNanoUsd)} (calls: ${calls}; $${exactUsd(wastedNanoUsd)} for nothing).`;
}
