/** What the contract promises of a provider as a whole: its name, what it knows, and that it leaves nothing behind. */

import { equal, match, ok } from "node:assert/strict";
import { ProviderError } from "../../plugins/contract.ts";
import { check, type ContractCheck } from "./check.ts";
import {
  connectionTo,
  failureOf,
  generate,
  promptly,
  REPLY,
  requestTo,
  withSubject,
  type ProviderContractOptions,
} from "./subject.ts";
import { refusingOrigin } from "./wire-server.ts";

export function lifecycleChecks(contract: ProviderContractOptions): readonly ContractCheck[] {
  return [
    check(contract, "has an id in lower-case kebab-case", [], () => id(contract)),
    check(contract, "asks nobody until it is called", [], () => asksNobody(contract)),
    check(contract, "passes over fields that it does not know", [], () => newField(contract)),
    check(contract, "answers several calls at once, each its own", [], () => atOnce(contract)),
    check(contract, "lists the models of the vendor", ["listModels"], () => models(contract)),
    check(contract, "says that a vendor it cannot reach is not well", [], () => unwell(contract)),
    check(contract, "leaves no socket open once it is closed", [], () => closes(contract)),
  ];
}

async function id(contract: ProviderContractOptions): Promise<void> {
  const provider = contract.provider(connectionTo(await refusingOrigin(), contract.fake));
  match(provider.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  await provider.close?.();
}

async function asksNobody(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async (subject) => {
      subject.provider.describeModel?.(fake.model);
      await generate(subject, requestTo(fake));
      equal(subject.server.requests.length, 1, "It asks when it is made, or to describe a model.");
    },
  );
}

async function newField(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => {
      const answer = fake.reply(REPLY, request);
      if (typeof answer.body !== "string" || !answer.body.startsWith("{")) return answer;
      return { ...answer, body: `{"field_of_tomorrow":{"on":true},${answer.body.slice(1)}` };
    },
    async (subject) => {
      equal((await generate(subject, requestTo(fake))).text, REPLY.text.join(""));
    },
  );
}

async function atOnce(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  const questions = ["first question", "second question", "third question"];
  await withSubject(
    contract,
    (request) => fake.reply({ ...REPLY, text: [fake.readRequest(request).user] }, request),
    async (subject) => {
      const replies = await Promise.all(
        questions.map((content) =>
          generate(subject, requestTo(fake, { messages: [{ role: "user", content }] })),
        ),
      );
      for (const [index, question] of questions.entries()) {
        ok(replies[index]?.text.includes(question), "A call has the reply of another.");
      }
    },
  );
}

async function models(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => {
      ok(fake.listModels !== undefined, "Give the fake listModels(), or say why it has none.");
      return fake.listModels([fake.model, "another-model"], request);
    },
    async ({ provider }) => {
      ok(
        provider.listModels !== undefined,
        "The provider has no listModels(): say so in the fake.",
      );
      const listed = (await provider.listModels()).map(({ model }) => model);
      ok(listed.includes(fake.model) && listed.includes("another-model"), "Models are missing.");
      await provider.health?.();
    },
  );
}

async function unwell(contract: ProviderContractOptions): Promise<void> {
  const provider = contract.provider(connectionTo(await refusingOrigin(), contract.fake));
  if (provider.health !== undefined) {
    const error = await failureOf(promptly(provider.health(), "health()"));
    ok(error instanceof ProviderError && error.kind === "unavailable");
  }
  await provider.close?.();
}

async function closes(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async (subject) => {
      await generate(subject, requestTo(fake));
      await promptly(subject.close(), "close()");
      await promptly(subject.server.allSocketsClosed(), "A socket of a provider that is closed");
    },
  );
}
