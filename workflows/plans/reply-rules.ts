/** Whether a reply is good enough for a cascade, as far as rules can say it; and what replies are compared by. Pure. */

import type { CascadePlan } from "../../activities/contract.ts";
import { canonicalJson, isRecord } from "../../graph/canonical-json.ts";
import { describeProblems, findProblems, type JsonSchema } from "../../graph/schema.ts";

type Rules = Pick<CascadePlan["accept"], "confidence" | "schema">;

/** Why a reply is not good enough, for people; `undefined`: it is. Never throws: a plan comes from a plugin. */
export function whyRefused(said: unknown, { confidence, schema }: Rules): string | undefined {
  if (confidence) {
    const { field, atLeast } = confidence;
    const given = fieldOf(said, field);
    if (typeof given !== "number") return `it has no number at "${field}"`;
    if (given < atLeast) return `${field} ${given} is below ${atLeast}`;
  }
  return schema && whyMisfit(schema, said);
}

function whyMisfit(schema: JsonSchema, said: unknown): string | undefined {
  try {
    const problems = findProblems(schema, said);
    if (problems.length === 0) return undefined;
    return `it does not fit the plan's schema: ${describeProblems(problems)}`;
  } catch {
    return "the plan's schema is one that cannot be checked";
  }
}

/** What stands at a dotted path, such as `rating.confidence` or `lines.0`; `undefined`: nothing. */
export function fieldOf(value: unknown, field: string): unknown {
  let at = value;
  for (const name of field.split(".")) {
    if (!(isRecord(at) || Array.isArray(at)) || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** A reply, as votes compare it: the same text for values that are the same as JSON. */
export function voteOf(
  { value, said }: { readonly value: unknown; readonly said: unknown },
  field: string | undefined,
): string {
  const read = (whole: unknown): unknown => (field === undefined ? whole : fieldOf(whole, field));
  try {
    return canonicalJson(read(value));
  } catch {
    // JSON cannot carry what the schema made of it, such as a bigint.
    return canonicalJson(read(said));
  }
}

/** A ballot: which vote has how many, and who gave it first. */
export interface Count {
  readonly vote: string;
  readonly votes: number;
}

/** The vote with most voices; of several, the one that the best ranked gave. `votes`: in the order of the ranking. */
export function countVotes(votes: readonly string[]): Count | undefined {
  const counts = new Map<string, number>();
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  // A map keeps the order in which the votes came first, and the sort is stable.
  const [first] = [...counts].toSorted(([, one], [, other]) => other - one);
  return first && { vote: first[0], votes: first[1] };
}
