/** The answers that are written over time, such as events: how many there are, and how they end when the server stops. */

import type { Response } from "express";

export interface OpenStreams {
  count(): number;
  /** Keeps an answer until it is over. `end` is called when the server stops before. */
  add(response: Response, end: () => void): void;
}

/** `stopping` is aborted when the server is about to stop. */
export function trackStreams(stopping?: AbortSignal): OpenStreams {
  const ends = new Set<() => void>();
  stopping?.addEventListener("abort", () => {
    for (const end of ends) end();
  });
  return {
    count: () => ends.size,
    add(response, end) {
      if (response.destroyed || stopping?.aborted) return end();
      ends.add(end);
      response.once("close", () => ends.delete(end));
    },
  };
}
