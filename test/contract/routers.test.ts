/** Every router here keeps the contract, with each kind of options that it has. */

import { z } from "zod";
import type { Router } from "../../plugins/contract.ts";
import { balanced } from "../../plugins/routers/balanced.ts";
import { bandit } from "../../plugins/routers/bandit.ts";
import { cascade } from "../../plugins/routers/cascade.ts";
import { cheapest } from "../../plugins/routers/cheapest.ts";
import { consensus } from "../../plugins/routers/consensus.ts";
import { experiment } from "../../plugins/routers/experiment.ts";
import { fallback } from "../../plugins/routers/fallback.ts";
import { fastest } from "../../plugins/routers/fastest.ts";
import { learned } from "../../plugins/routers/learned.ts";
import { priority } from "../../plugins/routers/priority.ts";
import { sticky } from "../../plugins/routers/sticky.ts";
import { weighted } from "../../plugins/routers/weighted.ts";
import { when } from "../../plugins/routers/when.ts";
import { routerContract } from "../../testing/index.ts";

const MODELS = ["acme/large", "acme/small", "globex/large"];
const scorer = { predict: (_request: unknown, { position }: { position: number }) => 1 / position };

const ROUTERS: readonly (readonly [name: string, make: () => Router])[] = [
  ["priority", priority],
  ["cheapest", cheapest],
  ["fastest", fastest],
  [
    "fastest, slow calls, first tokens",
    () => fastest({ percentile: "p95", weights: { firstToken: 2, writing: 0 }, explore: 1 }),
  ],
  ["balanced", balanced],
  [
    "balanced by quality",
    () =>
      balanced({
        cost: 0,
        quality: 2,
        qualityOf: { "acme/*": 0.9, "globex/large": 0.2 },
        sharpness: 2.5,
      }),
  ],
  ["balanced that draws evenly", () => balanced({ sharpness: 0 })],
  ["weighted", () => weighted({ shares: { "acme/large": 3, "acme/small": 1 } })],
  ["sticky", sticky],
  [
    "sticky with weights, then cheapest",
    () => sticky({ weights: { "acme/large": 0, "acme/small": 4 }, router: cheapest() }),
  ],
  [
    "experiment of routers",
    () =>
      experiment({
        name: "routers",
        arms: { one: { share: 1, router: fastest() }, other: { share: 1, router: balanced() } },
      }),
  ],
  [
    "experiment of models",
    () =>
      experiment({
        name: "models",
        arms: {
          one: { share: 1, models: ["acme/*"] },
          other: { share: 1, models: ["globex/large"] },
        },
      }),
  ],
  [
    "cascade",
    () =>
      cascade({
        accept: {
          confidence: { field: "confidence", atLeast: 0.8 },
          schema: z.object({ text: z.string().min(1) }),
          judge: { model: "judge", rubric: "It answers.", atLeast: 0.5 },
        },
      }),
  ],
  ["consensus", () => consensus({ size: 3, field: "kind", quorum: 2, router: cheapest() })],
  ["bandit", bandit],
  ["bandit with a prior and costs", () => bandit({ prior: { good: 0.5, bad: 0.1 }, cost: 0.3 })],
  ["learned", () => learned({ scorer })],
  ["learned, the cheapest", () => learned({ scorer, minimum: 0.2, prefer: "cheapest" })],
  ["when", () => when(({ graph }) => graph === "support", cheapest())],
  [
    "fallback",
    () =>
      fallback(
        when(() => false, priority()),
        balanced(),
      ),
  ],
];

describe.each(ROUTERS)("%s keeps the contract of a router:", (_name, make) => {
  it.each(routerContract({ make, models: MODELS }))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
