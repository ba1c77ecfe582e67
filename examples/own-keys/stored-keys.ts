/** Keys of the API that a store of your own knows, such as a table of customers. */

import { createHash } from "node:crypto";
import type { Authenticator, Scope } from "signalbox/api";

export interface Customer {
  readonly name: string;
  readonly workspace: string;
  readonly scopes: readonly Scope[];
}

/** `find` looks a customer up by the SHA-256 of their key, as hex digits: the store need not have the key itself. */
export function storedKeys(find: (sha256: string) => Promise<Customer | undefined>): Authenticator {
  return {
    async authenticate(key) {
      const customer = await find(createHash("sha256").update(key).digest("hex"));
      if (customer === undefined) return undefined;
      const { name, workspace, scopes } = customer;
      return { id: name, workspace, scopes: new Set(scopes) };
    },
  };
}
