/** One signal of several, for as long as something lasts. */

export interface Followed {
  /** Aborted with the first of them, and for its reason. */
  readonly signal: AbortSignal;
  /** It follows them no more. */
  end(): void;
}

/** As `AbortSignal.any`, of which Node keeps each that somebody listens to for good. */
export function followSignals(sources: readonly AbortSignal[]): Followed {
  const controller = new AbortController();
  const listeners = sources.map((source) => ({
    source,
    stop: () => controller.abort(source.reason),
  }));
  for (const { source, stop } of listeners) {
    if (source.aborted) stop();
    else source.addEventListener("abort", stop, { once: true });
  }
  return {
    signal: controller.signal,
    end() {
      for (const { source, stop } of listeners) source.removeEventListener("abort", stop);
    },
  };
}
