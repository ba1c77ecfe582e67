/** A route as a table for people: the candidates in order, what was excluded and why, and what the decision rests on. */

import type { RecordedRoute } from "../client/run.ts";
import { costOfTokens, formatNanoUsd } from "../graph/money.ts";
import { formatTable } from "./table.ts";

/** A decision, recorded or not. */
type Route = Omit<RecordedRoute, "decidedAt">;
type Candidate = Route["candidates"][number];

/**
 * @param outcomeOf - what became of a candidate. Default: nothing did, and the table does not tell.
 */
export function formatRoute(route: Route, outcomeOf?: (model: string) => string): string {
  const outcome = outcomeOf === undefined ? [] : ["outcome"];
  const heads = ["rank", "model", "alias", "score", "cost", ...outcome, "seen lately", "reason"];
  const rows = route.candidates.map((candidate, index) => [
    String(index + 1),
    candidate.model,
    candidate.alias,
    String(candidate.score ?? "-"),
    costWith(candidate, route),
    ...(outcomeOf === undefined ? [] : [outcomeOf(candidate.model)]),
    describeSignals(candidate),
    describeReason(candidate),
  ]);
  const table = rows.length === 0 ? "No model may be used." : formatTable(heads, rows);
  return [table, ...listExcluded(route), "", ...listFacts(route)].join("\n");
}

/** With the tokens of the first candidate: other tokenizers differ a little. */
function costWith({ price }: Candidate, { estimate }: Route): string {
  if (price === undefined || estimate === undefined) return "?";
  const { inputTokens, outputTokens } = estimate;
  const nanoUsd = costOfTokens({ inputTokens, outputTokens: Math.ceil(outputTokens) }, price);
  return `$${formatNanoUsd(Number(nanoUsd))}`;
}

function describeSignals({ signals }: Candidate): string {
  if (signals === undefined) return "-";
  const { calls, successRate, durationMs, firstTokenMs, tokensPerSecond, headroom } = signals;
  const { breaker, isBusy } = signals;
  const parts = [
    `${calls} calls, ${Math.round(successRate * 1_000) / 10} % well`,
    durationMs !== undefined && `${durationMs} ms`,
    firstTokenMs !== undefined && `first token ${firstTokenMs} ms`,
    tokensPerSecond !== undefined && `${tokensPerSecond} tokens/s`,
    headroom !== undefined && `${Math.round(headroom * 100)} % of its limits left`,
    breaker !== undefined && `breaker ${breaker}`,
    isBusy === true && "its provider asked to wait",
  ];
  return parts.filter((part) => part !== false).join(", ");
}

function describeReason({ reason, arm }: Candidate): string {
  return arm === undefined ? (reason ?? "") : `${reason} (arm "${arm}")`;
}

function listExcluded({ excluded = [], unlisted }: Route): readonly string[] {
  const more = [
    ...(unlisted && unlisted.candidates > 0 ? [`and ${unlisted.candidates} more candidates`] : []),
    ...(unlisted && unlisted.excluded > 0 ? [`and ${unlisted.excluded} more excluded`] : []),
  ];
  if (excluded.length === 0) return more.length === 0 ? [] : ["", ...more];
  const rows = excluded.map(({ model, why }) => [model, why]);
  return ["", formatTable(["excluded", "why"], rows), ...more];
}

/** Routes of earlier versions have less on record. */
function listFacts(route: Partial<Route>): readonly string[] {
  const { routers = {}, problems = {}, seed, estimate, plan } = route;
  const ranked = Object.entries(routers).map(([alias, router]) => `"${alias}" by ${router}`);
  return [
    ...(ranked.length === 0 ? [] : [`Ranked: ${ranked.join(", ")}. Seed ${seed}.`]),
    ...Object.entries(problems).map(([alias, problem]) => `Of "${alias}": ${problem}.`),
    ...(estimate === undefined ? [] : [describeEstimate(estimate)]),
    ...(plan === undefined ? [] : [`Asked by a plan: ${plan.kind}.`]),
  ];
}

function describeEstimate(estimate: NonNullable<Route["estimate"]>): string {
  const { inputTokens, outputTokens, costNanoUsd, isEstimate } = estimate;
  const about = isEstimate ? "about " : "";
  const cost =
    costNanoUsd === undefined ? "at a price not known" : `$${formatNanoUsd(costNanoUsd)}`;
  return `Expected of the first: ${about}${inputTokens} tokens in, ${outputTokens} out, ${cost}.`;
}
