/** What a chaos found, as figures and as a table for people. */

import { callName } from "./bills.ts";
import { attemptsOf, billsOf, type Evidence } from "./evidence.ts";
import { FINDINGS, type Findings } from "./judge.ts";
import type { Recovery } from "./recovery.ts";

/** Calls as they were made and paid for. */
export interface CallCounts {
  readonly attempts: number;
  /** Requests that arrived at the fake providers. */
  readonly arrived: number;
  readonly billed: number;
  /** Requests that came again under their key, and were answered from what the first had been answered. */
  readonly answeredByKey: number;
  /** Calls that were billed more than once, because nobody knew how the first one had ended: each is on record. */
  readonly madeAgain: number;
  /** Attempts on record as such that may be billed. */
  readonly mayBeBilled: number;
  /** Attempts that began once more on another worker. */
  readonly takenUp: number;
}

export interface Report {
  readonly seed: number;
  readonly runs: number;
  readonly tookMs: number;
  readonly findings: Findings & {
    readonly notReplayed: readonly string[];
    readonly clientErrors: readonly string[];
  };
  readonly counts: CallCounts & {
    readonly workersThatGaveUp: number;
    readonly auditRecords: number;
    /** Runs of which the last look found no trail. */
    readonly trailsFoundAtTheEnd: number;
  };
  readonly faults: number;
  readonly recovery: readonly Recovery[];
}

const NAMES = {
  ...FINDINGS,
  notReplayed: "histories that do not replay",
  clientErrors: "errors of the client that were not expected",
} as const satisfies Readonly<Record<keyof Report["findings"], string>>;

export function isGood({ findings }: Report): boolean {
  return Object.values(findings).every((found) => found.length === 0);
}

export function countCalls(evidence: Evidence): CallCounts {
  const { outcomes, bills } = evidence;
  const attempts = outcomes.flatMap(attemptsOf);
  const billed = outcomes.flatMap((outcome) => billsOf(outcome, bills));
  const names = new Set(
    billed.map(({ marker, service, model }) => callName(marker, `${service}/${model}`)),
  );
  return {
    attempts: attempts.length,
    arrived: bills.arrivals.length,
    billed: billed.length,
    answeredByKey: bills.arrivals.filter(({ outcome }) => outcome === "repeated").length,
    madeAgain: billed.length - names.size,
    mayBeBilled: attempts.filter(({ attempt }) => attempt.mayBeBilled).length,
    takenUp: outcomes.flatMap(({ executions }) =>
      executions.flatMap(({ history }) =>
        (history.events ?? []).filter(
          ({ activityTaskStartedEventAttributes: started }) => (started?.attempt ?? 1) > 1,
        ),
      ),
    ).length,
  };
}

/** For people. */
export function writeTable(report: Report): string {
  const { findings, counts, recovery } = report;
  const labels = new Map<string, string>(Object.entries(NAMES));
  const required = Object.entries(findings).map(([name, { length }]) => {
    return `${length === 0 ? "  ok " : " BAD "} ${String(length).padStart(6)}  ${labels.get(name)}`;
  });
  const counted = Object.entries(counts).map(
    ([name, count]) => `      ${String(count).padStart(6)}  ${name}`,
  );
  const head =
    "fault".padEnd(42) +
    ["count", "next p50", "next max", "open p50", "open max"]
      .map((title) => title.padStart(10))
      .join("");
  const rows = recovery.map(
    ({ fault, count, ...times }) =>
      fault.padEnd(42) +
      [count, ...Object.values(times)]
        .map((figure) => (Number.isFinite(figure) ? String(figure) : "-").padStart(10))
        .join(""),
  );
  const details = Object.entries(findings).flatMap(([name, found]) =>
    found.slice(0, 10).map((what) => `  ${name}: ${what}`),
  );
  return [
    `${report.runs} runs, ${report.faults} faults, seed ${report.seed}, ${Math.round(report.tookMs / 1_000)} s`,
    ...required,
    ...counted,
    "",
    "milliseconds to recover: until an attempt completed; until those that were open had ended",
    head,
    ...rows,
    ...details,
  ].join("\n");
}
