/** Names an entry of a journal. */

import { createHash } from "node:crypto";

/** Keys hold ids of runs, which may be anything: a hash is a name that every file system and every database takes. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
