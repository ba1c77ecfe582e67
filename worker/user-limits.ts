/** Which of the configuration's limits hold for a model. */

import type { NamedLimit, UserLimits } from "../plugins/contract.ts";

/**
 * Every limit whose name is the model's, or whose pattern fits it: a call needs room in all of them. `*` stands for any
 * text, slashes too, as in the patterns of a pool.
 */
export function limitsFor(limits: UserLimits = {}): (model: string) => readonly NamedLimit[] {
  const all = Object.entries(limits).map(([name, limit]) => ({
    parts: name.split(/\*+/),
    limit: { name, ...limit },
  }));
  return (model) => all.filter(({ parts }) => fits(parts, model)).map(({ limit }) => limit);
}

/** Whether the parts stand in the text one after the other, the first at its start and the last at its end. */
function fits([first = "", ...others]: readonly string[], text: string): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
