/** What a store of large payloads is to Temporal, as far as ours use it. */

import type {
  StorageDriver,
  StorageDriverClaim,
} from "@temporalio/common/lib/converter/extstore.js";

export type { StorageDriver, StorageDriverClaim };

/** Some of Temporal's own context: whose payloads these are. */
export type StoreTarget = Parameters<StorageDriver["store"]>[0]["target"];
