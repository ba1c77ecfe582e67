/** What is up and where, one line each. */

/** Leaves out what is not known. */
export function formatLinks(links: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(links).filter(([, where]) => where !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, where]) => `${name.padEnd(width)}  ${where}`).join("\n");
}
