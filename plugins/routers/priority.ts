/** Ranks models as the alias lists them: the first choice, then fallbacks. */

import type { Router } from "../contract.ts";
import { rankByPosition } from "../ranking/by-score.ts";

/** The order of the alias. What an alias without a router has. */
export function priority(): Router {
  return { id: "priority", rank: (_request, candidates) => rankByPosition(candidates) };
}
