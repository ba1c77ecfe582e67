/** Lets a run whose history has become long go on in another execution: Temporal's continue-as-new. */

import {
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  workflowInfo,
} from "@temporalio/workflow";
import { VERDICTS_MEMO } from "../graph/attempt-id.ts";
import { CONTINUED_MEMO, type ContinuedMemo } from "../graph/continued-memo.ts";
import type { BegunRun } from "./begin-run.ts";
import { carryWait, type CarriedState } from "./carried-state.ts";
import type { Engine } from "./engine.ts";
import { Gate, type HistoryLength } from "./gate.ts";
import { measureHistory } from "./history-length.ts";
import type { Ledger } from "./ledger.ts";
import type { Progress } from "./progress.ts";

/** The run, and what there is to hand on. */
export interface RunSoFar {
  readonly begun: BegunRun;
  /** As it was given. */
  readonly input: unknown;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly progress: Progress;
  /** When its time is up, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Far more than a run should hand on, and less than its workers can hold. In UTF-16 units of JSON. */
const MOST_CARRIED = 32 * 1_024 * 1_024;

export class Continuation {
  /** Where the calls of the run begin. */
  readonly gate: Gate;
  readonly #run: RunSoFar;
  readonly #scope = CancellationScope.current();
  #isOver = false;

  /** To be made in the scope of the whole run. */
  constructor(run: RunSoFar) {
    this.#run = run;
    this.gate = new Gate({ history: () => this.#history(), until: (isSo) => condition(isSo) });
  }

  /** The run ends, or stays in this execution. */
  stop(): void {
    this.#isOver = true;
  }

  /** Once the run should go on in another execution, and can: rejects with what makes Temporal start that. */
  async continueWhenDue(): Promise<never> {
    for (;;) {
      await this.#untilDue();
      const carried = this.#carry();
      if (carried) return continueAsNew(this.#run, carried);
      this.stop();
    }
  }

  async #untilDue(): Promise<void> {
    const isDue = (): boolean => this.#isDue();
    // A run that is cancelled says so itself, in its own time.
    await CancellationScope.nonCancellable(async () => {
      do {
        await condition(isDue);
        // Several things may have come at once, and not all have had their effect. The next look is taken when they have.
        let looks = 0;
        await condition(() => looks++ > 0);
      } while (!isDue());
    });
  }

  #isDue(): boolean {
    if (!this.gate.isDrained() || this.#scope.consideredCancelled) return false;
    return this.#run.engine.isQuiet();
  }

  #history(): HistoryLength {
    if (this.#isOver) return "short";
    const { historyLength: events, historySize: bytes, continueAsNewSuggested } = workflowInfo();
    const { carried, historyLimit } = this.#run.begun.info;
    const measured = { events, bytes, isSuggested: continueAsNewSuggested };
    return measureHistory(measured, carried?.waits.length ?? 0, historyLimit);
  }

  /** `undefined`: it cannot be handed on, and people are told why. */
  #carry(): CarriedState | undefined {
    const { begun, engine, ledger, progress, endsAt } = this.#run;
    const { carried } = begun.info;
    const made = progress.carry();
    if (!made.ok) {
      engine.notify(
        `The history of this run is long, and it cannot continue as new: step "${made.unfit}" gave what is no plain data. ` +
          `It goes on until Temporal ends it. Have the step give plain data.`,
      );
      return undefined;
    }
    const state: CarriedState = {
      execution: (carried?.execution ?? 1) + 1,
      startedAt: carried?.startedAt ?? workflowInfo().startTime.getTime(),
      endsAt,
      spentNanoUsd: engine.record.totals().spentNanoUsd,
      progress: made.progress,
      waits: engine.waiting().map(carryWait),
      account: ledger.account,
      record: engine.record.carry(new Set(made.progress.done.map(([path]) => path))),
    };
    if (JSON.stringify(state).length <= MOST_CARRIED) return state;
    engine.notify(
      "The history of this run is long, and it cannot continue as new: the values of its steps are too large together. " +
        "It goes on until Temporal ends it. Have steps give less.",
    );
    return undefined;
  }
}

function continueAsNew({ begun, input }: RunSoFar, carried: CarriedState): Promise<never> {
  const { execution, startedAt } = carried;
  const continued: ContinuedMemo = { execution, startedAt: new Date(startedAt).toISOString() };
  const { [VERDICTS_MEMO]: _verdicts, ...memo } = workflowInfo().memo ?? {};
  const next = makeContinueAsNewFunc<(...given: unknown[]) => Promise<unknown>>({
    memo: { ...memo, [CONTINUED_MEMO]: continued },
  });
  return next(input, { ...begun.info, carried });
}
