import { ProviderError, type CallContext, type ModelReply } from "../../plugins/contract.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { startFakeOpenAI } from "../harness/fake-openai.ts";
import { FAULT_REPLY, type Fault } from "../harness/faults.ts";
import { PLAIN_FAULTS } from "../harness/plain-faults.ts";
import { closedPort } from "../harness/scripted-server.ts";
import { STREAM_FAULTS } from "../harness/stream-faults.ts";

const REQUEST = {
  model: "faulty",
  messages: [{ role: "user", content: "My card is gone. What now?" }],
} as const;

/** The host's part: what falls short of a reply is a failure of its kind. */
const KINDS = {
  stop: "reply",
  tool_calls: "reply",
  length: "invalid_output",
  content_filter: "content_filtered",
  refusal: "refused",
  unknown: "malformed",
} as const satisfies Record<ModelReply["finishReason"], Fault["expected"]>;

type Call = (baseURL: string, context: CallContext) => Promise<ModelReply>;

const generate: Call = async (baseURL, context) => {
  const provider = openaiCompatible({ id: "faulty", baseURL });
  try {
    return await provider.generate(REQUEST, context);
  } finally {
    await provider.close?.();
  }
};

const stream: Call = async (baseURL, context) => {
  const provider = openaiCompatible({ id: "faulty", baseURL });
  try {
    let reply: ModelReply | undefined;
    for await (const part of provider.stream!(REQUEST, context)) {
      if ("reply" in part) reply = part.reply;
    }
    return reply!;
  } finally {
    await provider.close?.();
  }
};

async function outcomeOf({ wire, needsDeadline }: Fault, call: Call): Promise<unknown> {
  const server = await startFakeOpenAI(() => (wire === "refused" ? { raw: "" } : { wire }));
  const baseURL = wire === "refused" ? `http://127.0.0.1:${await closedPort()}/v1` : server.url;
  const deadline = new AbortController();
  const timeout = new ProviderError("timeout", "no complete answer in time");
  const timer = setTimeout(() => deadline.abort(timeout), needsDeadline === true ? 300 : 20_000);
  const context: CallContext = {
    step: "draft",
    call: 1,
    idempotencyKey: "0".repeat(64),
    signal: deadline.signal,
    reportProgress: () => {},
    sleep: async () => {},
  };
  try {
    const { finishReason, text } = await call(baseURL, context);
    return finishReason === "stop" && text !== FAULT_REPLY ? `"${text}"` : KINDS[finishReason];
  } catch (error) {
    return error instanceof ProviderError ? error.kind : error;
  } finally {
    clearTimeout(timer);
    await server.stop();
  }
}

it("knows as many faults as the peers were measured with", () => {
  expect(PLAIN_FAULTS.length).toBeGreaterThanOrEqual(27);
  expect(STREAM_FAULTS.length).toBeGreaterThanOrEqual(21);
});

describe("for a plain reply, an upstream that", () => {
  it.each(PLAIN_FAULTS)("$name: $expected", async (fault) => {
    expect(await outcomeOf(fault, generate)).toBe(fault.expected);
  });
});

describe("for a streamed reply, an upstream that", () => {
  it.each(STREAM_FAULTS)("$name: $expected", async (fault) => {
    expect(await outcomeOf(fault, stream)).toBe(fault.expected);
  });
});
