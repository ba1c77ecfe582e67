/** Simulated models for runs in process, which keep what they were asked. */

import type { ModelRequest, Provider } from "../../plugins/contract.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { simulated } from "../../plugins/providers/simulated.ts";

export interface RecordedRequest extends ModelRequest {
  /** The step's path. */
  readonly step: string;
}

/** As options of `runInProcess`: `small` is one model, `writer` a first choice and a fallback. */
export interface RecordedModels {
  readonly providers: readonly Provider[];
  readonly models: Readonly<Record<"small" | "writer", readonly string[]>>;
  /** In the order in which the calls began. */
  readonly requests: readonly RecordedRequest[];
}

/** Models that answer as they are told to. */
export function recordedModels(replies: (call: SimulatedCall) => SimulatedReply): RecordedModels {
  const provider = simulated({ replies });
  const requests: RecordedRequest[] = [];
  return {
    requests,
    models: { small: ["simulated/small"], writer: ["simulated/first", "simulated/second"] },
    providers: [
      {
        id: provider.id,
        generate: (request, context) => {
          requests.push({ ...request, step: context.step });
          return provider.generate(request, context);
        },
      },
    ],
  };
}
