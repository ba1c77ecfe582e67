import { ApplicationFailure } from "@temporalio/common";
import { kit } from "signalbox";
import { z } from "zod";
import type { SimulatedReply } from "../../plugins/providers/simulated.ts";
import { runInProcess, type InProcessOptions } from "../../testing/run-in-process.ts";
import { defineTool } from "../../worker/config.ts";
import { deferred } from "../harness/deferred.ts";
import { recordedModels } from "../harness/recorded-models.ts";

const lookUp = {
  description: "Looks up a word",
  input: z.object({ word: z.string() }),
  output: z.object({ meaning: z.string() }),
};

interface Names {
  readonly models: { readonly small: unknown; readonly writer: unknown };
  readonly tools: { readonly lookUp: typeof lookUp };
}

const { graph } = kit<Names>();

const Word = z.object({ word: z.string() });

/** Its calls, and what it gives: the meaning of a word, unless `act` does something else. */
function dictionary(act: (word: string) => Promise<string> = async (word) => `the ${word}`): {
  readonly tools: NonNullable<InProcessOptions["tools"]>;
  readonly words: readonly string[];
} {
  const words: string[] = [];
  const tool = defineTool({
    ...lookUp,
    run: async ({ word }) => {
      words.push(word);
      return { meaning: await act(word) };
    },
  });
  return { tools: { lookUp: tool }, words };
}

function failWith(error: Error): () => Promise<never> {
  return () => Promise.reject(error);
}

describe("tool", () => {
  const looking = graph({ id: "looking", input: Word })
    .tool("found", { tool: "lookUp", input: ({ input }) => input, deadline: "10 seconds" })
    .code("last", { run: ({ found }) => found.meaning.toUpperCase() });
  const { providers, models } = recordedModels(noModel);
  const config = { providers, models };

  it("gives what the tool gave, typed", async () => {
    const { tools, words } = dictionary();

    const { result, attempts } = await runInProcess(
      looking,
      { word: "points" },
      { ...config, tools },
    );

    expect(result).toBe("THE POINTS");
    expect(words).toEqual(["points"]);
    expect(attempts).toEqual([]);
  });

  it("is called again, three times in all, a little later each time", async () => {
    const { tools, words } = dictionary(failWith(new Error("line is down")));

    const run = await runInProcess(looking, { word: "points" }, { ...config, tools });

    expect(run).toMatchObject({
      status: "failed",
      error: {
        code: "RUN_TOOL_FAILED",
        message: 'Tool "lookUp" failed in step "found" of graph "looking": line is down',
      },
      durationMs: 250 + 500,
    });
    expect(words).toHaveLength(3);
  });

  it("gives what a later try gave", async () => {
    let tries = 0;
    const { tools } = dictionary(async () => {
      tries += 1;
      if (tries < 3) throw new Error("line is down");
      return "at last";
    });

    const { result } = await runInProcess(looking, { word: "points" }, { ...config, tools });

    expect(result).toBe("AT LAST");
  });

  it("is called once when it says that another try would not help", async () => {
    const { tools, words } = dictionary(failWith(ApplicationFailure.nonRetryable("no such word")));

    const { error } = await runInProcess(looking, { word: "points" }, { ...config, tools });

    expect(error?.message).toMatch(/: no such word$/);
    expect(words).toHaveLength(1);
  });

  it("is called once when what it gives does not fit its schema", async () => {
    // @ts-expect-error -- What JavaScript authors can do.
    const { tools, words } = dictionary(async () => 7);

    const { error } = await runInProcess(looking, { word: "points" }, { ...config, tools });

    expect(error).toMatchObject({
      code: "RUN_TOOL_FAILED",
      message: expect.stringMatching(/What tool "lookUp" gave does not fit its schema: "meaning"/),
    });
    expect(words).toHaveLength(1);
  });

  it("is not called for input that does not fit its schema", async () => {
    const { tools, words } = dictionary();
    const wrong = graph({ id: "wrong", input: Word }).tool("found", {
      tool: "lookUp",
      // @ts-expect-error -- What JavaScript authors can do.
      input: () => ({ word: 7 }),
    });

    const { error } = await runInProcess(wrong, { word: "points" }, { ...config, tools });

    expect(error).toMatchObject({
      code: "RUN_TOOL_FAILED",
      message: expect.stringMatching(/The input of tool "lookUp" does not fit its schema: "word"/),
    });
    expect(words).toEqual([]);
  });

  it("is given up at its deadline, and called again", async () => {
    const { tools, words } = dictionary(() => new Promise(() => {}));

    const run = await runInProcess(looking, { word: "points" }, { ...config, tools });

    expect(run).toMatchObject({
      status: "failed",
      error: { code: "RUN_TOOL_FAILED" },
      durationMs: 3 * 10_000 + 250 + 500,
    });
    expect(words).toHaveLength(3);
  });

  it("takes and gives what JSON leaves, as on a server", async () => {
    const when = {
      description: "Says when",
      input: z.any(),
      output: z.any(),
      run: async (input: { readonly at: unknown }) => ({ given: typeof input.at, at: new Date(0) }),
    };
    const dated = kit<{
      readonly models: { readonly small: unknown };
      readonly tools: { readonly when: typeof when };
    }>()
      .graph({ id: "dated", input: Word })
      .tool("said", { tool: "when", input: () => ({ at: new Date(0) }) })
      .code("last", { run: ({ said }) => [said.given, typeof said.at] });

    const { result } = await runInProcess(dated, { word: "" }, { ...config, tools: { when } });

    expect(result).toEqual(["string", "string"]);
  });

  it("fails for a tool that the configuration does not have", async () => {
    const { error } = await runInProcess(looking, { word: "points" }, { ...config, tools: {} });

    expect(error).toMatchObject({
      code: "RUN_TOOL_FAILED",
      message: expect.stringContaining('there is no tool "lookUp"'),
    });
  });
});

describe("the tools of a model", () => {
  const explaining = graph({ id: "explaining", input: Word }).step("explain", {
    model: "writer",
    output: z.string(),
    tools: ["lookUp"],
    maxToolRounds: 2,
    prompt: ({ input }) => `Explain ${input.word}`,
  });

  it("are offered with their descriptions and schemas", async () => {
    const models = recordedModels(() => ({ text: "no need" }));

    await runInProcess(explaining, { word: "points" }, { ...models, ...dictionary() });

    expect(models.requests[0]?.tools).toMatchObject([
      {
        name: "lookUp",
        description: "Looks up a word",
        input: { type: "object", required: ["word"] },
      },
    ]);
  });

  it("are called for it, and it is asked again with what they gave", async () => {
    const models = recordedModels(({ prompt }) =>
      prompt.includes("meaning") ? { text: "explained" } : call("call-1", "points"),
    );

    const { result, attempts } = await runInProcess(
      explaining,
      { word: "points" },
      { ...models, ...dictionary() },
    );

    expect(result).toBe("explained");
    expect(models.requests.map(({ messages }) => messages)).toEqual([
      [{ role: "user", content: "Explain points" }],
      [
        { role: "user", content: "Explain points" },
        {
          role: "assistant",
          toolCalls: [{ id: "call-1", tool: "lookUp", input: { word: "points" } }],
        },
        {
          role: "tool",
          toolCallId: "call-1",
          tool: "lookUp",
          output: { meaning: "the points" },
        },
      ],
    ]);
    expect(attempts).toMatchObject([
      { step: "explain", fallback: 0, status: "completed" },
      { step: "explain", fallback: 0, status: "completed" },
    ]);
  });

  it("are called side by side, and answer in the order of the calls", async () => {
    const bothAreThere = deferred();
    const { tools, words } = dictionary(async (word) => {
      if (words.length === 2) bothAreThere.resolve();
      // The second call would never come if the first had to end before.
      await bothAreThere.promise;
      return `the ${word}`;
    });
    const models = recordedModels(({ prompt }) =>
      prompt.includes("meaning")
        ? { text: "explained" }
        : { calls: [lookUpCall("one", "home"), lookUpCall("two", "distant")] },
    );

    await runInProcess(explaining, { word: "signals" }, { ...models, tools });

    expect(models.requests[1]?.messages.slice(2)).toMatchObject([
      { toolCallId: "one", output: { meaning: "the home" } },
      { toolCallId: "two", output: { meaning: "the distant" } },
    ]);
  });

  it("tell the model when they fail, which may cope", async () => {
    const { tools, words } = dictionary(failWith(new Error("line is down")));
    const models = recordedModels(({ prompt }) =>
      prompt.includes("line is down") ? { text: "no dictionary today" } : call("call-1", "points"),
    );

    const { result } = await runInProcess(explaining, { word: "points" }, { ...models, tools });

    expect(result).toBe("no dictionary today");
    expect(words).toHaveLength(3);
    expect(models.requests[1]?.messages.at(-1)).toEqual({
      role: "tool",
      toolCallId: "call-1",
      tool: "lookUp",
      output: { error: "line is down" },
    });
  });

  it("tell the model when its input does not fit, without calling the tool", async () => {
    const { tools, words } = dictionary();
    const models = recordedModels(({ prompt }) =>
      prompt.includes("does not fit")
        ? { text: "my mistake" }
        : { calls: [{ id: "call-1", tool: "lookUp", input: { term: "points" } }] },
    );

    const { result } = await runInProcess(explaining, { word: "points" }, { ...models, tools });

    expect(result).toBe("my mistake");
    expect(words).toEqual([]);
  });

  it("are not offered in the last round, so that it has to answer", async () => {
    const models = recordedModels(({ prompt }) => {
      const answers = prompt.match(/meaning/g)?.length ?? 0;
      return answers < 2 ? call(`call-${answers}`, "points") : { text: "enough" };
    });

    const { result } = await runInProcess(
      explaining,
      { word: "points" },
      { ...models, ...dictionary() },
    );

    expect(result).toBe("enough");
    expect(models.requests.map(({ tools = [] }) => tools.length)).toEqual([1, 1, 0]);
  });

  it("fail the attempt of a model that calls them in the last round all the same", async () => {
    const models = recordedModels(({ model }) =>
      model === "first" ? call("again", "points") : { text: "from the fallback" },
    );
    const { tools, words } = dictionary();

    const { result, attempts } = await runInProcess(
      explaining,
      { word: "points" },
      { ...models, tools },
    );

    expect(result).toBe("from the fallback");
    expect(words).toHaveLength(2);
    expect(attempts).toMatchObject([
      { model: "simulated/first", status: "completed" },
      { model: "simulated/first", status: "completed" },
      { model: "simulated/first", status: "failed", kind: "invalid_output", tries: 1 },
      { model: "simulated/first", status: "failed", kind: "invalid_output", tries: 1 },
      { model: "simulated/second", fallback: 1, status: "completed" },
    ]);
  });

  it("are not called a second time for the next model, which is told what they gave", async () => {
    const models = recordedModels(({ model, prompt }) => {
      if (model === "second") return { text: "explained" };
      return prompt.includes("meaning") ? { fail: "unavailable" } : call("call-1", "points");
    });
    const { tools, words } = dictionary();

    const { result } = await runInProcess(explaining, { word: "points" }, { ...models, tools });

    expect(result).toBe("explained");
    expect(words).toEqual(["points"]);
    expect(models.requests.at(-1)).toMatchObject({
      model: "second",
      messages: [{ role: "user" }, { role: "assistant" }, { role: "tool", toolCallId: "call-1" }],
    });
  });

  it("are not there for a model that calls one it was not offered", async () => {
    const models = recordedModels(({ model }) =>
      model === "first"
        ? { calls: [{ id: "call-1", tool: "deleteAll", input: {} }] }
        : { text: "harmless" },
    );

    const { attempts } = await runInProcess(
      explaining,
      { word: "points" },
      { ...models, ...dictionary() },
    );

    expect(attempts[0]).toMatchObject({ status: "failed", kind: "invalid_output" });
  });

  it("are not offered at all with no rounds", async () => {
    const plain = graph({ id: "plain", input: Word }).step("explain", {
      model: "small",
      output: z.string(),
      tools: ["lookUp"],
      maxToolRounds: 0,
      prompt: () => "Explain",
    });
    const models = recordedModels(() => ({ text: "explained" }));

    await runInProcess(plain, { word: "points" }, { ...models, ...dictionary() });

    expect(models.requests[0]?.tools).toBeUndefined();
  });

  it("allow eight rounds where nothing is said", async () => {
    const endless = graph({ id: "endless", input: Word }).step("explain", {
      model: "small",
      output: z.string(),
      tools: ["lookUp"],
      prompt: () => "Explain",
    });
    const models = recordedModels(({ prompt }) => {
      const answers = prompt.match(/meaning/g)?.length ?? 0;
      return answers < 8 ? call(`call-${answers}`, "points") : { text: "enough" };
    });

    const { result } = await runInProcess(
      endless,
      { word: "points" },
      { ...models, ...dictionary() },
    );

    expect(result).toBe("enough");
    expect(models.requests.map(({ tools = [] }) => tools.length)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 0,
    ]);
  });
});

function call(id: string, word: string): SimulatedReply {
  return { calls: [lookUpCall(id, word)] };
}

function lookUpCall(id: string, word: string): { id: string; tool: string; input: unknown } {
  return { id, tool: "lookUp", input: { word } };
}

function noModel(): never {
  throw new Error("no model is asked here");
}
