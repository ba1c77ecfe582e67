/**
 * What calls of models took, read off the records of an audit trail: one charge for each attempt that is over. A sub-graph's calls are
 * among its own run's records and nowhere else, those of parts among the run's, so nothing is counted twice. (`budget.settled` says the
 * same only where a budget applies, and `run.ended` of a run includes its sub-graphs.)
 */

import type { AuditRecord } from "../../audit/record.ts";

export interface Charge {
  readonly workspace: string;
  readonly run: string;
  /** As `provider/model`. */
  readonly model: string;
  /** When it was over; ISO 8601 in UTC. */
  readonly at: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Absent: nothing, or its price is not known. */
  readonly costNanoUsd?: bigint;
  /** It took something, and nobody knows the price. A call that was refused took nothing. */
  readonly isUnpriced: boolean;
  readonly hasFailed: boolean;
  /** Nothing came of it: it failed, or the step did not go on with the reply. */
  readonly isWasted: boolean;
  /** It was cut off, and the cost is the most that may be billed. */
  readonly mayBeBilled: boolean;
}

/** Of a charge that may still be found to have been for nothing. */
type OpenCharge = { -readonly [Name in keyof Charge]: Charge[Name] };

/** Of one workspace. Both ends in ISO 8601, `to` exclusive. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Records in the order of the trail. A charge is given once its run has ended, since a plan or a schema may judge a reply long after it
 * came; of runs that have not, at the end.
 *
 * @param learnGraph - told which graph a run is of, where the records say so.
 */
export async function* readCharges(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  { from, to }: Range,
  learnGraph: (run: string, graph: string) => void = () => {},
): AsyncGenerator<Charge, void> {
  /** By run. */
  const open = new Map<string, RunCharges>();
  for await (const record of records) {
    const { run, type, at } = record;
    if (type === "run.started") {
      const graph = textOf(record, "gen_ai.workflow.name");
      if (graph !== undefined) learnGraph(run, graph);
    } else if (type === "attempt.judged") open.get(run)?.judge(record);
    else if (type === "attempt.ended") {
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue;
      const charges = open.get(run) ?? new RunCharges();
      open.set(run, charges);
      charges.add(record);
    } else if (type === "run.ended") {
      yield* open.get(run)?.charges ?? [];
      open.delete(run);
    }
  }
  for (const { charges } of open.values()) yield* charges;
}

class RunCharges {
  readonly charges: OpenCharge[] = [];
  /** By the attempt's id. After a reset it may come again: the later one is meant then. */
  readonly #byAttempt = new Map<string, OpenCharge>();

  add(record: AuditRecord): void {
    // Nobody was called, so there is nothing to pay.
    if (record.attributes["signalbox.not_called"] === true) return;
    const charge = chargeOf(record);
    this.charges.push(charge);
    const attempt = textOf(record, "signalbox.attempt");
    if (attempt !== undefined) this.#byAttempt.set(attempt, charge);
  }

  judge(record: AuditRecord): void {
    const charge = this.#byAttempt.get(textOf(record, "signalbox.attempt") ?? "");
    if (charge === undefined) return;
    const { "signalbox.is_used": isUsed, "error.type": kind } = record.attributes;
    if (kind !== undefined) charge.hasFailed = true;
    if (kind !== undefined || isUsed === false) charge.isWasted = true;
  }
}

function chargeOf(record: AuditRecord): OpenCharge {
  const { workspace, run, at, attributes } = record;
  const cost = countOf(record, "signalbox.cost_nano_usd");
  const hasFailed = attributes["signalbox.status"] !== "completed";
  const inputTokens = countOf(record, "gen_ai.usage.input_tokens") ?? 0;
  const outputTokens = countOf(record, "gen_ai.usage.output_tokens") ?? 0;
  const mayBeBilled = attributes["signalbox.may_be_billed"] === true;
  const tookSomething = !hasFailed || mayBeBilled || inputTokens + outputTokens > 0;
  return {
    workspace,
    run,
    model: textOf(record, "signalbox.model") ?? "",
    at,
    inputTokens,
    outputTokens,
    ...(cost !== undefined && { costNanoUsd: BigInt(cost) }),
    hasFailed,
    isWasted: hasFailed || attributes["signalbox.is_used"] === false,
    mayBeBilled,
    isUnpriced: cost === undefined && tookSomething,
  };
}

function textOf({ attributes }: AuditRecord, name: string): string | undefined {
  const { [name]: value } = attributes;
  return typeof value === "string" ? value : undefined;
}

/** Whole numbers alone can be added up exactly. */
function countOf({ attributes }: AuditRecord, name: string): number | undefined {
  const { [name]: value } = attributes;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}
