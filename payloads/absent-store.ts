/** Stands for a store that is not named here: it is known by name, so that what is in it is missed in words. */

import { PayloadError } from "./payload-error.ts";
import type { StorageDriver } from "./store.ts";

export function absentStore(name: string): StorageDriver {
  return {
    name,
    type: "signalbox.absent",
    store: async () => {
      throw noStore(name);
    },
    retrieve: async () => {
      throw noStore(name);
    },
  };
}

/** @param name - of the store, as histories have it. Absent: nobody knows. */
export function noStore(name?: string): PayloadError {
  const where = name === undefined ? "" : ` in "${name}"`;
  return new PayloadError(
    "PAYLOADS_NO_STORE",
    `This holds a large payload that was put aside${where}, and no such store is named here. Name it in SIGNALBOX_PAYLOADS, as the worker has it; ` +
      'with "off," in front of it to put nothing more aside.',
  );
}
