/** What the contract promises of an order: all candidates, each once, by scores that can be compared, for a reason. */

import { ok } from "node:assert/strict";
import type { Ranked } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { COUNTS, createCall, createCalls, rank, withSignals } from "./subject.ts";
import type { RouterContractOptions } from "./subject.ts";
import {
  createNonsense,
  createNonsenseSignals,
  freeze,
  NO_SIGNALS,
  type RankCall,
} from "./world.ts";

/** What is looked at of a ranking. */
type Look = (ranked: readonly Ranked[], call: RankCall) => void;

export function orderChecks(options: RouterContractOptions): readonly ContractCheck[] {
  const each = (name: string, look: Look): ContractCheck => ({
    name,
    run: async () => {
      const router = options.make();
      for (const call of createCalls(options)) {
        const ranked = rank(router, call);
        // No opinion loses nobody: another router decides.
        if (ranked !== undefined) look(ranked, call);
      }
    },
  });
  return [
    ...COUNTS.map((count) => ({
      name: `ranks ${count} candidates`,
      run: async () => {
        const call = createCall(options, count);
        isWhole(rank(options.make(), call), call);
      },
    })),
    { name: "has an opinion", run: () => hasOpinion(options) },
    each("loses no candidate", (ranked, call) => losesNone(ranked, call)),
    each("gives no candidate twice", (ranked) => doublesNone(ranked)),
    each("adds no candidate", (ranked, call) => addsNone(ranked, call)),
    each("gives scores that are numbers", (ranked) => hasFiniteScores(ranked)),
    each("puts the best score first", (ranked) => isDescending(ranked)),
    each("says why in words", (ranked) => saysWhy(ranked)),
    each("names an arm or none", (ranked) => namesArms(ranked)),
    { name: "ranks when nothing was seen", run: () => ranksBlindly(options) },
    { name: "ranks whatever signals and facts say", run: () => ranksNonsense(options) },
  ];
}

function isWhole(ranked: readonly Ranked[] | undefined, call: RankCall): void {
  if (ranked === undefined) return;
  losesNone(ranked, call);
  doublesNone(ranked);
  addsNone(ranked, call);
  hasFiniteScores(ranked);
  isDescending(ranked);
  saysWhy(ranked);
}

async function hasOpinion(options: RouterContractOptions): Promise<void> {
  const ranked = rank(options.make(), createCall(options));
  ok(
    ranked !== undefined,
    `It has no opinion of the kit's requests. Give "request" members that it has one of.`,
  );
}

function losesNone(ranked: readonly Ranked[], { candidates }: RankCall): void {
  const kept = new Set(ranked.map(({ candidate }) => candidate?.model));
  const lost = candidates.find(({ model }) => !kept.has(model));
  ok(lost === undefined, `It loses "${lost?.model}" of ${candidates.length} candidates.`);
}

function doublesNone(ranked: readonly Ranked[]): void {
  const seen = new Set<string>();
  for (const { candidate } of ranked) {
    ok(!seen.has(candidate?.model), `It gives "${candidate?.model}" twice.`);
    seen.add(candidate?.model);
  }
}

function addsNone(ranked: readonly Ranked[], { candidates }: RankCall): void {
  const given = new Set(candidates);
  const added = ranked.find(({ candidate }) => !given.has(candidate));
  ok(
    added === undefined,
    `It gives "${added?.candidate?.model}", which is none of the candidates it was given, or a copy of one.`,
  );
}

function hasFiniteScores(ranked: readonly Ranked[]): void {
  for (const { candidate, score } of ranked) {
    ok(Number.isFinite(score), `The score of "${candidate?.model}" is ${String(score)}.`);
  }
}

function isDescending(ranked: readonly Ranked[]): void {
  for (const [place, { candidate, score }] of ranked.entries()) {
    const before = ranked[place - 1]?.score ?? Infinity;
    ok(!(score > before), `"${candidate?.model}" stands behind a lower score than its own.`);
  }
}

function saysWhy(ranked: readonly Ranked[]): void {
  for (const { candidate, reason } of ranked) {
    const words: unknown = typeof reason === "function" ? reason() : reason;
    ok(
      typeof words === "string" && /\p{L}/u.test(words) && !/undefined|NaN|\[object/.test(words),
      `The reason of "${candidate?.model}" is not in words: ${JSON.stringify(words)}.`,
    );
  }
}

function namesArms(ranked: readonly Ranked[]): void {
  for (const { candidate, arm } of ranked) {
    ok(arm === undefined || arm !== "", `The arm of "${candidate?.model}" has no name.`);
  }
}

async function ranksBlindly(options: RouterContractOptions): Promise<void> {
  const router = options.make();
  for (const usual of createCalls(options)) {
    const call = withSignals(usual, NO_SIGNALS);
    isWhole(rank(router, call), call);
  }
}

async function ranksNonsense(options: RouterContractOptions): Promise<void> {
  const router = options.make();
  for (const usual of createCalls(options)) {
    const { length } = usual.candidates;
    const candidates = freeze(createNonsense(length, options.models ?? []));
    const strange = createNonsenseSignals(candidates);
    for (const call of [
      withSignals(usual, strange),
      { ...usual, candidates },
      withSignals({ ...usual, candidates }, strange),
    ]) {
      isWhole(rank(router, call), call);
    }
  }
}
