/** The plan `consensus`: several at the same time, and the reply that most of them give, or that a judge picks. */

import type { ConsensusPlan } from "../../activities/contract.ts";
import { askModel } from "../ask-model.ts";
import type { Answer } from "../asking.ts";
import type { Shortage } from "../ledger.ts";
import { RunError } from "../run-error.ts";
import type { Verdict } from "../run-record.ts";
import { tellVerdicts } from "../verdicts.ts";
import { Candidates, gaveUp, goOn, type RankedCandidate, type StepAsking } from "./candidates.ts";
import { pickReply } from "./judge.ts";
import { countVotes, voteOf, type Count } from "./reply-rules.ts";

/**
 * The reply with most votes, of several the best ranked. Decided as soon as one has enough: calls in flight are
 * cancelled then.
 *
 * @throws {RunError} as the plain plan does, when none has answered.
 */
export async function askForConsensus(asking: StepAsking, plan: ConsensusPlan): Promise<Answer> {
  const answers = await asking.context.host.isolate((host) => {
    const context = { ...asking.context, host };
    return new Poll({ ...asking, context }, plan).run();
  });
  const { answer, why } = await choose(answers, plan, asking);
  const others = answers.filter((other) => other !== answer);
  const told = others.map((other) => [other.calls, unused(why(other))] as const);
  tellVerdicts(told, asking.context);
  return answer;
}

/** One vote of several candidates. */
class Poll {
  readonly #asking: StepAsking;
  readonly #plan: ConsensusPlan;
  readonly #candidates: Candidates;
  readonly #answers: Answer[] = [];
  readonly #votes: string[] = [];
  /** How many answers it took until one had enough votes. `undefined`: none has yet. */
  #enoughAnswers: number | undefined;
  #inFlight = 0;
  #shortage: Shortage | undefined;
  /** Why a call was not made, such as that the time is up. */
  #error: RunError | undefined;
  #isDecided = false;
  #decide: () => void = () => {};

  constructor(asking: StepAsking, plan: ConsensusPlan) {
    this.#asking = asking;
    this.#plan = plan;
    this.#candidates = new Candidates(asking);
  }

  /** The answers, by rank. */
  async run(): Promise<readonly Answer[]> {
    const decided = new Promise<void>((resolve) => {
      this.#decide = resolve;
    });
    const voices = Array.from({ length: this.#plan.size }, () => this.#fillVoice());
    await Promise.race([Promise.all(voices), decided]);
    this.#isDecided = true;
    if (this.#answers.length === 0) throw this.#error ?? gaveUp(this.#asking, this.#shortage);
    return this.#answers.toSorted((one, other) => one.index - other.index);
  }

  /** Asks until somebody answers for this voice. */
  async #fillVoice(): Promise<void> {
    for (let isStandIn = false; ; isStandIn = true) {
      const next = this.#candidates.next();
      if (next === undefined) return;
      const tryNext = await this.#hear(next, isStandIn);
      if (!tryNext || this.#isDecided) return;
    }
  }

  /** Asks one candidate; gives whether another is to take its place. */
  async #hear(next: RankedCandidate, isStandIn: boolean): Promise<boolean> {
    this.#inFlight += 1;
    try {
      const outcome = await askModel(this.#askingOf(next, isStandIn));
      if (outcome.ok) {
        this.#count(outcome.answer);
        return false;
      }
      const { tryNext, shortage } = goOn(this.#asking, next.candidate, outcome);
      this.#shortage = shortage;
      return tryNext;
    } catch (error) {
      // Whatever comes of a call that is no longer needed: the step has gone on.
      if (this.#isDecided) return false;
      if (!(error instanceof RunError)) throw error;
      this.#error = error;
      return false;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #askingOf(next: RankedCandidate, isStandIn: boolean): Parameters<typeof askModel>[0] {
    const { route, time, turns } = this.#asking;
    const isLast = next.index === route.candidates.length - 1;
    return {
      ...this.#asking,
      ...next,
      // Each has its own conversation with its tools, and its own waits for the budget.
      turns: [...turns],
      time: { ...time },
      plan: "consensus",
      isStandIn,
      isLastResort: isLast && this.#answers.length === 0 && this.#inFlight === 1,
      isOver: () => this.#enoughAnswers !== undefined,
      onAnswer: (answer) => this.#vote(answer),
    };
  }

  #count(answer: Answer): void {
    if (this.#isDecided) {
      const late = unused("the vote was decided before it came");
      tellVerdicts([[answer.calls, late]], this.#asking.context);
      return;
    }
    this.#answers.push(answer);
    if (this.#answers.length !== this.#enoughAnswers) return;
    this.#isDecided = true;
    this.#decide();
  }

  #vote(answer: Pick<Answer, "value" | "said">): void {
    const { size, quorum = Math.floor(size / 2) + 1, field, judge } = this.#plan;
    this.#votes.push(voteOf(answer, field));
    const isEnough = (countVotes(this.#votes)?.votes ?? 0) >= quorum;
    if (isEnough && !judge) this.#enoughAnswers ??= this.#votes.length;
  }
}

interface Choice {
  readonly answer: Answer;
  /** Why another was not chosen; `undefined`: it says the same. */
  readonly why: (other: Answer) => string | undefined;
}

/** @param answers - at least one, by rank. */
async function choose(
  answers: readonly Answer[],
  { field, judge }: ConsensusPlan,
  asking: StepAsking,
): Promise<Choice> {
  const votes = answers.map((answer) => voteOf(answer, field));
  const ahead = countVotes(votes) ?? NO_VOTES;
  const isUnanimous = ahead.votes === answers.length;
  const picked =
    judge && !isUnanimous
      ? await pickReply(
          judge,
          answers.map(({ said }) => said),
          asking,
        )
      : votes.indexOf(ahead.vote);
  const answer = answers[picked ?? 0] ?? answers[0];
  if (answer === undefined) throw new RangeError("a vote without votes");
  const vote = voteOf(answer, field);
  return {
    answer,
    why: (other) => (voteOf(other, field) === vote ? undefined : reasonOf(picked, judge, ahead)),
  };
}

const NO_VOTES: Count = { vote: "", votes: 0 };

function reasonOf(
  picked: number | undefined,
  judge: ConsensusPlan["judge"],
  { votes }: Count,
): string {
  if (judge === undefined)
    return `another value has ${votes === 1 ? "1 vote and a better rank" : `${votes} votes`}`;
  return picked === undefined
    ? "no judge could pick one, and another has a better rank"
    : "the judge picked another";
}

function unused(rejected: string | undefined): Verdict {
  return { isUsed: false, ...(rejected !== undefined && { rejected }) };
}
