/** Checks the options of routers: what makes no sense is refused when the router is made, not when a run waits for it. */

import { PluginError, type JudgePlan } from "../contract.ts";

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS, always. */
export function refuse(router: string, why: string): never {
  throw new PluginError("PLUGIN_INVALID_OPTIONS", `The router "${router}" ${why}`);
}

/** Refuses shares that are no numbers from 0, and those that leave nobody anything. */
export function checkShares(
  router: string,
  option: string,
  shares: Readonly<Record<string, number | undefined>>,
): void {
  const given = Object.entries(shares).filter(([, part]) => part !== undefined);
  for (const [name, part] of given) {
    if (isAmount(part)) continue;
    refuse(router, `has ${String(part)} for "${name}" in "${option}". Give a number from 0.`);
  }
  if (given.some(([, part]) => part !== 0)) return;
  refuse(router, `has nothing above 0 in "${option}". Give at least one number above 0.`);
}

export function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

export function isShare(value: unknown): value is number {
  return isAmount(value) && value <= 1;
}

/** Checks a judge and leaves away what the plan of a route does not hold. */
export function readJudge(router: string, { model, rubric }: JudgePlan): JudgePlan {
  if (typeof model !== "string" || model === "") {
    refuse(router, `has a "judge" without a "model". Name an alias of the configuration.`);
  }
  if (typeof rubric !== "string" || rubric === "") {
    refuse(router, `has a "judge" without a "rubric". Say what makes a reply good.`);
  }
  return { model, rubric };
}
