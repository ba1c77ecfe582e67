/** The routers that an alias can name without more ado. */

import type { Router } from "../contract.ts";
import { balanced } from "../routers/balanced.ts";
import { cheapest } from "../routers/cheapest.ts";
import { fastest } from "../routers/fastest.ts";
import { priority } from "../routers/priority.ts";

/** With their defaults; in a configuration, a router that is made there can have others. */
const BUILT_IN: Readonly<Record<string, Router>> = {
  priority: priority(),
  cheapest: cheapest(),
  fastest: fastest(),
  balanced: balanced(),
};

/** @param own - by name; a router of that name takes the place of one that comes with Signalbox. */
export function routersByName(
  own: Readonly<Record<string, Router>> = {},
): Readonly<Record<string, Router>> {
  return { ...BUILT_IN, ...own };
}
