/** A simulated model that takes a second of the run's time, and counts its calls in flight. */

import type { Provider } from "../../plugins/contract.ts";

export interface SlowModel {
  readonly providers: readonly Provider[];
  readonly models: { readonly small: readonly string[] };
  /** How many calls it had at once, at most. */
  readonly mostAtOnce: () => number;
}

/** Gives back what it was asked, after a second of the run's time. */
export function slowModel(): SlowModel {
  let atOnce = 0;
  let most = 0;
  const provider: Provider = {
    id: "slow",
    async generate({ messages: [message] }, context) {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await context.sleep(1_000);
      atOnce -= 1;
      const content = message && "content" in message ? message.content : "";
      const text = typeof content === "string" ? content : "";
      return { text, finishReason: "stop", usage: {} };
    },
  };
  return { providers: [provider], models: { small: ["slow/model"] }, mostAtOnce: () => most };
}
