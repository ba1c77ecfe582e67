/** The routers that aliases can name: those that come with Signalbox, and those of the configuration. */

import type { Router } from "../plugins/contract.ts";

/** The order of the alias. */
const priority: Router = { id: "priority", rank: () => undefined };

const BUILT_IN: Readonly<Record<string, Router>> = { priority };

/** @param own - by name; a router of that name takes the place of one that comes with Signalbox. */
export function routersOf(own: Readonly<Record<string, Router>> = {}): typeof BUILT_IN {
  return { ...BUILT_IN, ...own };
}
