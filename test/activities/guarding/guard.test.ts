import { array, assert, constantFrom, nat, oneof, property, string } from "fast-check";
import type { NamedGuardrail } from "../../../activities/guarding/check-content.ts";
import { guard, GuardrailError, type Guarding } from "../../../activities/guarding/guard.ts";
import { Placeholders } from "../../../activities/guarding/placeholders.ts";
import { redact, type Span } from "../../../activities/guarding/redact.ts";
import { GuardedConversation, GuardedReply } from "../../../activities/guarding/subjects.ts";
import type { GuardVerdict } from "../../../activities/guarding/verdict.ts";
import type { CallHost } from "../../../activities/watch-call.ts";
import type {
  CheckGuardrail,
  Finding,
  GuardContent,
  GuardPlace,
  Turn,
} from "../../../plugins/contract.ts";
import { inputContent } from "../../../testing/index.ts";

const SECRET = "xyzzy";

/** Finds every "xyzzy". */
function finder(rules: Partial<CheckGuardrail> = {}): CheckGuardrail {
  return { id: "finder", check: findSecrets, ...rules };
}

function findSecrets({ text }: GuardContent): (Finding & Span)[] {
  return [...text.matchAll(/xyzzy/g)].map(({ index }) => ({
    kind: "magic-word",
    severity: "high",
    start: index,
    end: index + SECRET.length,
  }));
}

function hostWith(overrides: Partial<CallHost> = {}): CallHost {
  return {
    cancellation: new AbortController().signal,
    now: () => 0,
    sleep: (_durationMs, signal) =>
      new Promise((_resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    ...overrides,
  };
}

interface Looked {
  readonly turns: readonly Turn[];
  readonly verdicts: readonly GuardVerdict[];
  readonly escalated: readonly GuardrailError[];
  readonly error: unknown;
}

async function look(
  guardrails: Readonly<Record<string, CheckGuardrail>>,
  turns: string | readonly Turn[],
  overrides: Partial<Guarding> = {},
): Promise<Looked> {
  const verdicts: GuardVerdict[] = [];
  const subject = new GuardedConversation(
    typeof turns === "string" ? [{ role: "user", content: turns }] : turns,
  );
  const named = Object.entries(guardrails).map(([name, guardrail]): NamedGuardrail => ({
    name,
    guardrail,
  }));
  let error: unknown;
  let escalated: readonly GuardrailError[] = [];
  try {
    escalated = await guard(subject, {
      guardrails: named,
      context: { step: "draft", model: "a/one" },
      waived: [],
      placeholders: new Placeholders(subject.content().text),
      host: hostWith(),
      record: (verdict) => verdicts.push(verdict),
      details: {},
      ...overrides,
    });
  } catch (caught) {
    error = caught;
  }
  return { turns: subject.turns, verdicts, escalated, error };
}

describe("a guardrail that finds something", () => {
  it("blocks where the user says nothing else, and names itself, the kind and the count", async () => {
    const { error, verdicts } = await look({ magic: finder() }, `${SECRET} and ${SECRET}`);

    expect(error).toBeInstanceOf(GuardrailError);
    expect(error).toMatchObject({
      kind: "guardrail_blocked",
      message: 'guardrail "magic" found 2 × magic-word in the input',
      stop: { guardrail: "magic", direction: "input", action: "block" },
    });
    expect(JSON.stringify([error, verdicts, String(error)])).not.toContain(SECRET);
  });

  it("redacts, and the same text has the same placeholder", async () => {
    const turns: Turn[] = [
      { role: "system", content: `Never say ${SECRET}.` },
      { role: "user", content: `${SECRET}?` },
    ];

    const looked = await look({ magic: finder({ action: "redact" }) }, turns);

    expect(looked.error).toBeUndefined();
    expect(looked.turns).toEqual([
      { role: "system", content: "Never say [MAGIC_WORD_1]." },
      { role: "user", content: "[MAGIC_WORD_1]?" },
    ]);
    expect(looked.verdicts).toEqual([
      {
        guardrail: "magic",
        direction: "input",
        outcome: "found",
        action: "redact",
        findings: [{ kind: "magic-word", count: 2, severity: "high" }],
        durationMs: 0,
      },
    ]);
  });

  it("blocks instead of redacting what is nowhere in particular", async () => {
    const vague = finder({ action: "redact", check: () => [{ kind: "mood", severity: "low" }] });

    const { error } = await look({ vague }, "hello");

    expect(error).toMatchObject({ stop: { action: "block" } });
  });

  it("flags and goes on", async () => {
    const { error, verdicts } = await look({ magic: finder({ action: "flag" }) }, SECRET);

    expect(error).toBeUndefined();
    expect(verdicts).toMatchObject([{ outcome: "found", action: "flag" }]);
  });

  it("goes on where a person has let it pass", async () => {
    const { error, verdicts } = await look({ magic: finder() }, SECRET, { waived: ["magic"] });

    expect(error).toBeUndefined();
    expect(verdicts).toMatchObject([{ outcome: "found", action: "flag", isWaived: true }]);
  });

  it("escalates after the others have looked", async () => {
    const seen: string[] = [];
    const other = finder({
      check: ({ text }) => {
        seen.push(text);
        return [];
      },
    });

    const { escalated } = await look({ magic: finder({ action: "escalate" }), other }, SECRET);

    expect(escalated).toHaveLength(1);
    expect(seen).toEqual([SECRET]);
  });
});

describe("the order of guardrails", () => {
  it("is kept: each sees what the ones before have left", async () => {
    const seen: string[] = [];
    const second: CheckGuardrail = {
      id: "second",
      check: ({ text }) => {
        seen.push(text);
        return [];
      },
    };

    await look({ first: finder({ action: "redact" }), second }, `say ${SECRET}`);

    expect(seen).toEqual(["say [MAGIC_WORD_1]"]);
  });

  it("ends with the first that blocks", async () => {
    const { verdicts } = await look({ first: finder(), second: finder() }, SECRET);

    expect(verdicts.map(({ guardrail }) => guardrail)).toEqual(["first"]);
  });
});

describe("a guardrail that cannot tell", () => {
  const throwing = finder({
    check: () => {
      throw new TypeError(`cannot read ${SECRET}`);
    },
  });
  const broken: Readonly<Record<string, CheckGuardrail>> = {
    throws: throwing,
    rejects: finder({ check: async () => Promise.reject(new Error(SECRET)) }),
    "changes what it is given": finder({
      check: (content) => {
        Object.assign(content, { text: "" });
        return [];
      },
    }),
    ...Object.fromEntries(
      [
        undefined,
        null,
        true,
        {},
        [null],
        [{}],
        [{ kind: "Kind with spaces", severity: "high" }],
        [{ kind: "x", severity: "huge" }],
        [{ kind: "x", severity: "low", start: 0 }],
        [{ kind: "x", severity: "low", start: 2, end: 1 }],
        [{ kind: "x", severity: "low", start: 0, end: 1e9 }],
        [{ kind: "x", severity: "low", start: Number.NaN, end: 1 }],
      ].map((nonsense) => [
        `gives ${JSON.stringify(nonsense)}`,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a plugin in JavaScript may give.
        finder({ check: () => nonsense as never }),
      ]),
    ),
  };

  it.each(Object.entries(broken))("blocks when it %s", async (_how, guardrail) => {
    const { error, verdicts } = await look({ guardrail }, SECRET);

    expect(error).toMatchObject({ kind: "guardrail_blocked", stop: { action: "block" } });
    expect(verdicts).toMatchObject([{ outcome: "failed", action: "block" }]);
    expect(JSON.stringify([error, verdicts, String(error)])).not.toContain(SECRET);
  });

  it("lets pass where the user says so, and is not on record as passed", async () => {
    const { error, verdicts } = await look(
      { guardrail: { ...throwing, onError: "allow" } },
      "hello",
    );

    expect(error).toBeUndefined();
    expect(verdicts).toMatchObject([
      { outcome: "failed", action: "allow", why: 'threw "TypeError"' },
    ]);
  });

  it("blocks when it hangs, once its time is up", async () => {
    const slept: number[] = [];
    const host = hostWith({
      sleep: async (durationMs) => {
        slept.push(durationMs);
      },
    });
    const hangs = finder({ check: () => new Promise(() => {}), timeoutMs: 70 });

    const { error } = await look({ hangs }, "hello", { host });

    expect(error).toMatchObject({ message: expect.stringContaining("took longer than 70 ms") });
    expect(slept).toEqual([70]);
  });

  it("is cut off when the run no longer needs the answer", async () => {
    const cancelled = new Error("cancelled");
    const host = hostWith({ cancellation: AbortSignal.abort(cancelled) });

    const { error } = await look(
      { hangs: finder({ check: () => new Promise(() => {}) }) },
      "hello",
      {
        host,
      },
    );

    expect(error).toBe(cancelled);
  });
});

describe("where a guardrail looks", () => {
  const toolTurns: readonly Turn[] = [
    { role: "system", content: `1 ${SECRET}` },
    {
      role: "user",
      content: [
        { type: "text", text: `2 ${SECRET}` },
        { type: "file", mediaType: "text/plain", bytes: "eHl6enk=", filename: `3 ${SECRET}.txt` },
      ],
    },
    { role: "assistant", toolCalls: [{ id: "1", tool: "find", input: { q: `4 ${SECRET}` } }] },
    {
      role: "tool",
      toolCallId: "1",
      tool: "find",
      output: { [SECRET]: [{ deep: `5 ${SECRET}` }, 7, null, true] },
    },
  ];

  it("is the whole conversation: files' names, tool calls, results, names of members", async () => {
    const { turns } = await look({ magic: finder({ action: "redact" }) }, toolTurns);

    expect(JSON.stringify(turns)).not.toContain(SECRET);
    expect(turns[3]).toEqual({
      role: "tool",
      toolCallId: "1",
      tool: "find",
      output: { "[MAGIC_WORD_1]": [{ deep: "5 [MAGIC_WORD_1]" }, 7, null, true] },
    });
  });

  it.each([
    ["input", 3],
    ["toolCall", 1],
    ["toolResult", 2],
  ] as const)("is only %s where it says so", async (place: GuardPlace, count) => {
    const { verdicts, turns } = await look(
      { magic: finder({ action: "redact", places: [place] }) },
      toolTurns,
    );

    expect(verdicts[0]?.findings).toMatchObject([{ count }]);
    expect(JSON.stringify(turns).split(SECRET)).toHaveLength(6 - count + 1);
  });

  it("finds what is split over messages, and redacts its pieces", async () => {
    const turns: readonly Turn[] = [
      { role: "user", content: "xyz" },
      { role: "user", content: "zy" },
    ];
    const joined = finder({
      action: "redact",
      check: ({ text }) => {
        const start = text.search(/xyz\n?zy/);
        return start < 0 ? [] : [{ kind: "magic-word", severity: "high", start, end: start + 6 }];
      },
    });

    const looked = await look({ joined }, turns);

    expect(looked.turns).toEqual([
      { role: "user", content: "[MAGIC_WORD_1]" },
      { role: "user", content: "[MAGIC_WORD_2]" },
    ]);
  });
});

describe("placeholders", () => {
  it("give the originals back where the user wants it, in values and tool calls", () => {
    const placeholders = new Placeholders("");
    const placeholder = placeholders.put("email", "jo@example.com", true);
    const kept = placeholders.put("secret", "s3", false);
    const reply = new GuardedReply({
      value: { text: `Write to ${placeholder}, not ${kept} or [EMAIL_9].` },
      toolCalls: [{ id: "1", tool: "mail", input: [placeholder] }],
    });

    reply.map((text) => placeholders.restore(text));

    expect(reply.value).toEqual({ text: `Write to jo@example.com, not ${kept} or [EMAIL_9].` });
    expect(reply.toolCalls).toMatchObject([{ input: ["jo@example.com"] }]);
  });

  it("are never texts that somebody has written", () => {
    const placeholders = new Placeholders("What is [EMAIL_1]? And [EMAIL_2]?");

    expect(placeholders.put("email", "jo@example.com", true)).toBe("[EMAIL_3]");
    expect(placeholders.restore("[EMAIL_1]")).toBe("[EMAIL_1]");
  });

  const word = oneof(string(), constantFrom(SECRET, "[MAGIC_WORD_1]", "[MAGIC_WORD_2]", " ", "\n"));

  it("are reversible whatever the text, and redacting again changes nothing", () => {
    assert(
      property(array(word), (words) => {
        const content = inputContent(words.join(""));
        const placeholders = new Placeholders(content.text);

        const [redacted = content.text] = redact(
          content,
          findSecrets(content),
          placeholders,
          true,
        ).values();

        expect(redacted).not.toContain(SECRET);
        expect(placeholders.restore(redacted)).toBe(content.text);
        expect(findSecrets(inputContent(redacted))).toEqual([]);
      }),
    );
  });

  it("leave everything but the findings as it was, whatever overlaps", () => {
    assert(
      property(string({ minLength: 1, maxLength: 20 }), array(nat(50)), (text, numbers) => {
        const content = inputContent(text);
        const found = numbers.flatMap((number, index) => {
          const start = (number * 7 + index) % text.length;
          return [{ kind: "k", start, end: Math.min(text.length, start + 1 + (number % 4)) }];
        });
        const placeholders = new Placeholders(text);

        const [redacted = text] = redact(content, found, placeholders, true).values();

        expect(placeholders.restore(redacted)).toBe(text);
      }),
    );
  });
});
