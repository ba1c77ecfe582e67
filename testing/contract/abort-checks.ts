/** What the contract promises of a call that nobody waits for any more: it is over at once, here and at the vendor. */

import { equal, ok } from "node:assert/strict";
import { ProviderError, type CallContext, type ModelRequest } from "../../plugins/contract.ts";
import type { WireRequest } from "../vendor-fake.ts";
import { check, type ContractCheck } from "./check.ts";
import {
  createContext,
  exhaust,
  failureOf,
  openStream,
  promptly,
  REPLY,
  requestTo,
  withSubject,
  type ProviderContractOptions,
  type Subject,
} from "./subject.ts";
import type { NoAnswer, ServedAnswer } from "./wire-server.ts";

type Answer = (request: WireRequest) => ServedAnswer | NoAnswer;
type Call = (subject: Subject, request: ModelRequest, context: CallContext) => Promise<unknown>;

const silence: Answer = () => ({ silent: "hang" });
const whole: Call = ({ provider }, request, context) => provider.generate(request, context);
const streamed: Call = ({ provider }, request, context) =>
  exhaust(openStream(provider, request, context));

export function abortChecks(contract: ProviderContractOptions): readonly ContractCheck[] {
  const { fake } = contract;
  const half: Answer = (request) => {
    const { body, ...rest } = fake.reply(REPLY, request);
    return { ...rest, body: body.slice(0, 1), ending: "hang" };
  };
  return [
    check(contract, "a deadline ends a call that has no answer yet", [], () =>
      aborted(contract, silence, whole),
    ),
    check(contract, "a deadline ends a call whose answer stalls", [], () =>
      aborted(contract, half, whole),
    ),
    check(contract, "a deadline ends a stream that has no answer yet", ["streaming"], () =>
      aborted(contract, silence, streamed),
    ),
    check(contract, "a deadline ends a stream that stalls", ["streaming"], () => stalled(contract)),
    check(contract, "a call whose signal is aborted before it begins sends nothing", [], () =>
      abortedBefore(contract),
    ),
    check(contract, "a stream that its reader leaves closes its connection", ["streaming"], () =>
      left(contract),
    ),
  ];
}

function createDeadline(): AbortController {
  return new AbortController();
}

function expire(deadline: AbortController): void {
  deadline.abort(new ProviderError("timeout", "no complete answer in time"));
}

async function aborted(
  contract: ProviderContractOptions,
  answer: Answer,
  call: Call,
): Promise<void> {
  await withSubject(contract, answer, async (subject) => {
    const deadline = createDeadline();
    const context = createContext(deadline.signal);
    const failure = failureOf(call(subject, requestTo(contract.fake), context));
    const { disconnected } = await Promise.race([
      subject.server.firstRequest(),
      failure.then((error) => {
        throw error;
      }),
    ]);
    expire(deadline);
    await isOver(failure, disconnected);
  });
}

async function stalled(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => withoutEnd(contract, request),
    async ({ provider, server }) => {
      const deadline = createDeadline();
      const parts = openStream(provider, requestTo(fake), createContext(deadline.signal));
      const first = await promptly(parts.next(), "The first piece of a stream");
      ok(first.done !== true && "text" in first.value, "A piece of text is kept back.");
      const { disconnected } = await server.firstRequest();
      const failure = failureOf(exhaust(parts));
      expire(deadline);
      await isOver(failure, disconnected);
    },
  );
}

async function isOver(failure: Promise<ProviderError>, disconnected: Promise<void>): Promise<void> {
  const error = await promptly(failure, "A call after its signal was aborted");
  equal(error.kind, "timeout");
  await promptly(disconnected, "The connection of an aborted call");
}

async function abortedBefore(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async (subject) => {
      const deadline = createDeadline();
      expire(deadline);
      const call = whole(subject, requestTo(fake), createContext(deadline.signal));
      equal((await promptly(failureOf(call), "A call with an aborted signal")).kind, "timeout");
      equal(subject.server.requests.length, 0);
    },
  );
}

async function left(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => withoutEnd(contract, request),
    async ({ provider, server }) => {
      const parts = openStream(provider, requestTo(fake), createContext());
      const first = await promptly(parts.next(), "The first piece of a stream");
      ok(first.done !== true && "text" in first.value, "A piece of text is kept back.");
      await promptly(Promise.resolve(parts.return?.()), "A stream that its reader leaves");
      const { disconnected } = await server.firstRequest();
      await promptly(disconnected, "The connection of a stream that nobody reads");
    },
  );
}

/** All of a stream but its last chunk, and then silence. */
function withoutEnd({ fake }: ProviderContractOptions, request: WireRequest): ServedAnswer {
  const { body, ...rest } = fake.reply(REPLY, request);
  return { ...rest, body: body.slice(0, -1), ending: "hang" };
}
