/** The kit holds only if a broken router fails it: each one here breaks one promise, and the kit has to say which. */

import { AssertionError } from "node:assert";
import type { RankCandidate, Ranked, Router, Signals } from "../../plugins/contract.ts";
import { priority } from "../../plugins/routers/priority.ts";
import { routerContract } from "../../testing/index.ts";

type Rank = Router["rank"];

const sound = priority();

function rankSound(...asked: Parameters<Rank>): Ranked[] {
  return [...(sound.rank(...asked) ?? [])];
}

/** Other rankings than the sound ones. */
function rankings(change: (ranked: Ranked[]) => Ranked[]): () => Partial<Router> {
  return () => ({ rank: (...asked) => change(rankSound(...asked)) });
}

function byNumber(
  scoreOf: (candidate: RankCandidate, signals: Signals) => number,
): () => Partial<Router> {
  return () => ({
    rank: (_request, candidates, signals) =>
      candidates
        .map((candidate) => ({
          candidate,
          score: scoreOf(candidate, signals),
          reason: "by number",
        }))
        .toSorted((one, other) => other.score - one.score),
  });
}

function spin(durationMs: number): void {
  const until = performance.now() + durationMs;
  while (performance.now() < until);
}

const MUTANTS: readonly (readonly [name: string, check: string, mutant: () => Partial<Router>])[] =
  [
    ["has an empty id", "has an id", () => ({ id: " " })],
    [
      "draws from Math.random",
      "decides the same for the same",
      rankings((ranked) =>
        ranked
          .map((one) => ({ ...one, score: one.score + Math.random() }))
          .toSorted((one, other) => other.score - one.score),
      ),
    ],
    [
      "goes round robin",
      "decides the same whatever it was asked before",
      () => {
        let turn = 0;
        return {
          rank(...asked) {
            const ranked = rankSound(...asked);
            turn += 1;
            return ranked.map((one) => ({ ...one, reason: `in turn ${turn}` }));
          },
        };
      },
    ],
    [
      "remembers what it decided first",
      "decides the same whatever it was asked before",
      () => {
        let first: string | undefined;
        return {
          rank(request, candidates, signals) {
            first ??= request.run;
            return rankSound(request, candidates, signals).map((one) => ({
              ...one,
              reason: `first: ${first}`,
            }));
          },
        };
      },
    ],
    [
      "decides by the time of day",
      "asks neither the clock nor Math.random",
      rankings((ranked) =>
        ranked.map((one) => ({ ...one, reason: `on day ${Math.floor(Date.now() / 86_400_000)}` })),
      ),
    ],
    [
      "sorts what it is given",
      "changes nothing that it is given",
      () => ({
        rank(request, candidates, signals) {
          if (isMutable(candidates)) candidates.reverse();
          return rankSound(request, candidates, signals);
        },
      }),
    ],
    [
      "notes its scores on the candidates",
      "changes nothing that it is given",
      () => ({
        rank(request, candidates, signals) {
          for (const candidate of candidates) Object.assign(candidate, { score: 1 });
          return rankSound(request, candidates, signals);
        },
      }),
    ],
    [
      "writes to signals",
      "changes nothing that it is given",
      () => ({
        rank(request, candidates, signals) {
          for (const { model } of candidates) Object.assign(signals.of(model) ?? {}, { calls: 0 });
          return rankSound(request, candidates, signals);
        },
      }),
    ],
    [
      "plans by chance",
      "plans the same for the same",
      () => ({
        plan: () => ({ kind: "consensus", size: 2 + Math.random() }),
      }),
    ],
    [
      "plans what JSON does not carry",
      "plans the same for the same",
      () => ({
        plan: () => ({
          kind: "cascade",
          accept: { confidence: { field: "sure", atLeast: Number.NaN } },
        }),
      }),
    ],
    [
      "takes its time",
      "ranks 400 candidates in",
      () => ({
        rank(request, candidates, signals) {
          if (candidates.length === 400) spin(11);
          return rankSound(request, candidates, signals);
        },
      }),
    ],
    [
      "waits",
      "ranks 1 candidates",
      () => ({
        // @ts-expect-error -- A router of JavaScript may give anything.
        rank: async (...asked) => rankSound(...asked),
      }),
    ],
    [
      "throws when there is nothing to rank",
      "ranks 0 candidates",
      () => ({
        rank(request, candidates, signals) {
          if (candidates.length === 0) throw new RangeError("nothing to rank");
          return rankSound(request, candidates, signals);
        },
      }),
    ],
    ["has no opinion", "has an opinion", () => ({ rank: () => undefined })],
    [
      "leaves out what it does not like",
      "loses no candidate",
      rankings((ranked) => ranked.slice(0, 19)),
    ],
    ["gives nothing back", "loses no candidate", rankings(() => [])],
    [
      "gives the first one twice",
      "gives no candidate twice",
      rankings((ranked) => [...ranked.slice(0, 1), ...ranked]),
    ],
    [
      "adds a model of its own",
      "adds no candidate",
      rankings((ranked) =>
        ranked.map(({ candidate, ...one }, place) =>
          place === 0
            ? { candidate: { ...candidate, model: "own/model" }, ...one }
            : { candidate, ...one },
        ),
      ),
    ],
    [
      "gives copies",
      "adds no candidate",
      rankings((ranked) =>
        ranked.map(({ candidate, ...one }) => ({ candidate: { ...candidate }, ...one })),
      ),
    ],
    [
      "scores by a price that may not be known",
      "gives scores that are numbers",
      byNumber(({ expectedNanoUsd }) => -Number(expectedNanoUsd)),
    ],
    [
      "scores the worst with infinity",
      "gives scores that are numbers",
      rankings((ranked) =>
        ranked.map((one, place) =>
          place === ranked.length - 1 ? { ...one, score: -Infinity } : one,
        ),
      ),
    ],
    [
      "puts the worst first",
      "puts the best score first",
      rankings((ranked) => ranked.toReversed()),
    ],
    [
      "has no reasons",
      "says why in words",
      rankings((ranked) => ranked.map((one) => ({ ...one, reason: "" }))),
    ],
    [
      "says undefined",
      "says why in words",
      rankings((ranked) =>
        ranked.map((one) => ({ ...one, reason: () => `costs ${one.candidate.expectedNanoUsd}` })),
      ),
    ],
    [
      "gives numbers for reasons",
      "says why in words",
      rankings((ranked) => ranked.map((one) => ({ ...one, reason: "0.5" }))),
    ],
    [
      "has an arm without a name",
      "names an arm or none",
      rankings((ranked) => ranked.map((one) => ({ ...one, arm: "" }))),
    ],
    [
      "needs signals",
      "ranks when nothing was seen",
      byNumber(({ model }, signals) => signals.of(model)?.successRate ?? Number.NaN),
    ],
    [
      "believes every number",
      "ranks whatever signals and facts say",
      byNumber(({ model, position }, signals) => (signals.of(model)?.calls ?? 0) / (position + 1)),
    ],
  ];

function isMutable(candidates: readonly RankCandidate[]): candidates is RankCandidate[] {
  return Array.isArray(candidates);
}

describe("the contract kit fails a router that", () => {
  it.each(MUTANTS)("%s", async (_name, expected, mutant) => {
    const checks = routerContract({ make: () => ({ ...sound, ...mutant() }) });
    const { run } = checks.find(({ name }) => name.startsWith(expected)) ?? missing(expected);

    const failed = run();

    await expect(failed).rejects.toBeInstanceOf(AssertionError);
  });
});

describe("the contract kit of routers", () => {
  it("passes a router that is sound", async () => {
    const checks = routerContract({ make: priority });

    await expect(Promise.all(checks.map(({ run }) => run()))).resolves.toBeDefined();
  });

  it("asks as a router with few opinions wants to be asked", async () => {
    const unasked = opinionOf(routerContract({ make: reviewsOnly }));
    const asked = opinionOf(routerContract({ make: reviewsOnly, request: { step: "review" } }));

    await expect(unasked).rejects.toThrow(/Give "request" members/);
    await expect(asked).resolves.toBeUndefined();
  });

  it("gives each check another name", () => {
    const names = routerContract({ make: priority }).map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(15);
  });
});

function reviewsOnly(): Router {
  return {
    id: "reviews",
    rank: (...asked) => (asked[0].step === "review" ? rankSound(...asked) : undefined),
  };
}

async function opinionOf(checks: ReturnType<typeof routerContract>): Promise<void> {
  await (checks.find(({ name }) => name === "has an opinion") ?? missing("has an opinion")).run();
}

function missing(check: string): never {
  throw new Error(`The kit has no check "${check}"`);
}
