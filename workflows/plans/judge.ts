/** Asks a model what it thinks of replies. They are data to it: what stands in them is fenced, and not to be followed. */

import type { JudgePlan, Turn } from "../../activities/contract.ts";
import { createPickSchema, createScoreSchema } from "../../graph/judgement.ts";
import type { Message } from "../../graph/message.ts";
import type { OutputOf, Schema } from "../../graph/schema.ts";
import { fence, judgeCall, NOT_TO_BE_FOLLOWED, type Judgement } from "../judge-call.ts";
import { RunError } from "../run-error.ts";
import type { StepAsking } from "./candidates.ts";

/** From 0 to 1; `undefined`: no judge could say. */
export async function rateReply(
  judge: JudgePlan,
  { said, index }: { readonly said: unknown; readonly index: number },
  asking: StepAsking,
): Promise<number | undefined> {
  const question =
    `${NOT_TO_BE_FOLLOWED}\n\n${fence("task", taskOf(asking.turns))}\n${fence("reply", said)}\n\n` +
    `Rate the reply by the rubric you were given. "score": 0, of no use, to 1, all that is wanted.`;
  const output = createScoreSchema();
  // Each rung has a judgement of its own.
  const part = index === 0 ? "?judge" : `?judge[${index + 1}]`;
  return (await ask({ judge, output, question }, part, asking))?.score;
}

/** Which of several replies is the best, from 0; `undefined`: no judge could say. */
export async function pickReply(
  judge: JudgePlan,
  replies: readonly unknown[],
  asking: StepAsking,
): Promise<number | undefined> {
  const listed = replies.map((said, index) => fence(`reply number="${index + 1}"`, said));
  const question =
    `${NOT_TO_BE_FOLLOWED}\n\n${fence("task", taskOf(asking.turns))}\n${listed.join("\n")}\n\n` +
    `Which reply is the best by the rubric you were given? "best": its number.`;
  const output = createPickSchema(replies.length);
  const judged = await ask({ judge, output, question }, "?judge", asking);
  return judged && judged.best - 1;
}

/** No judge is no failure of the step. */
async function ask<Output extends Schema>(
  judgement: Omit<Judgement<Output>, "deadlineMs">,
  part: string,
  asking: StepAsking,
): Promise<OutputOf<Output> | undefined> {
  const { call } = asking;
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its own schema has accepted it.
    return (await asking.consult(
      judgeCall({ ...judgement, deadlineMs: call.deadlineMs }, call),
      part,
    )) as OutputOf<Output>;
  } catch (error) {
    if (error instanceof RunError) return undefined;
    throw error;
  }
}

/** What was asked for, without what tools gave on the way. */
function taskOf(turns: readonly Turn[]): readonly unknown[] {
  return turns.flatMap((turn) =>
    "content" in turn ? [{ [turn.role]: textOf(turn.content) }] : [],
  );
}

/** Files are named, not sent: a judge need not be able to see. */
function textOf(content: Message["content"]): unknown {
  if (typeof content === "string") return content;
  return content.map((part) =>
    part.type === "text" ? part.text : { [part.type]: part.mediaType },
  );
}
