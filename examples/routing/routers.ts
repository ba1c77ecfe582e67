/** Routers of a help desk. Read by docs/reference/routers.md, run by its test. */

import { cascade } from "signalbox/routers/cascade";
import { cheapest } from "signalbox/routers/cheapest";
import { experiment } from "signalbox/routers/experiment";
import { fallback } from "signalbox/routers/fallback";
import { sticky } from "signalbox/routers/sticky";
import { when } from "signalbox/routers/when";
import { nearest } from "./nearest.ts";

export const routers = {
  // The small model writes first; the large one is asked when the small one is not sure.
  careful: cascade({ accept: { confidence: { field: "confidence", atLeast: 0.8 } } }),
  // One run in ten tries the newcomer.
  newcomer: experiment({
    name: "newcomer-2026-11",
    arms: {
      control: { share: 9, router: cheapest() },
      newcomer: { share: 1, models: ["newcomer/*"] },
    },
  }),
  // Chats stay with one model, whose cache of the conversation is warm; all else goes where it is cheap.
  desk: fallback(
    when(({ step }) => step === "chat", sticky()),
    cheapest(),
  ),
  near: nearest({ region: "eu" }),
};
