/** Asks the providers of a running worker for their models, now and every hour, beside its work. */

import type { Catalogue, RefreshProblem } from "./catalogue.ts";

export interface Refreshing {
  /** Gives up what is under way. */
  stop(): void;
}

const EVERY_MS = 60 * 60 * 1_000;

/** Starts at once and waits for nothing: until a provider has answered, its models are known as far as they were. */
export function keepFresh(
  catalogue: Pick<Catalogue, "refresh">,
  { onProblem }: { readonly onProblem: (problem: RefreshProblem) => void },
): Refreshing {
  const controller = new AbortController();
  const { signal } = controller;
  const refresh = async (): Promise<void> => {
    const problems = await catalogue.refresh({ signal });
    if (!signal.aborted) problems.forEach(onProblem);
  };
  // Never rejects: see `Catalogue.refresh`.
  void refresh();
  const timer = setInterval(() => void refresh(), EVERY_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      controller.abort();
    },
  };
}
