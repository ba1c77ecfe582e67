/** Changes one place of a graph's data form, for tests that ask what a change does. */

import type { GraphJson } from "signalbox";
import { parseGraphJson } from "signalbox";

/**
 * A copy of `graph` with `value` at `place`, such as `steps.letter.write.models`: steps are named by their ids.
 * Without a value, what is there is removed. The result fits the format, and need not make sense.
 */
export function changeJson(graph: GraphJson, place: string, value?: unknown): GraphJson {
  return parseGraphJson(change(graph, place.split("."), value));
}

function change(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole)) {
    const known = whole.some((item: { readonly id?: string }) => item.id === key);
    const items = known ? whole : [...whole, { id: key }];
    return items
      .map((item: { readonly id?: string }) => (item.id === key ? change(item, rest, value) : item))
      .filter((item) => item !== undefined);
  }
  const members = new Map(Object.entries(Object(whole)));
  members.set(key, change(members.get(key), rest, value));
  return Object.fromEntries([...members].filter(([, member]) => member !== undefined));
}
