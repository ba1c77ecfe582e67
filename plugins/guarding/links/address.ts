/** Reads an address from where it begins in a text: its host, who logs in, and where it ends. */

export interface Authority {
  /** As it is written. */
  readonly host: string;
  /** Whether a user or a password stands before the host. */
  readonly hasUser: boolean;
  readonly end: number;
}

const AUTHORITY = /[^\s/\\?#"'`<>(){}|^,;*]{1,512}/y;

/** Of what stands behind `scheme://`. `undefined`: nothing that could be a host. */
export function readAuthority(text: string, at: number): Authority | undefined {
  AUTHORITY.lastIndex = at;
  const [found] = AUTHORITY.exec(text) ?? [];
  if (found === undefined) return undefined;
  const user = found.lastIndexOf("@");
  const server = found.slice(user + 1);
  const host = withoutEnd(server.slice(0, lengthOfHost(server)));
  // `https://${HOST}/` is filled in later.
  if (host === "" || host === "$") return undefined;
  return { host, hasUser: user !== -1, end: at + user + 1 + host.length };
}

/** Up to the port, or what else cannot be in a host. */
function lengthOfHost(server: string): number {
  if (server.startsWith("[")) return server.indexOf("]") + 1;
  let end = 0;
  while (end < server.length && server[end] !== ":" && server[end] !== "]") end += 1;
  return end;
}

function withoutEnd(host: string): string {
  let end = host.length;
  while (end > 0 && ".!_~".includes(host.charAt(end - 1))) end -= 1;
  return host.slice(0, end);
}

/** No address is longer, for us. */
export const LONGEST_ADDRESS = 2_048;

const REST = /[^\s"'`<>\]]{0,2048}/y;

/** Where an address ends that holds a place, without the punctuation of the sentence around it. */
export type AddressEnds = (at: number) => number;

/**
 * Addresses may stand in one another, a thousand in a row: a stretch is read once for all that begin in it.
 */
export function readAddressEnds(text: string): AddressEnds {
  let known = { from: 0, until: 0, end: 0 };
  return (at) => {
    if (at < known.from || at >= known.until) {
      REST.lastIndex = at;
      const [rest = ""] = REST.exec(text) ?? [];
      known = { from: at, until: at + rest.length, end: at + withoutPunctuation(rest) };
    }
    return known.end > at ? known.end : at;
  };
}

/** A bracket that closes belongs to the address when it was opened there. */
function withoutPunctuation(rest: string): number {
  const opened = rest.includes("(");
  let end = rest.length;
  while (end > 0 && isPunctuation(rest.charAt(end - 1), opened)) end -= 1;
  return end;
}

function isPunctuation(character: string, opened: boolean): boolean {
  return character === ")" ? !opened : ".,;:!?*_~|".includes(character);
}
