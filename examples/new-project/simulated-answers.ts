/** What the simulated models answer, in the tests and while there is no key. */

import type { SimulatedCall, SimulatedReply } from "signalbox/providers/simulated";

export function answerAsSimulated({ step, prompt }: SimulatedCall): SimulatedReply {
  const [, ...lines] = prompt.split("\n");
  if (step === "points")
    return {
      value: {
        points: lines
          .join(" ")
          .split(/(?<=\.) /)
          .slice(0, 5),
      },
    };
  return { value: { headline: `In short: ${lines[0] ?? "nothing"}` } };
}
