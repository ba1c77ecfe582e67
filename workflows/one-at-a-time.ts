/**
 * Local activities of one workflow execution, one after the other. A history does not say in which order those ended that ran side
 * by side, so what each led to would come in another order on replay, and the replay would fail. One takes about a
 * millisecond. Pure.
 *
 * @see docs/decisions/0047-local-activities-one-at-a-time.md
 */
export class OneAtATime {
  /** Resolves when all that were asked for have ended. `undefined`: none is left. */
  #last: Promise<void> | undefined;

  /** Does `act` when those before it have ended; without any, at once and without a turn of the event loop. */
  run<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#last === undefined ? act() : this.#last.then(act);
    const ended = acting.then(nothing, nothing);
    this.#last = ended;
    void ended.then(() => {
      if (this.#last === ended) this.#last = undefined;
    });
    return acting;
  }
}

function nothing(): void {}
