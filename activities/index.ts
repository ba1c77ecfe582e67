/** The activities of a worker, bound to its configuration. */

import { attempt, type ModelAccess } from "./attempt.ts";
import type { Activities } from "./contract.ts";
import { decideRoute, type ModelLists } from "./route.ts";

/** Makes the activities to register on a Temporal worker. */
export function createActivities(
  access: ModelAccess & { readonly models: ModelLists },
): Activities {
  return {
    "signalbox.route": async (request) => decideRoute(request, access.models),
    "signalbox.attempt": (request) => attempt(request, access),
  };
}
