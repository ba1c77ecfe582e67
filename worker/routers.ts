/** The routers that aliases can name: those that come with Signalbox, and those of the configuration. */

import type { Router } from "../plugins/contract.ts";
import { balanced } from "../plugins/routers/balanced.ts";
import { cheapest } from "../plugins/routers/cheapest.ts";
import { fastest } from "../plugins/routers/fastest.ts";
import { priority } from "../plugins/routers/priority.ts";

/** With their defaults; in a configuration, a router that is made there can have others. */
const BUILT_IN = {
  priority: priority(),
  cheapest: cheapest(),
  fastest: fastest(),
  balanced: balanced(),
} as const satisfies Readonly<Record<string, Router>>;

/** @param own - by name; a router of that name takes the place of one that comes with Signalbox. */
export function routersOf(
  own: Readonly<Record<string, Router>> = {},
): Readonly<Record<string, Router>> {
  return { ...BUILT_IN, ...own };
}
