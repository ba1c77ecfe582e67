/** Tells how a run goes on, event by event: lines for logs, and on a terminal a line that moves beneath them. */

import type { RunEvent } from "../client/run-event.ts";
import { formatCost, formatMs, msBetween } from "./amounts.ts";
import { isAnimated, paintFor, type Paint } from "./colours.ts";
import { cutTo, oneLine } from "./fit.ts";
import { markOf } from "./marks.ts";
import { startSpinner, type Spinner } from "./spinner.ts";
import { commandFor, describeFailure } from "./step-details.ts";
import type { Terminal } from "./terminal.ts";

/** A step that goes on. */
interface Going {
  readonly what: string;
  readonly since: string;
}

export class Progress {
  readonly #run: string;
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #spinner: Spinner | undefined;
  readonly #going = new Map<string, Going>();
  #costNanoUsd = 0;

  private constructor(run: string, terminal: Terminal, spinner: Spinner | undefined) {
    this.#run = run;
    this.#terminal = terminal;
    this.#paint = paintFor(terminal, terminal.stderr);
    this.#spinner = spinner;
    this.#spin();
  }

  static async begin(run: string, terminal: Terminal): Promise<Progress> {
    const spinner = isAnimated(terminal) ? await startSpinner(terminal.stderr) : undefined;
    return new Progress(run, terminal, spinner);
  }

  /** Says something besides. */
  tell(text: string): void {
    this.#terminal.tell(text);
  }

  show(event: RunEvent): void {
    const line = this.#read(event);
    // Where a line moves, it says what begins.
    const isNews = this.#spinner === undefined || !event.type.endsWith(".started");
    if (line !== undefined && isNews) this.#terminal.tell(line);
    this.#spin();
  }

  /** Takes the moving line away. */
  end(): void {
    this.#spinner?.stop();
  }

  #spin(): void {
    if (this.#spinner === undefined) return;
    const going = [...this.#going].map(([step, { what }]) => `${step} ${what}`.trim());
    const text = `${going.join(", ") || "on its way"} · ${formatCost(this.#costNanoUsd)} so far`;
    this.#spinner.say(cutTo(oneLine(text), (this.#terminal.stderr.columns ?? 80) - 4));
  }

  /** The line for an event, after what it changes is noted. */
  #read(event: RunEvent): string | undefined {
    switch (event.type) {
      case "attempt.started":
      case "attempt.ended":
      case "attempt.judged":
        return this.#readAttempt(event);
      case "step.started":
      case "step.ended":
        return this.#readStep(event);
      case "step.waiting":
      case "step.decided":
        return this.#readWait(event);
      case "run.reset":
        return `${markOf("waiting", this.#paint)} the run was set back, and goes on from there`;
      case "run.cancel_requested":
        return `${markOf("cancelled", this.#paint)} the run is asked to stop`;
      case "run.ended":
        this.#going.clear();
        return undefined;
      case "run.started":
      case "route.decided":
        return undefined;
    }
  }

  #readAttempt(event: Extract<RunEvent, { type: `attempt.${string}` }>): string | undefined {
    switch (event.type) {
      case "attempt.started": {
        const { step, model, fallback, at } = event;
        const what = fallback > 0 ? `${model} (fallback ${fallback})` : model;
        this.#going.set(step, { what, since: at });
        return this.#line("running", step, what);
      }
      case "attempt.ended": {
        const { attempt, at } = event;
        const { step, status, model, fallback, costNanoUsd } = attempt;
        const took = this.#took(step, at);
        this.#costNanoUsd += costNanoUsd ?? 0;
        if (status !== "completed")
          return this.#line(status, step, `${model}  ${describeFailure(attempt)}`);
        const what = fallback > 0 ? `${model} (fallback ${fallback})` : model;
        const cost = costNanoUsd === undefined ? "" : `, ${formatCost(costNanoUsd)}`;
        const soFar = `, ${formatCost(this.#costNanoUsd)} so far`;
        return this.#line("completed", step, `${what}  ${took}${cost}${soFar}`);
      }
      case "attempt.judged": {
        const { step, model, verdict } = event;
        if (verdict.isUsed !== false && verdict.kind === undefined) return undefined;
        return this.#line(
          "failed",
          step,
          `${model}  not used${verdict.kind ? `: ${verdict.kind}` : ""}`,
        );
      }
    }
  }

  #readStep(event: Extract<RunEvent, { type: "step.started" | "step.ended" }>): string {
    const { step, kind, at } = event;
    if (event.type === "step.started") {
      const what = event.run === undefined ? kind : `run ${event.run}`;
      this.#going.set(step, { what, since: at });
      return this.#line("running", step, what);
    }
    return this.#line(event.status, step, `${kind}  ${this.#took(step, at)}`);
  }

  #readWait(event: Extract<RunEvent, { type: "step.waiting" | "step.decided" }>): string {
    const { step, kind } = event;
    const wanted = kind === "approval" ? "a decision" : "an event";
    if (event.type === "step.decided") {
      this.#going.delete(step);
      const by = event.by === undefined ? "" : ` by ${oneLine(event.by)}`;
      const comment = event.comment === undefined ? "" : `: ${oneLine(event.comment)}`;
      const how = event.how === "timeout" ? "nobody in time" : `${wanted} came${by}${comment}`;
      return this.#line("completed", step, how);
    }
    this.#going.set(step, { what: `waits for ${wanted}`, since: event.at });
    if (event.reminders > 0) return this.#line("waiting", step, `still waits for ${wanted}`);
    return [
      this.#line("waiting", step, `waits for ${wanted}`),
      `  what it shows: signalbox show ${this.#run}`,
      `  go on with: ${commandFor(this.#run, { step, kind })}`,
    ].join("\n");
  }

  #took(step: string, at: string): string {
    const since = this.#going.get(step)?.since ?? at;
    this.#going.delete(step);
    return formatMs(msBetween(since, at));
  }

  #line(status: Parameters<typeof markOf>[0], step: string, text: string): string {
    return `${markOf(status, this.#paint)} ${this.#paint("bold", oneLine(step))}  ${text}`;
  }
}
