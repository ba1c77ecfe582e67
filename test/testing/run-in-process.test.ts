import { kit } from "signalbox";
import { z } from "zod";
import type { Provider } from "../../plugins/contract.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { deferred } from "../harness/deferred.ts";
import { recordedModels, type RecordedModels } from "../harness/recorded-models.ts";

interface Names {
  readonly models: { readonly small: unknown; readonly writer: unknown };
  readonly guardrails: { readonly pii: unknown; readonly tone: unknown };
}

const { graph, step } = kit<Names>();

const Ticket = z.object({ body: z.string() });
const ticket = { body: "My card is gone" };

describe("a run", () => {
  const echo = graph({
    id: "echo",
    input: z.object({ body: z.string().trim(), count: z.number().default(3) }),
  }).code("last", { run: ({ input }) => input });

  it("takes its input as the schema leaves it", async () => {
    const run = await runInProcess(echo, { body: " hello " }, recordedModels(nothing));

    expect(run).toMatchObject({ status: "completed", result: { body: "hello", count: 3 } });
  });

  it("fails for input that does not fit, and says where", async () => {
    // @ts-expect-error -- What JavaScript authors can do.
    const run = await runInProcess(echo, { body: 7 }, recordedModels(nothing));

    expect(run).toMatchObject({
      status: "failed",
      result: undefined,
      error: {
        code: "RUN_INVALID_INPUT",
        message: expect.stringMatching(/graph "echo": "body": Invalid input/),
      },
      attempts: [],
    });
  });

  it("takes input and gives its result as JSON leaves them, as on a server", async () => {
    const dated = graph({ id: "dated", input: z.any() }).code("last", {
      run: ({ input }) => ({ given: input.at, at: new Date(0), none: undefined }),
    });

    const { result } = await runInProcess(dated, { at: new Date(0) }, recordedModels(nothing));

    const text = "1970-01-01T00:00:00.000Z";
    expect(result).toStrictEqual({ given: text, at: text });
  });

  it("adds up what its attempts cost", async () => {
    const priced = graph({ id: "priced", input: Ticket })
      .step("one", { model: "small", output: z.string(), prompt: () => "four letters" })
      .step("two", { model: "writer", output: z.string(), prompt: () => "1234" });
    const models = recordedModels(() => ({ text: "12345678" }));
    const prices = {
      "simulated/small": { inputUsdPerMTok: 1, outputUsdPerMTok: 10 },
      "simulated/first": { inputUsdPerMTok: 100, outputUsdPerMTok: 1_000 },
    };

    const run = await runInProcess(priced, ticket, { ...models, prices });

    // 2 tokens in and 3 out, then 2 in and 3 out, by the tokenizer of OpenAI's newer models.
    expect(run.attempts.map(({ costNanoUsd }) => costNanoUsd)).toEqual([32_000, 3_200_000]);
    expect(run.costNanoUsd).toBe(3_232_000);
  });

  it("counts attempts as cancelled that are under way when another step ends it", async () => {
    const split = graph({ id: "split", input: Ticket })
      .step("slow", { model: "small", output: z.string(), prompt: () => "slow" })
      .wait("soon", { needs: [], duration: "1 second" })
      .code("bad", { run: fail });
    const isOver = deferred();
    const held: Provider = {
      id: "simulated",
      async generate(_request, context) {
        await Promise.race([context.sleep(60_000), isOver.promise]);
        return { text: "late", finishReason: "stop", usage: {} };
      },
    };

    const run = await runInProcess(split, ticket, {
      models: { small: ["simulated/small"] },
      providers: [held],
    });
    isOver.resolve();
    await new Promise((resolve) => setImmediate(resolve));

    expect(run.status).toBe("failed");
    expect(run.attempts).toMatchObject([
      { step: "slow", model: "simulated/small", status: "cancelled", kind: "cancelled" },
    ]);
  });

  it("rejects with what is no failure of the run, such as an alias that is not there", async () => {
    const one = graph({ id: "one", input: Ticket }).step("call", {
      model: "small",
      output: z.string(),
      prompt: () => "hello",
    });
    const { providers } = recordedModels(nothing);

    const run = runInProcess(one, ticket, { providers, models: {} });

    await expect(run).rejects.toMatchObject({ type: "CONFIG_UNKNOWN_ALIAS" });
  });
});

describe("a step", () => {
  it("sends its prompt after its system message", async () => {
    const asking = graph({ id: "asking", input: Ticket }).step("call", {
      model: "small",
      output: z.string(),
      system: () => "Be brief.",
      prompt: ({ input }) => `Answer: ${input.body}`,
    });
    const models = recordedModels(() => ({ text: "Freeze it." }));

    const { result } = await runInProcess(asking, ticket, models);

    expect(result).toBe("Freeze it.");
    expect(models.requests).toMatchObject([
      {
        step: "call",
        model: "small",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Answer: My card is gone" },
        ],
        outputSchema: undefined,
      },
    ]);
  });

  it("sends a conversation, with the bytes of an image as base64 and its address as it is", async () => {
    const looking = graph({ id: "looking", input: Ticket }).step("call", {
      model: "small",
      output: z.string(),
      messages: () => [
        { role: "system", content: "Look closely." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", mediaType: "image/png", bytes: new Uint8Array([137, 80, 78, 71]) },
            { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
          ],
        },
        { role: "assistant", content: "A cat?" },
        {
          role: "user",
          content: [
            { type: "file", mediaType: "text/plain", bytes: "TWVvdw==", filename: "clue.txt" },
          ],
        },
      ],
    });
    const models = recordedModels(() => ({ text: "A dog." }));

    await runInProcess(looking, ticket, models);

    expect(models.requests[0]?.messages).toEqual([
      { role: "system", content: "Look closely." },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", mediaType: "image/png", bytes: "iVBORw==" },
          { type: "image", mediaType: "image/png", url: "https://example.com/a.png" },
        ],
      },
      { role: "assistant", content: "A cat?" },
      {
        role: "user",
        content: [
          { type: "file", mediaType: "text/plain", bytes: "TWVvdw==", filename: "clue.txt" },
        ],
      },
    ]);
  });

  it.each([
    { bytes: [], base64: "" },
    { bytes: [0], base64: "AA==" },
    { bytes: [255, 255], base64: "//8=" },
    { bytes: [0, 16, 131], base64: "ABCD" },
    { bytes: [251, 239, 190, 1], base64: "++++AQ==" },
  ])("writes the bytes $bytes as $base64", async ({ bytes, base64 }) => {
    const sending = graph({ id: "sending", input: Ticket }).step("call", {
      model: "small",
      output: z.string(),
      messages: () => [
        {
          role: "user",
          content: [{ type: "image", mediaType: "image/png", bytes: Uint8Array.from(bytes) }],
        },
      ],
    });
    const models = recordedModels(() => ({ text: "seen" }));

    const { status } = await runInProcess(sending, ticket, models);

    expect(status).toBe("completed");
    expect(models.requests[0]?.messages).toMatchObject([{ content: [{ bytes: base64 }] }]);
  });

  it("asks for JSON that fits its schema and gives it as the schema leaves it", async () => {
    const typed = graph({ id: "typed", input: Ticket }).step("call", {
      model: "small",
      output: z.object({
        count: z.number(),
        unit: z.string().default("pieces"),
        label: z.string().transform((label) => label.toUpperCase()),
      }),
      prompt: () => "How many?",
    });
    const models = recordedModels(() => ({ value: { count: 2, label: "apples" } }));

    const { result } = await runInProcess(typed, ticket, models);

    expect(result).toEqual({ count: 2, unit: "pieces", label: "APPLES" });
    expect(models.requests[0]?.outputSchema).toMatchObject({ required: ["count", "label"] });
  });

  it("records its attempt with tokens and time", async () => {
    const short = graph({ id: "short", input: Ticket }).step("call", {
      model: "small",
      output: z.string(),
      prompt: () => "12345678",
    });

    const run = await runInProcess(
      short,
      ticket,
      recordedModels(() => ({ text: "1234" })),
    );

    expect(run).toMatchObject({ durationMs: 0, costNanoUsd: 0 });
    expect(run.attempts).toEqual([
      {
        step: "call",
        model: "simulated/small",
        fallback: 0,
        status: "completed",
        tries: 1,
        inputTokens: 3,
        outputTokens: 2,
        durationMs: 0,
      },
    ]);
  });
});

describe("the order of steps", () => {
  it("lets those run side by side that need nothing of each other", async () => {
    const diamond = graph({ id: "diamond", input: Ticket })
      .wait("top", { duration: "1 hour" })
      .wait("left", { needs: ["top"], duration: "2 hours" })
      .wait("right", { needs: ["top"], duration: "3 hours" })
      .wait("apart", { needs: [], duration: "5 hours" })
      .wait("bottom", { needs: ["left", "right"], duration: "1 hour" });

    const { durationMs } = await runInProcess(diamond, ticket, recordedModels(nothing));

    expect(durationMs).toBe(5 * 3_600_000);
  });

  it("does not hold up a step by one that it does not need", async () => {
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const uneven = graph({ id: "uneven", input: Ticket })
      .wait("slow", { needs: [], duration: "2 days" })
      .code("afterSlow", { needs: ["slow"], run: note("afterSlow") })
      .wait("quick", { needs: [], duration: "1 second" })
      .code("afterQuick", { needs: ["quick"], run: note("afterQuick") });

    await runInProcess(uneven, ticket, recordedModels(nothing));

    expect(order).toEqual(["afterQuick", "afterSlow"]);
  });

  it("waits for all steps, also for those after which nothing comes", async () => {
    const loose = graph({ id: "loose", input: Ticket })
      .wait("slow", { needs: [], duration: "2 days" })
      .code("last", { needs: [], run: () => "done" });

    const run = await runInProcess(loose, ticket, recordedModels(nothing));

    expect(run).toMatchObject({ result: "done", durationMs: 2 * 86_400_000 });
  });

  it("ends the run with the first failure, whatever else is going on", async () => {
    const doomed = graph({ id: "doomed", input: Ticket })
      .wait("slow", { needs: [], duration: "2 days" })
      .wait("soon", { needs: [], duration: "1 minute" })
      .code("bad", { needs: ["soon"], run: fail });

    const run = await runInProcess(doomed, ticket, recordedModels(nothing));

    expect(run).toMatchObject({
      status: "failed",
      error: { code: "RUN_CALLBACK_ERROR" },
      durationMs: 60_000,
    });
  });
});

describe("maybe", () => {
  const careful = graph({ id: "careful", input: z.object({ amount: z.number() }) })
    .maybe("check", {
      when: ({ input }) => input.amount > 100,
      model: "small",
      output: z.object({ fair: z.boolean() }),
      prompt: ({ input }) => `Fair: ${input.amount}?`,
    })
    .code("last", { run: ({ check }) => check?.fair ?? "not checked" });

  it("calls the model where its condition holds", async () => {
    const models = recordedModels(() => ({ value: { fair: false } }));

    const { result } = await runInProcess(careful, { amount: 101 }, models);

    expect(result).toBe(false);
    expect(models.requests).toHaveLength(1);
  });

  it("is skipped where it does not, and then has no value and no attempt", async () => {
    const models = recordedModels(nothing);

    const run = await runInProcess(careful, { amount: 100 }, models);

    expect(run).toMatchObject({ status: "completed", result: "not checked", attempts: [] });
  });
});

describe("branch", () => {
  const sorting = graph({ id: "sorting", input: z.object({ kind: z.enum(["card", "loan"]) }) })
    .code("before", { run: () => "seen" })
    .branch("route", {
      on: ({ input }) => input.kind,
      cases: {
        card: (flow) =>
          flow
            .step("ask", {
              model: "small",
              output: z.string(),
              prompt: ({ input, before }) => `${input.kind} ${before}`,
            })
            .code("end", { run: ({ ask, before }) => `${ask}, ${before}` }),
        loan: (flow) => flow.code("end", { run: () => 7 }),
      },
    })
    .code("last", { run: ({ route }) => route });

  it("runs the case that is named, and no other", async () => {
    const run = await runInProcess(sorting, { kind: "loan" }, recordedModels(nothing));

    expect(run).toMatchObject({ result: { case: "loan", value: 7 }, attempts: [] });
  });

  it("gives the value of the case's last step, whose callbacks see what is outside", async () => {
    const models = recordedModels(({ prompt }) => ({ text: `<${prompt}>` }));

    const { result, attempts } = await runInProcess(sorting, { kind: "card" }, models);

    expect(result).toEqual({ case: "card", value: "<card seen>, seen" });
    expect(attempts).toMatchObject([{ step: "route/card/ask", model: "simulated/small" }]);
  });
});

describe("refine", () => {
  const polishing = graph({ id: "polishing", input: Ticket }).refine("letter", {
    maxRounds: 3,
    write: {
      model: "writer",
      output: z.object({ text: z.string() }),
      prompt: ({ input, round, last }) =>
        `round ${round} for ${input.body} after ${JSON.stringify(last ?? "nothing")}`,
    },
    review: {
      model: "small",
      output: z.object({ good: z.boolean(), problem: z.string() }),
      prompt: ({ draft, round }) => `round ${round} of ${draft.text}`,
    },
    accept: (review, draft) => review.good && draft.text !== "",
  });

  it("ends with the first review that is accepted", async () => {
    const models = writing(1);

    const { result } = await runInProcess(polishing, ticket, models);

    expect(result).toEqual({
      draft: { text: "draft 1" },
      review: { good: true, problem: "problem 1" },
      rounds: 1,
      accepted: true,
    });
    expect(models.requests.map((request) => request.step)).toEqual([
      "letter[1]/write",
      "letter[1]/review",
    ]);
  });

  it("shows the writer the round before, and the reviewer the draft", async () => {
    const models = writing(2);

    await runInProcess(polishing, ticket, models);

    expect(models.requests.map(({ messages }) => messages)).toMatchObject([
      [{ content: `round 1 for My card is gone after "nothing"` }],
      [{ content: "round 1 of draft 1" }],
      [
        {
          content: `round 2 for My card is gone after {"draft":{"text":"draft 1"},"review":{"good":false,"problem":"problem 1"}}`,
        },
      ],
      [{ content: "round 2 of draft 2" }],
    ]);
  });

  it("stops after its last round with the last draft, and says that it was not accepted", async () => {
    const models = writing(4);

    const { result, status } = await runInProcess(polishing, ticket, models);

    expect(status).toBe("completed");
    expect(result).toMatchObject({ draft: { text: "draft 3" }, rounds: 3, accepted: false });
    expect(models.requests).toHaveLength(6);
  });

  it("fails when a round cannot be written", async () => {
    const models = recordedModels(({ step: path }) =>
      path === "letter[1]/review"
        ? { value: { good: false, problem: "short" } }
        : path === "letter[2]/write"
          ? { fail: "refused" }
          : { value: { text: "draft" } },
    );

    const { error } = await runInProcess(polishing, ticket, models);

    expect(error).toMatchObject({
      code: "RUN_NO_CANDIDATE_LEFT",
      message: expect.stringContaining(`Step "letter[2]/write" of graph "polishing"`),
    });
  });
});

describe("code", () => {
  it("gives what its function returns", async () => {
    const adding = graph({ id: "adding", input: z.object({ one: z.number() }) })
      .code("more", { run: ({ input }) => input.one + 1 })
      .code("last", { run: ({ more, input }) => [input.one, more] });

    const { result } = await runInProcess(adding, { one: 1 }, recordedModels(nothing));

    expect(result).toEqual([1, 2]);
  });

  it("waits for a promise", async () => {
    const later = graph({ id: "later", input: Ticket })
      .code("first", { run: async () => Promise.resolve("later") })
      .code("last", { run: ({ first }) => first.length });

    const { result } = await runInProcess(later, ticket, recordedModels(nothing));

    expect(result).toBe(5);
  });

  it("may give what JSON cannot carry to another step", async () => {
    const exact = graph({ id: "exact", input: Ticket })
      .code("cents", { run: () => 10n ** 20n })
      .code("last", { run: ({ cents }) => String(cents + 1n) });

    const { result } = await runInProcess(exact, ticket, recordedModels(nothing));

    expect(result).toBe("100000000000000000001");
  });
});

describe("sub", () => {
  const inner = graph({ id: "inner", input: z.object({ name: z.string().min(1) }) })
    .step("greet", {
      model: "small",
      output: z.string(),
      prompt: ({ input }) => `Greet ${input.name}`,
    })
    .code("end", { run: ({ greet }) => ({ greet }) });
  const outer = graph({ id: "outer", input: z.object({ name: z.string() }) })
    .sub("call", { graph: inner, input: ({ input }) => ({ name: input.name }) })
    .code("last", { run: ({ call }) => call.greet.length });

  it("gives the value of the other graph, whose attempts stand under the step", async () => {
    const models = recordedModels(() => ({ text: "Hello" }));

    const { result, attempts } = await runInProcess(outer, { name: "Ann" }, models);

    expect(result).toBe(5);
    expect(attempts).toMatchObject([{ step: "call/greet", status: "completed" }]);
  });

  it("fails when the other graph does, and says why", async () => {
    const models = recordedModels(() => ({ fail: "auth" }));

    const { error } = await runInProcess(outer, { name: "Ann" }, models);

    expect(error).toMatchObject({
      code: "RUN_SUB_FAILED",
      message: expect.stringMatching(
        /^Graph "inner" failed in step "call" of graph "outer": Step "greet" of graph "inner" has no model left/,
      ),
    });
  });

  it("fails for input that the other graph does not take", async () => {
    const { error } = await runInProcess(outer, { name: "" }, recordedModels(nothing));

    expect(error).toMatchObject({
      code: "RUN_SUB_FAILED",
      message: expect.stringContaining(`The input does not fit graph "inner": "name"`),
    });
  });

  it("hands input and result over as JSON leaves them, as on a server", async () => {
    const dates = graph({ id: "dates", input: z.any() }).code("end", {
      run: ({ input }) => ({ given: typeof input.at, at: new Date(0) }),
    });
    const asking = graph({ id: "asking", input: Ticket })
      .sub("call", { graph: dates, input: () => ({ at: new Date(0) }) })
      .code("last", { run: ({ call }) => [call.given, typeof call.at] });

    const { result } = await runInProcess(asking, ticket, recordedModels(nothing));

    expect(result).toEqual(["string", "string"]);
  });
});

describe("a reusable step", () => {
  const triage = step({
    input: Ticket,
    model: "small",
    output: z.string(),
    system: ({ input }) => `About ${input.body.length} letters.`,
    prompt: ({ input }) => `Sort: ${input.body}`,
  });

  it("is used as it is where the input has its type", async () => {
    const plain = graph({ id: "plain", input: Ticket }).step("triage", triage);
    const models = recordedModels(() => ({ text: "card" }));

    const { result } = await runInProcess(plain, { body: "gone" }, models);

    expect(result).toBe("card");
    expect(models.requests[0]?.messages).toEqual([
      { role: "system", content: "About 4 letters." },
      { role: "user", content: "Sort: gone" },
    ]);
  });

  it("takes its input from elsewhere", async () => {
    const moved = graph({ id: "moved", input: z.object({ text: z.string() }) })
      .code("clean", { run: ({ input }) => input.text.trim() })
      .maybe("triage", {
        ...triage.from(({ clean }: { readonly clean: string }) => ({ body: clean })),
        when: () => true,
      });
    const models = recordedModels(() => ({ text: "card" }));

    await runInProcess(moved, { text: " lost " }, models);

    expect(models.requests[0]?.messages).toEqual([
      { role: "system", content: "About 4 letters." },
      { role: "user", content: "Sort: lost" },
    ]);
  });
});

const output = z.string();
const prompt = (): string => "hello";

describe("the defaults of a graph", () => {
  it("give model and deadline to the steps that say nothing", async () => {
    const quiet = graph({
      id: "quiet",
      input: Ticket,
      defaults: { model: "writer", deadline: "5 seconds" },
    }).step("call", { output, prompt });
    const models = recordedModels(({ model }) =>
      model === "first" ? { stall: true } : { text: "here" },
    );

    const { attempts } = await runInProcess(quiet, ticket, models);

    expect(attempts).toMatchObject([
      { model: "simulated/first", status: "failed", kind: "timeout", durationMs: 5_000 },
      { model: "simulated/second", status: "completed" },
    ]);
  });

  it("give way to what a step says", async () => {
    const loud = graph({
      id: "loud",
      input: Ticket,
      defaults: { model: "writer", deadline: "5 seconds" },
    }).step("call", { model: ["small", "writer"], deadline: "1 second", output, prompt });
    const models = recordedModels(({ model }) =>
      model === "second" ? { text: "here" } : { stall: true },
    );

    const { attempts, durationMs } = await runInProcess(loud, ticket, models);

    expect(durationMs).toBe(2_000);
    expect(attempts).toMatchObject([
      { model: "simulated/small", durationMs: 1_000 },
      { model: "simulated/first", durationMs: 1_000 },
      { model: "simulated/second" },
    ]);
  });

  it("reach the steps inside branches, maps and refines", async () => {
    const deep = graph({ id: "deep", input: Ticket, defaults: { model: "small" } })
      .branch("route", {
        on: () => "only" as const,
        cases: {
          only: (flow) =>
            flow.map("each", {
              over: () => [1],
              each: (inner) =>
                inner.refine("letter", {
                  maxRounds: 1,
                  write: { output, prompt },
                  review: { output, prompt },
                  accept: () => true,
                }),
            }),
        },
      })
      .code("last", { run: ({ route }) => route.value });
    const models = recordedModels(() => ({ text: "hello" }));

    const { attempts } = await runInProcess(deep, ticket, models);

    expect(attempts).toMatchObject([
      { step: "route/only/each[0]/letter[1]/write", model: "simulated/small" },
      { step: "route/only/each[0]/letter[1]/review", model: "simulated/small" },
    ]);
  });

  it("join their guardrails with those of a step, each once", () => {
    const guarded = graph({
      id: "guarded",
      input: Ticket,
      defaults: { model: "small", guard: { input: ["pii"], output: ["tone"] } },
    })
      .step("own", { guard: { input: ["pii", "tone"] }, output, prompt })
      .step("none", { output, prompt });

    const { steps } = guarded.toJSON();

    expect(steps).toMatchObject([
      { id: "own", guard: { input: ["pii", "tone"], output: ["tone"] } },
      { id: "none", guard: { input: ["pii"], output: ["tone"] } },
    ]);
  });
});

/** The review is content from this round on. */
function writing(contentFrom: number): RecordedModels {
  return recordedModels(({ step: path, prompt: asked }) => {
    const round = Number(/round (\d)/.exec(asked)?.[1]);
    return path.endsWith("/write")
      ? { value: { text: `draft ${round}` } }
      : { value: { good: round >= contentFrom, problem: `problem ${round}` } };
  });
}

/** For runs that ask no model. */
function nothing(): never {
  throw new Error("no model is asked here");
}

function fail(): never {
  throw new Error("broken");
}
