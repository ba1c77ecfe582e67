import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { FAILURE_KINDS } from "../../graph/failure-kinds.ts";
import {
  PluginError,
  ProviderError,
  type ModelReply,
  type ModelRequest,
  type Provider,
} from "../../plugins/contract.ts";
import {
  simulated,
  type SimulatedCall,
  type SimulatedReply,
} from "../../plugins/providers/simulated.ts";

const JSON_SCHEMA = { type: "object" };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-simulated-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeReplies(content: string): Promise<string> {
  const file = join(folder, "replies.json");
  await writeFile(file, content);
  return file;
}

async function fromFile(rules: unknown): Promise<Provider> {
  return simulated({ replies: await writeReplies(JSON.stringify(rules)) });
}

interface Call extends Partial<ModelRequest> {
  readonly step?: string;
  readonly signal?: AbortSignal;
}

function call(
  provider: Provider,
  { step = "draft", signal = new AbortController().signal, ...request }: Call = {},
): Promise<ModelReply> {
  return provider.generate(
    { model: "large", messages: [{ role: "user", content: "Hello" }], ...request },
    {
      step,
      call: 1,
      idempotencyKey: "0".repeat(64),
      signal,
      reportProgress: () => {},
      sleep: () => untilAborted(signal),
    },
  );
}

/** A clock that stands still: a sleep ends only with the call. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function always(reply: SimulatedReply): Provider {
  return simulated({ replies: () => reply });
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("the simulated provider", () => {
  it("is always called simulated", async () => {
    const providers = [always({ value: 1 }), await fromFile([])];

    expect(providers.map(({ id }) => id)).toEqual(["simulated", "simulated"]);
  });

  it("gives the same answer to the same call", async () => {
    const provider = always({ value: { kind: "card" } });

    const replies = await Promise.all([
      call(provider, { outputSchema: JSON_SCHEMA }),
      call(provider, { outputSchema: JSON_SCHEMA }),
    ]);

    expect(replies[0]).toEqual(replies[1]);
  });

  it("counts tokens with the tokenizer of OpenAI's newer models", async () => {
    const provider = always({ text: "Freeze the card, please." });

    const { usage } = await call(provider, {
      messages: [{ role: "user", content: "I lost my card" }],
    });

    expect(usage).toEqual({ inputTokens: 4, outputTokens: 6 });
  });
});

describe("a function of replies", () => {
  it("is asked with step, model, all messages and the number of the call", async () => {
    const calls: SimulatedCall[] = [];
    const provider = simulated({
      replies: (simulatedCall) => {
        calls.push(simulatedCall);
        return { value: "fine" };
      },
    });

    await call(provider, {
      step: "triage",
      model: "small",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
    });

    expect(calls).toEqual([{ step: "triage", model: "small", prompt: "Be brief.\nHi", call: 1 }]);
  });

  it.each<[string, unknown, string]>([
    ["an object", { kind: "card" }, '{"kind":"card"}'],
    ["a list", [1, 2], "[1,2]"],
    ["a string", "card", '"card"'],
    ["a number", 7, "7"],
    ["null", null, "null"],
  ])("writes %s as JSON where a schema is asked for", async (_name, value, expected) => {
    const { text, finishReason } = await call(always({ value }), { outputSchema: JSON_SCHEMA });

    expect(text).toBe(expected);
    expect(finishReason).toBe("stop");
  });

  it.each<[string, unknown, string]>([
    ["a string", "Hello there", "Hello there"],
    ["a number", 7, "7"],
    ["an object", { kind: "card" }, '{"kind":"card"}'],
  ])("writes %s as plain text where none is", async (_name, value, expected) => {
    const { text } = await call(always({ value }));

    expect(text).toBe(expected);
  });

  it.each(["", "no JSON", '{"kind":', " \n"])(
    "gives bad text word for word: %j",
    async (badText) => {
      const { text } = await call(always({ text: badText }), { outputSchema: JSON_SCHEMA });

      expect(text).toBe(badText);
    },
  );
});

describe("a failure", () => {
  it.each(FAILURE_KINDS)("can be %s", async (kind) => {
    const reply = call(always({ fail: kind }));

    await expect(reply).rejects.toBeInstanceOf(ProviderError);
    await expect(reply).rejects.toMatchObject({ kind });
  });

  it("carries its HTTP status", async () => {
    const reply = call(always({ fail: "overloaded", httpStatus: 529 }));

    await expect(reply).rejects.toMatchObject({ kind: "overloaded", details: { httpStatus: 529 } });
  });
});

describe("a stall", () => {
  it("lasts until the call is aborted", async () => {
    const controller = new AbortController();
    const reply = call(always({ stall: true }), { signal: controller.signal });

    const first = await Promise.race([reply, setImmediate("still waiting")]);
    controller.abort(new Error("deadline"));

    expect(first).toBe("still waiting");
    await expect(reply).rejects.toThrow("deadline");
  });

  it("ends at once when the call is aborted already", async () => {
    const signal = AbortSignal.abort(new Error("cancelled"));

    const reply = call(always({ stall: true }), { signal });

    await expect(reply).rejects.toThrow("cancelled");
  });
});

describe("a file of replies", () => {
  const rules = [
    { step: "draft", model: "large", reply: { text: "draft by large" } },
    { step: "draft", reply: { text: "draft by any" } },
    { model: "large", reply: { text: "any by large" } },
    { step: "draft", reply: { text: "never reached" } },
  ];

  it.each([
    ["draft", "large", "draft by large"],
    ["draft", "small", "draft by any"],
    ["review", "large", "any by large"],
  ])("answers step %s of model %s with the first rule that matches", async (step, model, text) => {
    const provider = await fromFile(rules);

    const reply = await call(provider, { step, model });

    expect(reply.text).toBe(text);
  });

  it("answers every call with a rule that names neither step nor model", async () => {
    const provider = await fromFile([{ reply: { text: "anything" } }]);

    const reply = await call(provider, { step: "review", model: "small" });

    expect(reply.text).toBe("anything");
  });

  it("knows no answer where no rule matches", async () => {
    const provider = await fromFile(rules);

    const reply = call(provider, { step: "review", model: "small" });

    await expect(reply).rejects.toMatchObject({
      name: "ProviderError",
      kind: "not_found",
      message: 'no simulated reply for step "review" and model "small"',
    });
  });

  it("can hold values, failures and stalls", async () => {
    const provider = await fromFile([
      { step: "value", reply: { value: { fit: true } } },
      { step: "fail", reply: { fail: "rate_limited", httpStatus: 429 } },
      { step: "stall", reply: { stall: true } },
    ]);

    const value = call(provider, { step: "value", outputSchema: JSON_SCHEMA });
    const failure = call(provider, { step: "fail" });
    const stall = call(provider, { step: "stall", signal: AbortSignal.abort(new Error("late")) });

    await expect(value).resolves.toMatchObject({ text: '{"fit":true}' });
    await expect(failure).rejects.toMatchObject({ kind: "rate_limited" });
    await expect(stall).rejects.toThrow("late");
  });

  it("is refused by name when it is missing", () => {
    const file = join(folder, "missing.json");

    const error = errorOf(() => simulated({ replies: file }));

    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({
      code: "PLUGIN_INVALID_OPTIONS",
      message: expect.stringContaining(`"${file}"`),
      cause: expect.objectContaining({ code: "ENOENT" }),
    });
  });

  it.each([
    ["empty", ""],
    ["not JSON", "draft: hello"],
    ["no list", '{"reply":{"text":"hi"}}'],
    ["a rule without a reply", '[{"step":"draft"}]'],
    ["a misspelt key", '[{"stepp":"draft","reply":{"text":"hi"}}]'],
    ["a reply of no known form", '[{"reply":{"txt":"hi"}}]'],
    ["a reply of two forms", '[{"reply":{"text":"hi","stall":true}}]'],
    ["a failure without a kind", '[{"reply":{"fail":true}}]'],
    ["a failure of no known kind", '[{"reply":{"fail":"tired"}}]'],
    ["a stall that is none", '[{"reply":{"stall":false}}]'],
    ["an empty list of replies", '[{"reply":[]}]'],
  ])("is refused by name when it is %s", async (_name, content) => {
    const file = await writeReplies(content);

    const error = errorOf(() => simulated({ replies: file }));

    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({
      code: "PLUGIN_INVALID_OPTIONS",
      message: expect.stringContaining(`"${file}"`),
    });
  });
});
