/** Joins the parts inside one workflow execution: record, mailbox, host, and what can be asked of them. */

import {
  CancellationScope,
  condition,
  defineQuery,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import { BUDGET_LIMITS } from "../graph/budget.ts";
import type { GraphJson } from "../graph/graph-json.ts";
import { NANO_USD } from "../graph/money.ts";
import { idOfPart, runOfExecution, type PartPlace } from "../graph/part-place.ts";
import { DEFAULT_WORKSPACE, SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import type { CarriedRecord } from "./carried-record.ts";
import { describeProgress, textWhenAsked } from "./current-details.ts";
import type { Host } from "./host.ts";
import type { Ledger } from "./ledger.ts";
import { Mailbox, type OpenStep, type Reopened } from "./mailbox.ts";
import type { OpenPart, RunCost, RunQueries, RunState } from "./queries.ts";
import type { RunInfo } from "./run-info.ts";
import { RunRecord } from "./run-record.ts";
import { executionTrace } from "./tracing/execution-trace.ts";
import type { RunFigures } from "./tracing/span-data.ts";
import { createTemporalHost } from "./temporal-host.ts";

/** What a workflow is, for whoever asks. */
export interface EngineSubject extends Pick<RunInfo, "workspace" | "historyLimit"> {
  /** The graph's id, or the type of a hand-written workflow. */
  readonly graph: string;
  readonly version?: string;
  /** Which part of a run it is. Absent: a whole run. */
  readonly part?: Pick<PartPlace, "map" | "from"> | undefined;
  /** The graph as data. Absent for a hand-written workflow. */
  readonly toJSON?: () => GraphJson;
}

/** What an earlier execution of the run handed on. */
export interface CarriedEngine {
  readonly record: CarriedRecord;
  readonly reopened: readonly Reopened[];
}

/** The engine of one workflow execution. Create it before the first await: early updates and queries need it. */
export class Engine {
  readonly record: RunRecord;
  readonly host: Host;
  readonly #mailbox: Mailbox;
  readonly #subject: EngineSubject;
  readonly #ledger: () => Ledger;
  /** The id of the run. */
  readonly #run: string;
  #isDescribed = false;
  #notice: string | undefined;

  constructor(subject: EngineSubject, ledger: () => Ledger, carried?: CarriedEngine) {
    this.#subject = subject;
    this.#ledger = ledger;
    const changed = (): void => this.#describeSoon();
    this.#run = runOfExecution(workflowInfo().workflowId, subject.part);
    this.#mailbox = new Mailbox(changed, {
      reopened: carried?.reopened,
      parts: () => this.#openParts(),
    });
    const trace = executionTrace();
    const stepping = trace?.beginStep.bind(trace);
    this.record = new RunRecord(undefined, { carried: carried?.record, stepping });
    trace?.onEnd(() => this.#figures());
    this.record.onChange(changed);
    const { workspace = DEFAULT_WORKSPACE, historyLimit } = subject;
    this.host = createTemporalHost(this.#mailbox, { run: this.#run, workspace, historyLimit });
    this.#answerQueries();
  }

  cost(): RunCost {
    const ledger = this.#ledger();
    const left = ledger.left();
    const isLimited = Object.keys(left).length > 0;
    return { ...this.record.totals(), held: ledger.held, ...(isLimited && { left }) };
  }

  /** Whether nothing is in flight that would be lost with this execution. */
  isQuiet(): boolean {
    return !this.record.isCalling() && !this.#mailbox.hasMail();
  }

  /** The steps that wait for somebody. */
  waiting(): readonly OpenStep[] {
    return this.#mailbox.open();
  }

  /** Tells people what they should know of the run. */
  notify(notice: string): void {
    this.#notice = notice;
    log.warn(notice);
    this.#describeSoon();
  }

  /** Waits until the calls and parts that were cancelled have said what they may cost, also when the run itself was cancelled. */
  async settle(): Promise<void> {
    await CancellationScope.nonCancellable(() => condition(() => !this.record.isCalling()));
  }

  /**
   * Writes what is only known at the end where runs are listed by it: one event.
   *
   * @param status - such as `"completed"`, or the code of an error.
   */
  writeEnd(status: string): void {
    const { spentNanoUsd, fallbacks, models } = this.record.totals();
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.status, value: status },
      { key: SEARCH_ATTRIBUTES.costUsd, value: spentNanoUsd / NANO_USD },
      { key: SEARCH_ATTRIBUTES.fallbacks, value: fallbacks },
      { key: SEARCH_ATTRIBUTES.models, value: [...models] },
    ]);
  }

  #figures(): RunFigures {
    const { spentNanoUsd, inputTokens, outputTokens, attempts, fallbacks } = this.record.totals();
    const { limits, used } = this.#ledger().account;
    const use = BUDGET_LIMITS.flatMap((limit) => {
      const most = limits[limit];
      return most === undefined ? [] : [[limit, most === 0 ? 1 : used[limit] / most] as const];
    });
    const { workspace = DEFAULT_WORKSPACE } = this.#subject;
    return {
      costNanoUsd: spentNanoUsd,
      inputTokens,
      outputTokens,
      attempts,
      fallbacks,
      workspace,
      budgetUse: Object.fromEntries(use),
    };
  }

  #state(): RunState {
    const { graph, version } = this.#subject;
    const { steps, decisions } = this.record;
    const parts = this.#openParts();
    return {
      graph,
      ...(version !== undefined && { version }),
      steps: [...steps.values()],
      waiting: this.#mailbox.open(),
      decisions,
      ...(parts.length > 0 && { parts }),
    };
  }

  #openParts(): readonly OpenPart[] {
    return this.record.openParts().map((part) => ({ ...part, id: idOfPart(this.#run, part) }));
  }

  #answerQueries(): void {
    const queries: RunQueries = {
      state: () => this.#state(),
      attempts: () => this.record.attempts,
      cost: () => this.cost(),
      graph: () => this.#subject.toJSON?.(),
    };
    for (const [name, answer] of Object.entries(queries)) {
      setHandler(defineQuery<unknown>(name), answer);
    }
  }

  /** Once: it is made when somebody reads it. Made at each change, it was a tenth of what a run took of the sandbox. */
  #describeSoon(): void {
    if (this.#isDescribed) return;
    this.#isDescribed = true;
    setCurrentDetails(textWhenAsked(() => this.#describe()));
  }

  #describe(): string {
    const details = describeProgress(this.#state(), this.cost(), this.record.attempts);
    return this.#notice === undefined ? details : `${details}\n\n${this.#notice}`;
  }
}
