/** Records a provider's exchanges, and plays them back without it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
} from "../../../plugins/contract.ts";
import { recorded, type RecordedOptions } from "../../../plugins/providers/recorded.ts";
import { simulated, type SimulatedReply } from "../../../plugins/providers/simulated.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "signalbox-recorded-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface CountingProvider extends Provider {
  calls: number;
}

/** A provider that counts how often it is asked. */
function counting(replies: SimulatedReply | readonly SimulatedReply[]): CountingProvider {
  const real = simulated({
    replies: () => replies,
    models: { large: { capabilities: { jsonSchema: true } } },
  });
  return {
    ...real,
    id: "vendor",
    calls: 0,
    generate(request, context) {
      this.calls += 1;
      return real.generate(request, context);
    },
  };
}

function contextOf({
  step = "draft",
  call = 1,
  signal = new AbortController().signal,
}: Partial<CallContext>): CallContext {
  return {
    step,
    call,
    idempotencyKey: "0".repeat(64),
    signal,
    reportProgress: () => {},
    sleep: async () => {},
  };
}

function requestOf(content: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: "large", messages: [{ role: "user", content }], ...more };
}

function ask(
  provider: Provider,
  request: ModelRequest,
  context: Partial<CallContext> = {},
): Promise<ModelReply> {
  return provider.generate(request, contextOf(context));
}

async function failureOf(reply: Promise<unknown>): Promise<ProviderError> {
  const error = await reply.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`Expected a ProviderError, got ${inspect(error)}`);
}

function record(real: Provider, options: Partial<RecordedOptions> = {}): Provider {
  return recorded({ directory, mode: "record", provider: real, ...options });
}

function replay(options: Partial<RecordedOptions> = {}): Provider {
  return recorded({ directory, ...options });
}

function filesThere(): readonly string[] {
  return readdirSync(directory).toSorted();
}

function contentThere(): string {
  return filesThere()
    .map((name) => readFileSync(join(directory, name), "utf8"))
    .join("\n");
}

const ANSWER = {
  text: "Freeze it.",
  usage: { inputTokens: 9, outputTokens: 3 },
  costUsd: 0.01,
  requestId: "req-1",
  metadata: { region: "eu" },
} as const;

describe("a recording", () => {
  it("is played back as the provider answered, without the provider", async () => {
    const live = await ask(record(counting(ANSWER)), requestOf("I lost my card"));

    const played = await ask(replay(), requestOf("I lost my card"));

    expect(played).toEqual(live);
    expect(replay().id).toBe("vendor");
  });

  it("is made once", async () => {
    const real = counting(ANSWER);
    const provider = record(real);

    await ask(provider, requestOf("I lost my card"));
    await ask(provider, requestOf("I lost my card"));
    await ask(record(real), requestOf("I lost my card"));

    expect(real.calls).toBe(1);
    expect(filesThere()).toHaveLength(1);
  });

  it("is a file to read: named after model and step, the same bytes each time", async () => {
    await ask(record(counting(ANSWER)), requestOf("I lost my card"));
    const [name = ""] = filesThere();
    const first = contentThere();
    rmSync(join(directory, name));
    await ask(record(counting(ANSWER)), requestOf("I lost my card"));

    expect(name).toMatch(/^large\.draft\.[0-9a-f]{16}\.1\.json$/);
    expect(contentThere()).toBe(first);
    expect(first).toMatch(/^\{\n  "format": "signalbox\.recording\/1",\n  "provider": "vendor",\n/);
    expect(first.endsWith("}\n")).toBe(true);
  });

  it("is found whatever the order of keys, and whichever step asks", async () => {
    const outputSchema = { type: "object", properties: { a: { type: "string" } } };
    await ask(
      record(counting(ANSWER)),
      requestOf("Hi", { outputSchema, sampling: { seed: 1, topP: 1 } }),
    );
    const shuffled = { properties: { a: { type: "string" } }, type: "object" };

    const played = await ask(
      replay(),
      requestOf("Hi", { sampling: { topP: 1, seed: 1 }, outputSchema: shuffled, tools: undefined }),
      { step: "review" },
    );

    expect(played.text).toBe("Freeze it.");
  });

  it("of a failure fails the same way, and of its retry answers", async () => {
    const failing = {
      fail: "rate_limited",
      httpStatus: 429,
      retryAfterMs: 70,
      usage: { inputTokens: 2 },
    } as const;
    const provider = record(counting([failing, ANSWER]));
    await failureOf(ask(provider, requestOf("Hi")));
    await ask(provider, requestOf("Hi"), { call: 2 });

    const first = await failureOf(ask(replay(), requestOf("Hi")));
    const second = await ask(replay(), requestOf("Hi"), { call: 2 });
    const third = await ask(replay(), requestOf("Hi"), { call: 3 });

    expect(first).toMatchObject({
      kind: "rate_limited",
      details: { httpStatus: 429, retryAfterMs: 70, usage: { inputTokens: 2 } },
    });
    expect([second.text, third.text]).toEqual(["Freeze it.", "Freeze it."]);
  });

  it("is not made of a call that the host ended", async () => {
    const signal = AbortSignal.abort(new ProviderError("timeout", "too late"));

    await failureOf(ask(record(counting({ fail: "timeout" })), requestOf("Hi"), { signal }));

    expect(filesThere()).toEqual([]);
  });

  it("keeps what was known of the model, which decides how it is asked", async () => {
    await ask(record(counting(ANSWER)), requestOf("Hi"));

    expect(replay().describeModel?.("large")).toEqual({ capabilities: { jsonSchema: true } });
    expect(replay().describeModel?.("other")).toBeUndefined();
  });

  it("is streamed in words, ending with the whole reply", async () => {
    await ask(record(counting(ANSWER)), requestOf("Hi"));
    const parts: StreamPart[] = [];

    for await (const part of replay().stream?.(requestOf("Hi"), contextOf({})) ?? [])
      parts.push(part);

    expect(parts.slice(0, 2)).toEqual([{ text: "Freeze" }, { text: " it." }]);
    expect(parts[2]).toMatchObject({ reply: { text: "Freeze it." } });
  });
});

function ofFile(bytes: string): ModelRequest {
  return {
    model: "large",
    messages: [
      { role: "user", content: [{ type: "file", mediaType: "text/plain", bytes }] },
      {
        role: "user",
        content: [
          { type: "image", mediaType: "image/png", url: "https://x.example/a.png?sig=s3cret" },
        ],
      },
    ],
  };
}

function redactBo(text: string): string {
  return text.replaceAll(/\bBo\b/g, "NAME");
}

describe("what is recorded", () => {
  const secrets = [
    "jane.doe@bank.example.org",
    "sk-proj-abcDEF123456",
    "AKIAIOSFODNN7EXAMPLE",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "+49 170 1234567",
    "(030) 123 456 78",
    "415-555-2671",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "Bearer abcdefgh12345678",
    "0123456789abcdef0123456789abcdef01234567",
  ];
  const prompt = `Canary: ${secrets.join(", ")}`;

  it.each(secrets)("has no %s in it, neither asked nor answered", async (secret) => {
    const real = counting({
      value: { told: `It is ${secret}.`, list: [secret] },
      metadata: { from: secret },
    });

    await ask(
      record(real),
      requestOf(`Mine is ${secret}, ok?`, { outputSchema: { type: "object" } }),
    );

    const bare = secret.replace("Bearer ", "");
    expect(contentThere()).not.toContain(bare);
  });

  it("keeps dates, amounts, times, UUIDs and short numbers", async () => {
    const text =
      "On 2025-11-25 at 13:30:00 I paid 1,234.56 EUR, order 4711, id 3f2504e0-4f89-41d3-9a0c-0305e82c3301, v1.2.3.";

    await ask(record(counting({ text })), requestOf(text));

    expect(contentThere().split(text)).toHaveLength(3);
  });

  it("is found by the same request with the data still in it, and by one with other data of the kind", async () => {
    await ask(record(counting(ANSWER)), requestOf(prompt));

    expect((await ask(replay(), requestOf(prompt))).text).toBe("Freeze it.");
    const other = prompt.replace("jane.doe@bank.example.org", "bo@example.net");
    expect((await ask(replay(), requestOf(other))).text).toBe("Freeze it.");
  });

  it("keeps replies in JSON valid, card numbers among the numbers too", async () => {
    const value = {
      email: "jane@doe.example.com",
      card: 4_111_111_111_111_111,
      atMs: 1_764_072_000_001,
    };

    await ask(record(counting({ value })), requestOf("Hi", { outputSchema: { type: "object" } }));
    const { text } = await ask(replay(), requestOf("Hi", { outputSchema: { type: "object" } }));

    expect(JSON.parse(text)).toEqual({
      email: "person@example.com",
      card: 0,
      atMs: 1_764_072_000_001,
    });
  });

  it("has no file in it, and tells files apart", async () => {
    const secret = Buffer.from("my secret file").toString("base64");

    await ask(record(counting(ANSWER)), ofFile(secret));

    expect(contentThere()).not.toContain(secret);
    expect(contentThere()).not.toContain("s3cret");
    expect((await ask(replay(), ofFile(secret))).text).toBe("Freeze it.");
    await expect(ask(replay(), ofFile("b3RoZXI="))).rejects.toMatchObject({ kind: "not_found" });
  });

  it("is what the hook leaves of it", async () => {
    const calls = [{ id: "Bo-1", tool: "find", input: { who: "Bo" } }];

    await ask(record(counting({ calls }), { redact: redactBo }), requestOf("I am Bo"));

    expect(contentThere()).not.toContain(`"Bo"`);
    expect(contentThere()).toContain("I am NAME");
    const { toolCalls } = await ask(replay({ redact: redactBo }), requestOf("I am Bo"));
    expect(toolCalls).toEqual([{ id: "Bo-1", tool: "find", input: { who: "NAME" } }]);
  });
});

describe("a request that is not recorded", () => {
  it("fails and names the nearest recording and where it differs, without quoting either", async () => {
    const provider = record(counting(ANSWER));
    await ask(provider, requestOf("canary one, which is about cards", { sampling: { seed: 1 } }));
    await ask(provider, requestOf("Something else altogether", { sampling: { seed: 9 } }));
    const nearest = filesThere().find((name) =>
      readFileSync(join(directory, name), "utf8").includes("about cards"),
    );

    const error = await failureOf(
      ask(replay(), requestOf("canary one, which is about cash", { sampling: { seed: 2 } })),
    );

    expect(error.kind).toBe("not_found");
    expect(error.message).toContain(`step "draft" to "large"`);
    expect(error.message).toContain(`The nearest is "${nearest}"`);
    expect(error.message).toContain(
      `"messages[0].content" differs from character 30 on (32 characters there, 31 now)`,
    );
    expect(error.message).toContain(`"sampling.seed" is another`);
    expect(inspect(error, { depth: Infinity })).not.toContain("canary");
  });

  it("says when nothing is recorded at all", async () => {
    const error = await failureOf(ask(replay({ id: "vendor" }), requestOf("Hi")));

    expect(error.message).toContain("There are no recordings");
  });

  it("is not asked of the provider in replay", async () => {
    const real = counting(ANSWER);

    await failureOf(ask(replay({ provider: real }), requestOf("Hi")));

    expect(real.calls).toBe(0);
  });
});

describe("the options of the recorded provider", () => {
  it.each<[string, Partial<RecordedOptions>, string]>([
    ["recording without a provider", { mode: "record", id: "vendor" }, `"provider"`],
    ["an empty folder and no id", {}, "has no recordings"],
  ])("are refused with %s", (_name, options, named) => {
    const make = (): Provider => replay(options);

    expect(make).toThrow(PluginError);
    expect(make).toThrow(named);
  });

  it.each([
    ["no JSON", "canary", "it is no JSON"],
    ["another format", '{"format":"canary/2"}', "format"],
    [
      "neither reply nor failure",
      '{"format":"signalbox.recording/1","provider":"v","step":"s","call":1,"request":{"model":"m","messages":[]}}',
      `either "reply" or "failure"`,
    ],
  ])("are refused with a recording that is %s", (_name, content, why) => {
    writeFileSync(join(directory, "bad.json"), content);

    expect(replay).toThrow(PluginError);
    expect(replay).toThrow(why);
    expect(replay).not.toThrow("canary");
  });

  it("are refused with recordings of several providers and no id", async () => {
    await ask(record(counting(ANSWER)), requestOf("Hi"));
    await ask(record(counting(ANSWER), { id: "other" }), requestOf("Hi"));

    expect(replay).toThrow("several providers: vendor, other");
    expect((await ask(replay({ id: "other" }), requestOf("Hi"))).text).toBe("Freeze it.");
  });
});
