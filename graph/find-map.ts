/** Finds a map of a graph by the path that its step has in a run. Pure. */

import type { FlowDefinition, MapDefinition } from "./definition.ts";

/** @param path - such as `files`, `outer[3]/files` or `handling/refund/lines`. `undefined`: there is no such map. */
export function findMap({ steps }: FlowDefinition, path: string): MapDefinition | undefined {
  for (const step of steps) {
    if (step.kind === "map") {
      if (path === step.id) return step;
      const rest = afterItem(path, step.id);
      const found = rest === undefined ? undefined : findMap(step.each, rest);
      if (found) return found;
    }
    if (step.kind === "branch") {
      // The name of a case may be any text, slashes included.
      for (const [name, flow] of Object.entries(step.cases)) {
        const start = `${step.id}/${name}/`;
        const found = path.startsWith(start) ? findMap(flow, path.slice(start.length)) : undefined;
        if (found) return found;
      }
    }
  }
  return undefined;
}

/** What stands behind the item of a map. */
function afterItem(path: string, map: string): string | undefined {
  if (!path.startsWith(`${map}[`)) return undefined;
  return /^\d+\]\/(.*)$/s.exec(path.slice(map.length + 1))?.[1];
}
