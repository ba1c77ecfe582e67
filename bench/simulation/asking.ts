/** Asks the candidates of a route as its plan says, in a simple way: that of workflows/plans, without budgets and judges. */

import type { Route } from "../../activities/contract.ts";
import { attempt, type AttemptContext } from "./attempts.ts";
import type { Outcome } from "./tally.ts";
import type { SimulatedReply, SimulatedRequest } from "./world.ts";

type Asked = Omit<Outcome, "durationMs">;

/** What becomes of a request, but for its time. */
export async function askByPlan(
  request: SimulatedRequest,
  route: Route,
  context: AttemptContext,
): Promise<Asked> {
  const asking = new Asking(request, route, context);
  switch (route.plan?.kind) {
    case "cascade":
      return asking.climb();
    case "consensus":
      return asking.poll(route.plan.size);
    case undefined:
      return asking.next();
  }
}

const NOT_ANSWERED: Asked = {
  isAnswered: false,
  failedAttempts: 0,
  calls: 0,
  costNanoUsd: 0,
  isGood: false,
};

class Asking {
  readonly #request: SimulatedRequest;
  readonly #route: Route;
  readonly #context: AttemptContext;
  #next = 0;

  constructor(request: SimulatedRequest, route: Route, context: AttemptContext) {
    this.#request = request;
    this.#route = route;
    this.#context = context;
  }

  /** One after the other, from where it left off, until one answers. */
  async next(): Promise<Asked> {
    const { candidates } = this.#route;
    let [failedAttempts, calls] = [0, 0];
    for (;;) {
      const candidate = candidates[this.#next];
      if (candidate === undefined) return { ...NOT_ANSWERED, failedAttempts, calls };
      this.#next += 1;
      const isLast = this.#next === candidates.length;
      const attempted = await attempt(this.#request, candidate, isLast, this.#context);
      calls += attempted.calls;
      if (attempted.reply) return answered(attempted.reply, { failedAttempts, calls });
      // One that got no leave was no call, and cost no time.
      if (attempted.calls > 0) failedAttempts += 1;
    }
  }

  /** A reply that will do says so; the last one is taken as it is. Rungs that answered are no failures. */
  async climb(): Promise<Asked> {
    let best = NOT_ANSWERED;
    let costNanoUsd = 0;
    for (;;) {
      const answer = await this.next();
      costNanoUsd += answer.costNanoUsd;
      if (!answer.isAnswered) return { ...best, costNanoUsd };
      best = answer;
      if (answer.isGood) return { ...best, costNanoUsd };
    }
  }

  /** Good replies agree with each other, and bad ones with none. */
  async poll(size: number): Promise<Asked> {
    const voices = await Promise.all(Array.from({ length: size }, () => this.next()));
    const good = voices.filter(({ isGood }) => isGood).length;
    const answers = voices.filter(({ isAnswered }) => isAnswered);
    const [first = NOT_ANSWERED] = answers;
    return {
      isAnswered: answers.length > 0,
      failedAttempts: Math.max(...voices.map(({ failedAttempts }) => failedAttempts)),
      calls: Math.max(...voices.map(({ calls }) => calls)),
      costNanoUsd: voices.reduce((sum, voice) => sum + voice.costNanoUsd, 0),
      isGood: good >= 2 || (first.isGood && good > 0),
    };
  }
}

function answered(
  { costNanoUsd, isGood }: SimulatedReply,
  before: Pick<Asked, "failedAttempts" | "calls">,
): Asked {
  return { ...before, isAnswered: true, costNanoUsd, isGood };
}
