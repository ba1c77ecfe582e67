/** Asks several models at the same time and takes what most of them say, or what a judge picks. */

import type { ConsensusPlan, JudgePlan, Router } from "../contract.ts";
import { readJudge, refuse } from "../ranking/options.ts";
import { priority } from "./priority.ts";

export interface ConsensusOptions {
  /** How many models are asked, from 2: the best of the ranking. The others are fallbacks. */
  readonly size: number;
  /** The field that is voted on; dots go deeper, as in `"verdict.kind"`. Default: the whole reply. */
  readonly field?: string;
  /** So many equal votes decide, and calls in flight are given up. Default: more than half of `size`. */
  readonly quorum?: number;
  /** Picks the best reply, in place of the vote. */
  readonly judge?: JudgePlan;
  /** Ranks the models. Default: the order of the alias. */
  readonly router?: Router;
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function consensus(options: ConsensusOptions): Router {
  const { router = priority() } = options;
  const plan = readPlan(options);
  return {
    id: "consensus",
    rank: (request, candidates, signals) => router.rank(request, candidates, signals),
    plan: () => plan,
  };
}

function readPlan({ size, field, quorum, judge }: ConsensusOptions): ConsensusPlan {
  if (!Number.isSafeInteger(size) || size < 2) {
    refuse("consensus", `has the "size" ${String(size)}. Give a whole number from 2.`);
  }
  if (field !== undefined && (typeof field !== "string" || field === "")) {
    refuse(
      "consensus",
      `has an empty "field". Name one, or leave it out to vote on whole replies.`,
    );
  }
  if (quorum !== undefined && (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > size)) {
    refuse(
      "consensus",
      `has the "quorum" ${String(quorum)}. Give a whole number from 1 to its "size", ${size}.`,
    );
  }
  return {
    kind: "consensus",
    size,
    ...(field === undefined ? {} : { field }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(judge === undefined ? {} : { judge: readJudge("consensus", judge) }),
  };
}
