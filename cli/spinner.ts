/** A line on a terminal that shows that something is going on. */

import yoctoSpinner from "yocto-spinner";
import type { Screen } from "./terminal.ts";

export interface Spinner {
  say(text: string): void;
  stop(): void;
}

/** Starts one beneath what else is printed. Whether it should is for the caller to know. */
export function startSpinner({ stream }: Screen): Spinner {
  const spinner = yoctoSpinner({
    ...(stream && { stream }),
    // What a signal does is the command's to decide: a run goes on without its spinner.
    handleSignals: false,
  }).start();
  return {
    say(text) {
      spinner.text = text;
    },
    stop: () => void spinner.stop(),
  };
}
