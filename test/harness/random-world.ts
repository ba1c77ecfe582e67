/** Models and a tool that succeed, fail and stall by a seed: the same on every host and in every order of calls. */

import { FAILURE_KINDS, type FailureKind } from "../../graph/failure-kinds.ts";
import {
  ProviderError,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type ToolCall,
} from "../../plugins/contract.ts";
import { defineConfig, defineTool } from "../../worker/config.ts";
import { findAccount } from "../fixtures/every-verb.ts";
import { digest, textOf } from "./random-graph.ts";

/** `"flaky"`: only the first of all calls of a conversation fails. */
export type Behaviour = "good" | "flaky" | "stall" | FailureKind;

/** How a model behaves in one step, all along. */
export function behaviourOf(seed: number, step: string, model: string): Behaviour {
  const chance = digest(`${seed} ${step} ${model}`);
  const percent = chance % 100;
  if (percent < 70) return "good";
  if (percent < 78) return "flaky";
  if (percent < 83) return "stall";
  return FAILURE_KINDS[Math.floor(chance / 100) % FAILURE_KINDS.length] ?? "good";
}

/** What a model says to a conversation: an answer, or a tool that it wants called first. */
export function replyTo(request: ModelRequest): { value: unknown } | { call: ToolCall } {
  const { messages, outputSchema, tools = [] } = request;
  const heard = digest(textOf(messages));
  const answers = messages.filter(({ role }) => role === "tool").length;
  if (tools.length > 0 && answers <= digest(textOf(messages.slice(0, 1))) % 3) {
    const call = { id: `call-${answers}`, tool: "findAccount", input: { customer: `${heard}` } };
    return { call };
  }
  const said = `${request.model}:${heard}`;
  if (outputSchema === undefined) return { value: said };
  const { properties = {} } = outputSchema;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON Schema's.
  return { value: "good" in (properties as object) ? { good: heard % 2 === 0 } : { said } };
}

/** What the tool gives; some customers it never finds. */
export function balanceOf(customer: string): number | undefined {
  const chance = digest(customer);
  return chance % 9 === 0 ? undefined : chance % 1_000;
}

/** A call of a model that was made. */
export interface LoggedCall {
  readonly step: string;
  readonly what: "begin" | "end";
}

/** A configuration for random graphs. `log` is told of every call of a model, in order. */
export function randomConfig(seed: number, log: (call: LoggedCall) => void = () => {}) {
  return defineConfig({
    providers: [randomProvider(seed, log)],
    models: { small: ["random/a"], writer: ["random/b", "random/c"] },
    prices: {
      "random/a": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
      "random/c": { inputUsdPerMTok: 3, outputUsdPerMTok: 4 },
    },
    tools: {
      findAccount: defineTool({
        ...findAccount,
        run: async ({ customer }) => {
          const balance = balanceOf(customer);
          if (balance === undefined) throw new Error("no such customer");
          return { balance };
        },
      }),
    },
  });
}

const FOREVER_MS = 2 ** 31 - 1;
const LONGEST_CALL_MS = 20;

function randomProvider(seed: number, log: (call: LoggedCall) => void): Provider {
  const hasFailed = new Set<string>();
  return {
    id: "random",
    async generate(request, context) {
      const { model } = request;
      const { step } = context;
      log({ step, what: "begin" });
      try {
        const behaviour = behaviourOf(seed, step, model);
        await context.sleep(
          behaviour === "stall" ? FOREVER_MS : digest(`${step} ${seed}`) % LONGEST_CALL_MS,
        );
        if (behaviour === "good") return answer(request);
        if (behaviour === "stall") throw new ProviderError("timeout", "woken up");
        if (behaviour !== "flaky") throw new ProviderError(behaviour, "as the seed says");
        const call = textOf([step, model, request.messages[0]]);
        if (hasFailed.has(call)) return answer(request);
        hasFailed.add(call);
        throw new ProviderError("overloaded", "the first time");
      } finally {
        log({ step, what: "end" });
      }
    },
  };
}

function answer(request: ModelRequest): ModelReply {
  const reply = replyTo(request);
  const heard = textOf(request.messages);
  const usage = { inputTokens: heard.length, outputTokens: wordsOf(request, digest(heard)) };
  if ("call" in reply) {
    return { text: "", toolCalls: [reply.call], finishReason: "tool_calls", usage };
  }
  const { value } = reply;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { text, finishReason: "stop", usage };
}

const FEW_TOKENS = 7;

/** How much it writes: little, or every second time all that it may. */
function wordsOf({ maxOutputTokens = FEW_TOKENS }: ModelRequest, chance: number): number {
  return chance % 2 === 0 ? maxOutputTokens : Math.min(FEW_TOKENS, maxOutputTokens);
}
