/** What the contract promises of a decision: it rests on what the router is given, changes none of it, and takes no time. */

import { deepEqual, ok } from "node:assert/strict";
import { performance } from "node:perf_hooks";
import type { Router } from "../../plugins/contract.ts";
import type { ContractCheck } from "../contract/check.ts";
import { createCall, createCalls, describeRanking, fault, rank } from "./subject.ts";
import type { RouterContractOptions } from "./subject.ts";
import { createRequest, type RankCall } from "./world.ts";

/**
 * What 400 models may take at best, in milliseconds. What ships is measured against a bar far lower, by `npm run bench`:
 * machines that test are busy, and some runners make every look at a global slow.
 */
const MOST_MS = 10;
const SAMPLES = 51;

export function purityChecks(options: RouterContractOptions): readonly ContractCheck[] {
  return [
    { name: "has an id", run: () => hasId(options) },
    { name: "decides the same for the same", run: () => repeats(options) },
    { name: "decides the same whatever it was asked before", run: () => forgets(options) },
    { name: "asks neither the clock nor Math.random", run: () => asksNobody(options) },
    { name: "changes nothing that it is given", run: () => changesNothing(options) },
    { name: "plans the same for the same, as JSON", run: () => plansAlike(options) },
    { name: `ranks 400 candidates in ${MOST_MS} ms`, run: () => isQuick(options) },
  ];
}

function decide(router: Router, call: RankCall): unknown {
  return { ranked: describeRanking(rank(router, call)), plan: router.plan?.(call.request) };
}

async function hasId({ make }: RouterContractOptions): Promise<void> {
  const { id }: { readonly id: unknown } = make();
  ok(typeof id === "string" && id.trim() !== "", `Its id is ${JSON.stringify(id)}.`);
}

async function repeats(options: RouterContractOptions): Promise<void> {
  const router = options.make();
  for (const call of createCalls(options)) {
    const first = decide(router, call);
    deepEqual(decide(router, call), first, "A second time it decides otherwise.");
    deepEqual(decide(options.make(), call), first, "Made anew it decides otherwise.");
  }
}

async function forgets(options: RouterContractOptions): Promise<void> {
  const fresh = createCalls(options).map((call) => decide(options.make(), call));
  const used = options.make();
  for (let seed = 100; seed < 150; seed += 1) rank(used, createCall(options, seed % 30, seed));
  const backwards = createCalls(options)
    .toReversed()
    .map((call) => decide(used, call))
    .toReversed();
  deepEqual(backwards, fresh, "After other requests it decides otherwise.");
}

/** In one turn of the event loop, so that nobody else is told a wrong time. */
async function asksNobody(options: RouterContractOptions): Promise<void> {
  const call = createCall(options);
  const expected = decide(options.make(), call);
  const { random } = Math;
  const { now } = Date;
  Math.random = () => 0.123;
  Date.now = () => now() + 100_000_000;
  try {
    deepEqual(
      decide(options.make(), call),
      expected,
      "At another time, or with other chance than that of its seed, it decides otherwise.",
    );
  } finally {
    Math.random = random;
    Date.now = now;
  }
}

/** All that it is given is frozen: what writes to it throws, and what writes past that leaves a trace. */
async function changesNothing(options: RouterContractOptions): Promise<void> {
  const router = options.make();
  for (const call of createCalls(options)) {
    const before = JSON.stringify([call.request, call.candidates]);
    try {
      router.rank(call.request, call.candidates, call.signals);
    } catch (error) {
      throw fault(`It throws where nothing can be changed: ${String(error)}`);
    }
    ok(JSON.stringify([call.request, call.candidates]) === before, "It changes what it is given.");
  }
}

async function plansAlike(options: RouterContractOptions): Promise<void> {
  const call = createCall(options);
  const plan = options.make().plan?.(call.request);
  if (plan === undefined) return;
  deepEqual(options.make().plan?.(call.request), plan, "A second time it plans otherwise.");
  deepEqual(JSON.parse(JSON.stringify(plan)), plan, "JSON does not carry its plan.");
}

async function isQuick(options: RouterContractOptions): Promise<void> {
  const router = options.make();
  const usual = createCall(options, 400);
  const times = Array.from({ length: SAMPLES }, (_, seed) => {
    const call = { ...usual, request: createRequest(options.request ?? {}, seed) };
    const startedAt = performance.now();
    rank(router, call);
    return performance.now() - startedAt;
  });
  const quickest = Math.min(...times);
  ok(quickest < MOST_MS, `It takes ${quickest.toFixed(1)} ms to rank 400 candidates.`);
}
