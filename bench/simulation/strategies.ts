/** The strategies that are compared: each router as its users make it. */

import type { Router } from "../../plugins/contract.ts";
import { balanced } from "../../plugins/routers/balanced.ts";
import { bandit } from "../../plugins/routers/bandit.ts";
import { cascade } from "../../plugins/routers/cascade.ts";
import { cheapest } from "../../plugins/routers/cheapest.ts";
import { consensus } from "../../plugins/routers/consensus.ts";
import { experiment } from "../../plugins/routers/experiment.ts";
import { fastest } from "../../plugins/routers/fastest.ts";
import { learned } from "../../plugins/routers/learned.ts";
import { priority } from "../../plugins/routers/priority.ts";
import { sticky } from "../../plugins/routers/sticky.ts";
import { weighted } from "../../plugins/routers/weighted.ts";
import { findModel } from "./models.ts";

export const STRATEGIES: Readonly<Record<string, Router>> = {
  priority: priority(),
  cheapest: cheapest(),
  fastest: fastest(),
  balanced: balanced(),
  weighted: weighted({
    shares: { "alpha/one": 3, "beta/pro": 2, "gamma/flash": 2, "delta/base": 2, "zeta/small": 1 },
  }),
  sticky: sticky(),
  bandit: bandit(),
  // As good as a scorer can be that knows models, but not requests.
  learned: learned({
    scorer: { predict: (_request, { model }) => findModel(model).quality },
    minimum: 0.78,
    prefer: "cheapest",
  }),
  experiment: experiment({
    name: "cheap or quick",
    arms: { cheap: { share: 1, router: cheapest() }, quick: { share: 1, router: fastest() } },
  }),
  cascade: cascade({ accept: { confidence: { field: "confidence", atLeast: 0.5 } } }),
  consensus: consensus({ size: 3 }),
};
