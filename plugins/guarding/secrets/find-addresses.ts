/** Finds passwords in addresses of databases, queues and servers: `scheme://user:password@host`. */

import type { FoundSecret } from "./found-secret.ts";
import { isStandInName } from "./randomness.ts";

/** Neither part holds a slash: a scan ends before the next address begins. */
const CREDENTIALS = /([^\s:@/"'`<>]{0,128}):([^\s/"'`<>]{1,200})@(?=[\w[*])/y;

export function findAddresses(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let at = text.indexOf("://"); at !== -1; at = text.indexOf("://", at + 3)) {
    CREDENTIALS.lastIndex = at + 3;
    const [whole, , password = ""] = CREDENTIALS.exec(text) ?? [];
    if (whole === undefined || isStandInName(password)) continue;
    const end = at + 3 + whole.length - 1;
    found.push({
      kind: "connection-string",
      name: "a connection string's password",
      start: end - password.length,
      end,
    });
  }
  return found;
}
