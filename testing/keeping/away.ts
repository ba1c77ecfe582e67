/** What takes the place away in which a plugin keeps something, and how its return is waited for. */

import { setTimeout as wait } from "node:timers/promises";
import { DEFAULT_REJECTS_WITHIN_MS, fault, within } from "./subject.ts";

export interface Away {
  /** Such as: stops the server. */
  readonly begin: () => Promise<void>;
  /** Such as: starts it again on its data. */
  readonly end: () => Promise<void>;
}

export const TRY_EVERY_MS = 20;

export async function whileAway({ begin, end }: Away, run: () => Promise<void>): Promise<void> {
  await begin();
  try {
    await run();
  } finally {
    await end();
  }
}

/** It may take a moment to connect anew. */
export async function eventually(
  write: () => Promise<void> | undefined,
  { rejectsWithinMs = DEFAULT_REJECTS_WITHIN_MS }: { readonly rejectsWithinMs?: number },
): Promise<void> {
  const endsAt = performance.now() + rejectsWithinMs;
  for (;;) {
    try {
      return await within(Promise.resolve(write()), rejectsWithinMs, "A write");
    } catch {
      if (performance.now() > endsAt) throw fault("It does not come back by itself.");
      await wait(TRY_EVERY_MS);
    }
  }
}
