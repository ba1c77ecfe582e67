/** The waits of a run, as far as its history has told. Each is a timer, or one for each reminder. */

import type { NamedWait } from "./fact.ts";

/** How a wait is over. */
export interface WaitOver extends Pick<NamedWait, "step" | "kind"> {
  readonly how: "received" | "timeout" | "cancelled";
}

export class Waits {
  /** By the number of the event that set their timer. */
  readonly #timers = new Map<number, NamedWait>();
  /** By step: those whose timer has fired, until the workflow has said whether it reminds or goes on. */
  readonly #fired = new Map<string, NamedWait>();
  /** By step: those of an execution that has ended, until the next one goes on with them. */
  readonly #suspended = new Map<string, NamedWait>();

  /** Gives whether there is news in it: not where the run goes on with a wait in another execution. */
  begin(scheduled: number, wait: NamedWait): boolean {
    const before = this.#suspended.get(wait.step);
    this.#suspended.delete(wait.step);
    this.#fired.delete(wait.step);
    this.#timers.set(scheduled, wait);
    return before?.reminders !== wait.reminders;
  }

  /** The execution ends with timers that never fire: the next one sets its own. */
  suspend(): void {
    for (const wait of this.#timers.values()) this.#suspended.set(wait.step, wait);
    this.#timers.clear();
  }

  fire(scheduled: number): void {
    const wait = this.#timers.get(scheduled);
    this.#timers.delete(scheduled);
    if (wait) this.#fired.set(wait.step, wait);
  }

  /** What comes at the very end of a wait may find its timer fired. */
  receive(step: string): void {
    this.#fired.delete(step);
    this.#suspended.delete(step);
    for (const [scheduled, wait] of this.#timers) {
      if (wait.step === step) this.#timers.delete(scheduled);
    }
  }

  /** A timer is dropped once something has come, or when nobody needs what it was for. */
  drop(scheduled: number): readonly WaitOver[] {
    const wait = this.#timers.get(scheduled);
    this.#timers.delete(scheduled);
    return wait ? [over(wait, "cancelled")] : [];
  }

  /** The workflow has had its say about the timers that had fired. */
  settle(): readonly WaitOver[] {
    const late = [...this.#fired.values()];
    this.#fired.clear();
    return late.map((wait) => over(wait, "timeout"));
  }

  /** The run has ended. */
  closeAll(): readonly WaitOver[] {
    this.suspend();
    const open = [...this.#suspended.values()];
    this.#suspended.clear();
    return [...this.settle(), ...open.map((wait) => over(wait, "cancelled"))];
  }
}

function over({ step, kind }: NamedWait, how: WaitOver["how"]): WaitOver {
  return { step, kind, how };
}
