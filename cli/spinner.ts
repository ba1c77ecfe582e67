/** A line on a terminal that shows that something is going on. */

import type { Screen } from "./terminal.ts";

export interface Spinner {
  say(text: string): void;
  stop(): void;
}

/** Starts one beneath what else is printed. Whether it should is for the caller to know. */
export async function startSpinner({ stream }: Screen): Promise<Spinner> {
  // Only there: it is an ES module, which jest cannot load.
  const { default: yoctoSpinner } = await import("yocto-spinner");
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
