/** Reads hosts as a browser does, and says which are allowed. */

/**
 * The host in the form that browsers ask for: lower case, other scripts in Punycode, addresses in any notation (decimal,
 * hexadecimal, octal) as four numbers, no dot at the end. `undefined`: no browser would take it.
 */
export function canonicalHost(host: string): string | undefined {
  try {
    const { hostname } = new URL(`http://${host}/`);
    return hostname === "" ? undefined : hostname.replace(/\.$/, "");
  } catch {
    return undefined;
  }
}

export type HostList = (host: string) => boolean;

/**
 * Whether a host in canonical form is in the list. `*.example.org` stands for every host below example.org, not for
 * itself.
 *
 * @param onInvalid - Is told of an entry that is no host, and throws.
 */
export function readHostList(
  entries: readonly string[],
  onInvalid: (entry: string) => never,
): HostList {
  const exact = new Set<string>();
  const parents = new Set<string>();
  for (const entry of entries) {
    const isBelow = entry.startsWith("*.");
    const given = isBelow ? entry.slice(2) : entry;
    const host = /[\s/:@?#*\\]/.test(given.replace(/^\[[0-9a-f:.]+\]$/i, "v6"))
      ? undefined
      : canonicalHost(given);
    if (host === undefined) onInvalid(entry);
    else (isBelow ? parents : exact).add(host);
  }
  return (host) => {
    if (exact.has(host)) return true;
    for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
      if (parents.has(host.slice(dot + 1))) return true;
    }
    return false;
  };
}
