/** Records of an audit trail that tell of calls and what they took, as a run would leave them. */

import type { AuditRecord, AuditType, AuditValue } from "../../audit/record.ts";

export interface ChargedCall {
  readonly model: string;
  /** Default: 0. */
  readonly costNanoUsd?: number | undefined;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Default: `"completed"`. */
  readonly status?: "completed" | "failed" | "cancelled";
  /** What a plan or a schema said of it later. */
  readonly judged?: Readonly<Record<string, AuditValue>>;
  readonly more?: Readonly<Record<string, AuditValue>>;
  /** Minutes after the run's start. Default: its place among the calls. */
  readonly minute?: number;
}

export interface ChargedRun {
  readonly workspace: string;
  readonly graph: string;
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly calls: readonly ChargedCall[];
  /** Default: it has ended. */
  readonly isOpen?: boolean;
  /** What its sub-graphs took: is on record at the step and in the run's end, and is theirs. */
  readonly subNanoUsd?: number;
}

/** In the order in which they happened. */
export function recordsOf(run: ChargedRun): readonly AuditRecord[] {
  const { workspace, startedAt, calls, isOpen = false, subNanoUsd = 0 } = run;
  let index = 0;
  const make = (
    type: AuditType,
    minute: number,
    attributes: Readonly<Record<string, AuditValue | undefined>>,
  ): AuditRecord => {
    const at = new Date(Date.parse(startedAt) + minute * 60_000).toISOString();
    const known = Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    const id = `${run.run}#${++index}`;
    return { id, at, type, workspace, run: run.run, attributes: Object.fromEntries(known) };
  };
  const own = calls.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0);
  return [
    make("run.started", 0, { "gen_ai.workflow.name": run.graph }),
    ...calls.flatMap((call, place) => {
      const { minute = place, status = "completed", inputTokens = 0, outputTokens = 0 } = call;
      const named = { "signalbox.attempt": `step${place}#0`, "signalbox.model": call.model };
      const cost = { "signalbox.budget.cost_nano_usd": call.costNanoUsd };
      return [
        make("budget.reserved", minute, { ...named, "signalbox.budget.cost_nano_usd": 10 ** 9 }),
        make("budget.settled", minute, { ...named, ...cost }),
        make("attempt.ended", minute, {
          ...named,
          "signalbox.status": status,
          "signalbox.cost_nano_usd": call.costNanoUsd,
          "gen_ai.usage.input_tokens": inputTokens,
          "gen_ai.usage.output_tokens": outputTokens,
          ...call.more,
        }),
        ...(call.judged ? [make("attempt.judged", minute, { ...named, ...call.judged })] : []),
      ];
    }),
    ...(subNanoUsd > 0
      ? [make("step.ended", calls.length, { "signalbox.cost_nano_usd": subNanoUsd })]
      : []),
    ...(isOpen
      ? []
      : [make("run.ended", calls.length, { "signalbox.cost_nano_usd": own + subNanoUsd })]),
  ];
}
