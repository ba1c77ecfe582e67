/** The graphs that run while all around them breaks. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";
import { writePrompt } from "./asking.ts";

interface Models {
  readonly models: { readonly writer: unknown; readonly small: unknown; readonly careful: unknown };
}

const { graph } = kit<Models>();

const defaults = { model: "writer", maxOutputTokens: 64, stepDeadline: "15 minutes" } as const;

/** Two calls, the first of them read as it is written. */
export const letterAndReview = graph({
  id: "letterAndReview",
  input: z.object({ run: z.string(), inside: z.string() }),
  defaults,
})
  .step("draft", {
    output: z.string(),
    stream: true,
    prompt: ({ input: { run, inside } }) =>
      writePrompt({ run, call: `${inside}draft`, form: "text" }, "Write."),
  })
  .step("review", {
    model: "small",
    output: z.string(),
    prompt: ({ input: { run, inside }, draft }) =>
      writePrompt({ run, call: `${inside}review`, form: "text" }, `Review: ${draft}`),
  })
  .code("result", { run: ({ draft, review }) => ({ draft, review }) });

/** A map, a refine loop, a person's decision, and a step that has seen all of it. */
export const approvedFiles = graph({
  id: "approvedFiles",
  input: z.object({ run: z.string(), files: z.array(z.string()) }),
  defaults,
})
  .map("files", {
    over: ({ input }) => input.files,
    concurrency: 3,
    each: (flow) =>
      flow.step("gist", {
        model: "small",
        output: z.string(),
        prompt: ({ input: { run }, item, index }) =>
          writePrompt({ run, call: `files[${index}]/gist`, form: "text" }, `Summarise: ${item}`),
      }),
  })
  .refine("letter", {
    maxRounds: 4,
    write: {
      output: z.string(),
      stream: true,
      prompt: ({ input: { run }, round, last, files }) =>
        writePrompt(
          { run, call: `letter[${round}]/write`, form: "text", round },
          `Write of ${files.join(", ")} after ${last?.review.note ?? "nothing"}`,
        ),
    },
    review: {
      model: "small",
      output: z.object({ good: z.boolean(), note: z.string() }),
      prompt: ({ input: { run }, round, draft }) =>
        writePrompt({ run, call: `letter[${round}]/review`, form: "verdict", round }, draft),
    },
    accept: (review) => review.good,
  })
  .approval("signoff", {
    decision: z.object({ ok: z.boolean(), note: z.string() }),
    show: ({ letter }) => letter.draft,
  })
  .step("closing", {
    output: z.string(),
    prompt: ({ input: { run }, letter, signoff }) =>
      writePrompt({ run, call: "closing", form: "text" }, `${letter.draft} ${signoff.note}`),
  })
  .code("result", {
    run: ({ files, letter, signoff, closing }) => ({
      files,
      draft: letter.draft,
      rounds: letter.rounds,
      ok: signoff.ok,
      closing,
    }),
  });

const Items = z.object({ run: z.string(), items: z.array(z.string()) });

/** Stops at its budget, unless it has few items. */
export const countedCalls = graph({
  id: "countedCalls",
  input: Items,
  defaults,
  budget: { calls: 8 },
})
  .map("items", {
    over: ({ input }) => input.items,
    concurrency: 3,
    each: (flow) =>
      flow.step("gist", {
        output: z.string(),
        prompt: ({ input: { run }, item, index }) =>
          writePrompt({ run, call: `items[${index}]/gist`, form: "text" }, `Summarise: ${item}`),
      }),
  })
  .code("result", { run: ({ items }) => items });

/** Likewise, in money. */
export const countedMoney = graph({
  id: "countedMoney",
  input: Items,
  defaults,
  budget: { usd: 0.006 },
})
  .map("items", {
    over: ({ input }) => input.items,
    concurrency: 2,
    each: (flow) =>
      flow.step("gist", {
        output: z.string(),
        stream: true,
        prompt: ({ input: { run }, item, index }) =>
          writePrompt({ run, call: `items[${index}]/gist`, form: "text" }, `Summarise: ${item}`),
      }),
  })
  .code("result", { run: ({ items }) => items });

/** A small model first, and a large one where that is not sure. */
export const climbing = graph({ id: "climbing", input: z.object({ run: z.string() }), defaults })
  .step("answer", {
    model: "careful",
    output: z.object({ words: z.string(), confidence: z.number() }),
    prompt: ({ input: { run } }) =>
      writePrompt({ run, call: "answer", form: "sure" }, "Are you sure?"),
  })
  .step("after", {
    output: z.string(),
    prompt: ({ input: { run }, answer }) =>
      writePrompt({ run, call: "after", form: "text" }, answer.words),
  })
  .code("result", { run: ({ answer, after }) => ({ answer: answer.words, after }) });

/** A timer, an event from outside, and another graph inside. */
export const waitingOutside = graph({
  id: "waitingOutside",
  input: z.object({ run: z.string() }),
  defaults,
})
  .step("first", {
    output: z.string(),
    prompt: ({ input: { run } }) => writePrompt({ run, call: "first", form: "text" }, "Begin."),
  })
  .wait("pause", { duration: "1 second" })
  .wait("paid", { event: z.object({ amount: z.number() }) })
  .sub("inner", {
    graph: letterAndReview,
    input: ({ input: { run } }) => ({ run, inside: "inner/" }),
  })
  .step("last", {
    output: z.string(),
    prompt: ({ input: { run }, first, paid, inner }) =>
      writePrompt({ run, call: "last", form: "text" }, `${first} ${paid.amount} ${inner.review}`),
  })
  .code("result", { run: ({ inner, last }) => ({ inner, last }) });
