/** Replies that guardrails look at while they are written. */

import { callProvider, type ModelAccess } from "../../../activities/call-provider.ts";
import type { AttemptReply, AttemptRequest } from "../../../activities/contract.ts";
import { readFailedCall } from "../../../activities/failed-attempt.ts";
import type { GuardVerdict } from "../../../activities/guarding/verdict.ts";
import { createLiveSignals } from "../../../activities/signals/create-live-signals.ts";
import type { CallHost } from "../../../activities/watch-call.ts";
import type { CheckGuardrail, Provider } from "../../../plugins/contract.ts";
import { magicWords } from "../../harness/guarded-world.ts";

const host: CallHost = {
  cancellation: new AbortController().signal,
  now: () => 0,
  sleep: (_durationMs, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
};

const request: AttemptRequest = {
  step: "draft",
  model: "vendor/large",
  messages: [{ role: "user", content: "hi" }],
  output: { type: "string" },
  deadlineMs: 1_000,
  stream: true,
  maxOutputTokens: 100,
  guard: { input: [], output: ["magic"] },
};

/** Writes pieces one by one; counts those that were asked for. */
function writing(pieces: readonly string[]): Provider & { readonly written: string[] } {
  const written: string[] = [];
  return {
    id: "vendor",
    written,
    generate: () => Promise.reject(new Error("it streams")),
    async *stream() {
      for (const piece of pieces) {
        written.push(piece);
        yield { text: piece };
      }
      const usage = { inputTokens: 1, outputTokens: 1 };
      yield { reply: { text: pieces.join(""), finishReason: "stop", usage } };
    },
  };
}

interface Streamed {
  readonly reply: AttemptReply | undefined;
  readonly error: unknown;
  readonly verdicts: readonly GuardVerdict[];
}

async function stream(provider: Provider, magic: CheckGuardrail): Promise<Streamed> {
  const access: ModelAccess = {
    providers: new Map([["vendor", provider]]),
    tools: {},
    live: createLiveSignals({ now: () => 0 }),
    guarding: { guardrails: { magic }, guard: { input: [], output: [] } },
  };
  const verdicts: GuardVerdict[] = [];
  try {
    const wanted = { graph: "support", request, call: 1, idempotencyKey: "0".repeat(64), verdicts };
    return { reply: await callProvider(wanted, access, host), error: undefined, verdicts };
  } catch (error) {
    return { reply: undefined, error, verdicts };
  }
}

const filler = "word ".repeat(60);

describe("a reply that is streamed", () => {
  it("is ended as soon as a guardrail with a window finds what it blocks", async () => {
    const provider = writing([filler, "xyzzy", filler, filler, filler]);

    const { error, verdicts } = await stream(provider, magicWords({ windowChars: 10 }));

    expect(provider.written.length).toBeLessThan(5);
    expect(error).toMatchObject({ kind: "guardrail_blocked", stop: { action: "block" } });
    expect(verdicts).toMatchObject([{ outcome: "found", findings: [{ count: 1 }] }]);
    const failed = readFailedCall(error, {
      request,
      durationMs: 0,
      tries: { calls: 1, waits: 0 },
      verdicts,
    });
    // Nobody counted what was written until then.
    expect(failed.details).toMatchObject({ mayBeBilled: true, outputTokens: 100 });
  });

  it("finds what is split between two looks", async () => {
    const provider = writing([`${filler}xyz`, `zy${filler}`, filler]);

    const { error } = await stream(provider, magicWords({ windowChars: 10 }));

    expect(error).toMatchObject({ kind: "guardrail_blocked" });
    expect(provider.written).toHaveLength(2);
  });

  it.each([
    ["has no window", magicWords()],
    ["redacts", magicWords({ windowChars: 10, action: "redact" })],
    ["flags", magicWords({ windowChars: 10, action: "flag" })],
  ])("is looked at once it is whole where the guardrail %s", async (_how, magic) => {
    const provider = writing([filler, "xyzzy", filler, filler]);

    const { verdicts } = await stream(provider, magic);

    expect(provider.written).toHaveLength(4);
    expect(verdicts).toMatchObject([{ outcome: "found", findings: [{ count: 1 }] }]);
  });

  it("has one verdict when nothing is found, however often it was looked at", async () => {
    const { reply, verdicts } = await stream(
      writing(Array.from({ length: 9 }, () => filler)),
      magicWords({ windowChars: 10 }),
    );

    expect(reply?.guards).toMatchObject([{ guardrail: "magic", outcome: "passed" }]);
    expect(verdicts).toHaveLength(1);
  });
});
