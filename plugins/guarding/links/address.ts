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
  const closing = server.startsWith("[") ? server.indexOf("]") + 1 : server.search(/[\]:]|$/);
  const host = server.slice(0, closing).replace(/[.!_~]+$/, "");
  if (host === "") return undefined;
  return { host, hasUser: user !== -1, end: at + user + 1 + host.length };
}

/** No address is longer, for us. */
export const LONGEST_ADDRESS = 2_048;

const REST = /[^\s"'`<>]{0,2048}/y;

/** Where the address ends that holds `at`, without the punctuation of the sentence around it. */
export function endOfAddress(text: string, at: number): number {
  REST.lastIndex = at;
  const [rest = ""] = REST.exec(text) ?? [];
  const sentence = rest.replace(/\].*$/s, "");
  let end = sentence.length;
  while (end > 0 && isPunctuation(sentence, end)) end -= 1;
  return at + end;
}

/** A bracket that closes belongs to the address when it was opened there. */
function isPunctuation(rest: string, end: number): boolean {
  const last = rest.charAt(end - 1);
  if (last === ")") return !rest.slice(0, end).includes("(");
  return ".,;:!?*_~|".includes(last);
}
