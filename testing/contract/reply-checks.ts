/** What the contract promises of a call that succeeds: the reply as the model gave it, and everything counted. */

import { deepEqual, equal, ok } from "node:assert/strict";
import type { CallStage, ModelReply, Usage } from "../../plugins/contract.ts";
import type { ContractFeature, ScriptedReply } from "../vendor-fake.ts";
import { check, type ContractCheck } from "./check.ts";
import {
  createContext,
  failureOf,
  generate,
  readStream,
  REPLY,
  requestTo,
  withSubject,
  type ProviderContractOptions,
} from "./subject.ts";

const CALL = { id: "call0x1y2", tool: "find_order", input: { number: 42, urgent: true } };
const OFFER = {
  name: CALL.tool,
  description: "Finds an order.",
  input: { type: "object", properties: { number: { type: "integer" } }, required: ["number"] },
};
const CALLING: ScriptedReply = {
  ...REPLY,
  text: [],
  toolCalls: [CALL],
  finishReason: "tool_calls",
};

export function replyChecks(contract: ProviderContractOptions): readonly ContractCheck[] {
  const whole = (reply: ScriptedReply): Promise<ModelReply> => answerOf(contract, reply);
  const streamed = (reply: ScriptedReply): Promise<ModelReply> => streamOf(contract, reply);
  return [
    ...textChecks(contract, "reply", [], whole),
    ...usageChecks(contract, "reply", [], whole),
    ...textChecks(contract, "streamed reply", ["streaming"], streamed),
    ...usageChecks(contract, "streamed reply", ["streaming", "streamedUsage"], streamed),
    check(contract, "reports the stages of a call in their order", [], () =>
      reportStages(contract),
    ),
  ];
}

type Ask = (reply: ScriptedReply) => Promise<ModelReply>;
type Needs = readonly ContractFeature[];

function textChecks(
  contract: ProviderContractOptions,
  what: string,
  needs: Needs,
  ask: Ask,
): readonly ContractCheck[] {
  return [
    check(contract, `a ${what} has the text of the model`, needs, async () => {
      const { text, finishReason, toolCalls = [] } = await ask(REPLY);
      equal(text, REPLY.text.join(""));
      equal(finishReason, "stop");
      deepEqual(toolCalls, []);
    }),
    check(
      contract,
      `a ${what} has the request id of the vendor`,
      [...needs, "requestId"],
      async () => {
        equal((await ask(REPLY)).requestId, REPLY.requestId);
      },
    ),
    check(contract, `a ${what} has the tool calls of the model`, [...needs, "tools"], async () => {
      const { toolCalls, finishReason } = await ask(CALLING);
      equal(toolCalls?.length, 1, "The call of a tool is lost.");
      equal(toolCalls[0]?.tool, CALL.tool);
      deepEqual(toolCalls[0]?.input, CALL.input);
      ok(toolCalls[0]?.id !== "", "The call of a tool has no id.");
      equal(finishReason, "tool_calls");
    }),
    check(contract, `a ${what} that its limit cut short says so`, needs, async () => {
      equal((await ask({ ...REPLY, finishReason: "length" })).finishReason, "length");
    }),
    check(
      contract,
      `a ${what} that ends for a reason never seen does not pass for whole`,
      needs,
      () => neverSeen(ask({ ...REPLY, finishReason: "never-seen" })),
    ),
  ];
}

function usageChecks(
  contract: ProviderContractOptions,
  what: string,
  needs: Needs,
  ask: Ask,
): readonly ContractCheck[] {
  const { usage } = REPLY;
  const count = async (reply: ScriptedReply): Promise<Usage> => (await ask(reply)).usage;
  const cached = [...needs, "cachedInputTokens"] as const;
  const reasoning = [...needs, "reasoningTokens"] as const;
  return [
    check(contract, `a ${what} has the tokens that the vendor counted`, needs, async () => {
      const { inputTokens, outputTokens } = await count(REPLY);
      equal(inputTokens, usage?.inputTokens, "Input tokens, cached ones included.");
      equal(outputTokens, usage?.outputTokens, "Output tokens, reasoning included.");
    }),
    check(contract, `a ${what} has the cached part of its input`, cached, async () => {
      equal((await count(REPLY)).cachedInputTokens, usage?.cachedInputTokens);
    }),
    check(contract, `a ${what} has the reasoning part of its output`, reasoning, async () => {
      equal((await count(REPLY)).reasoningTokens, usage?.reasoningTokens);
    }),
    check(contract, `a ${what} without counts has none`, [...needs, "missingUsage"], async () => {
      const { inputTokens, outputTokens } = await count({ ...REPLY, usage: undefined });
      const message = "What nobody counted is undefined, not 0.";
      deepEqual([inputTokens, outputTokens], [undefined, undefined], message);
    }),
  ];
}

function answerOf(contract: ProviderContractOptions, reply: ScriptedReply): Promise<ModelReply> {
  const { fake } = contract;
  return withSubject(
    contract,
    (request) => fake.reply(reply, request),
    async (subject) => {
      const answer = await generate(subject, requestTo(fake, offerFor(reply)));
      equal(subject.server.requests.length, 1, "One call is one request.");
      return answer;
    },
  );
}

function streamOf(contract: ProviderContractOptions, reply: ScriptedReply): Promise<ModelReply> {
  const { fake } = contract;
  return withSubject(
    contract,
    (request) => fake.reply(reply, request),
    async (subject) => {
      const { pieces, replies, isOutOfOrder } = await readStream(
        subject,
        requestTo(fake, offerFor(reply)),
      );
      const [last, ...others] = replies;
      ok(last !== undefined && others.length === 0, "A stream ends with exactly one whole reply.");
      ok(!isOutOfOrder, "Text comes after the reply that should be the end.");
      equal(pieces.join(""), last.text, "The pieces of a stream make up the text of its reply.");
      if (reply.text.length > 1) ok(pieces.length > 1, "The stream comes as one block.");
      equal(subject.server.requests.length, 1, "One call is one request.");
      return last;
    },
  );
}

function offerFor({ toolCalls }: ScriptedReply): { readonly tools?: readonly [typeof OFFER] } {
  return toolCalls === undefined ? {} : { tools: [OFFER] };
}

async function reportStages(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  const stages: CallStage[] = [];
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    ({ provider }) =>
      provider.generate(requestTo(fake), createContext(new AbortController().signal, stages)),
  );
  const order = stages.map((stage) => STAGES.indexOf(stage));
  deepEqual(
    order,
    order.toSorted((one, other) => one - other),
    `The stages of one call are reported as ${stages.join(", ")}.`,
  );
}

const STAGES: readonly CallStage[] = ["connecting", "waiting", "receiving"];

/** Either way keeps the promise: a reason that nobody can read is "unknown", which counts as malformed. */
async function neverSeen(call: Promise<ModelReply>): Promise<void> {
  const finishReason = await call.then(
    (reply): string => reply.finishReason,
    async (error: unknown) => (await failureOf(Promise.reject(error))).kind,
  );
  ok(
    finishReason === "unknown" || finishReason === "malformed",
    `A reason that the vendor does not document is "unknown", not "${finishReason}".`,
  );
}
