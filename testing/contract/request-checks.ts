/** What the contract promises of a request: everything that was asked for arrives at the vendor. */

import { deepEqual, equal, ok } from "node:assert/strict";
import type { ModelRequest, Turn } from "../../plugins/contract.ts";
import type { AskedFor, ContractFeature } from "../vendor-fake.ts";
import { check, type ContractCheck } from "./check.ts";
import {
  CANARIES,
  generate,
  openStream,
  createContext,
  REPLY,
  requestTo,
  withSubject,
  type ProviderContractOptions,
} from "./subject.ts";

const TOOL = {
  name: "find_order",
  description: "Finds an order by its number.",
  input: {
    type: "object",
    properties: { number: { type: "integer" } },
    required: ["number"],
    additionalProperties: false,
  },
};

const SCHEMA = {
  type: "object",
  properties: { verdict: { type: "string", enum: ["yes", "no"] }, reason: { type: "string" } },
  required: ["verdict", "reason"],
  additionalProperties: false,
};

/** Settings that arrive as they are, each a number no vendor has as its default. */
const SETTINGS = [
  ["maxOutputTokens", { maxOutputTokens: 321 }, 321],
  ["temperature", { sampling: { temperature: 0.25 } }, 0.25],
  ["topP", { sampling: { topP: 0.75 } }, 0.75],
  ["seed", { sampling: { seed: 7 } }, 7],
  ["stop", { sampling: { stop: ["END", "HALT"] } }, ["END", "HALT"]],
] as const satisfies readonly (readonly [
  ContractFeature & keyof AskedFor,
  Partial<ModelRequest>,
  unknown,
])[];

export function requestChecks(contract: ProviderContractOptions): readonly ContractCheck[] {
  return [
    check(contract, "names the model and says what the messages say", [], () => messages(contract)),
    check(contract, "sends the key", ["apiKey"], () => key(contract)),
    check(contract, "offers tools with their description and schema", ["tools"], () =>
      toolOffers(contract),
    ),
    check(contract, "tells the model of its tool calls and of what they gave", ["tools"], () =>
      toolOutputs(contract),
    ),
    check(contract, "asks for the schema, or says that it cannot", [], () =>
      outputSchema(contract),
    ),
    ...SETTINGS.map(([feature, members, expected]) =>
      check(contract, `passes ${feature} on`, [feature], async () => {
        deepEqual((await sent(contract, members))[feature], expected);
      }),
    ),
    ...SETTINGS.map(([feature]) =>
      check(
        contract,
        `leaves ${feature} to the vendor when nobody sets it`,
        feature === "maxOutputTokens" ? [feature, "optionalMaxOutputTokens"] : [feature],
        async () => {
          equal((await sent(contract))[feature], undefined);
        },
      ),
    ),
    check(contract, "asks for a stream when one is read, and only then", ["streaming"], () =>
      asksForStream(contract),
    ),
  ];
}

/** What the vendor is asked by one call. */
async function sent(
  contract: ProviderContractOptions,
  members: Partial<ModelRequest> = {},
): Promise<AskedFor> {
  const { fake } = contract;
  return withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async (subject) => {
      await generate(subject, requestTo(fake, members));
      return fake.readRequest(await subject.server.firstRequest());
    },
  );
}

async function messages(contract: ProviderContractOptions): Promise<void> {
  const { model, system, user } = await sent(contract, {
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: CANARIES.prompt }] },
      { role: "assistant", content: "Which one?" },
      { role: "user", content: "The second." },
    ],
  });
  equal(model, contract.fake.model);
  ok(system.includes("Be brief."), "The system message is lost.");
  ok(user.includes(CANARIES.prompt), "The first message of the user is lost.");
  ok(user.includes("The second."), "The last message of the user is lost.");
}

async function key(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async (subject) => {
      await generate(subject, requestTo(fake));
      const { headers, path } = await subject.server.firstRequest();
      ok(JSON.stringify(headers).includes(CANARIES.key), "No header holds the key.");
      ok(!path.includes(CANARIES.key), "The address holds the key: proxies write addresses down.");
    },
  );
}

async function toolOffers(contract: ProviderContractOptions): Promise<void> {
  const { tools } = await sent(contract, { tools: [TOOL] });
  equal(tools.length, 1, "The tool is not offered.");
  equal(tools[0]?.name, TOOL.name);
  equal(tools[0]?.description, TOOL.description);
  deepEqual(propertiesOf(tools[0]?.input), ["number"], "The schema of the tool's input is lost.");
}

async function toolOutputs(contract: ProviderContractOptions): Promise<void> {
  const turns: readonly Turn[] = [
    { role: "user", content: CANARIES.prompt },
    {
      role: "assistant",
      toolCalls: [{ id: "call0x1y2", tool: TOOL.name, input: { number: 42 } }],
    },
    { role: "tool", toolCallId: "call0x1y2", tool: TOOL.name, output: { state: "sent-8c1d" } },
  ];
  const { toolCalls, toolOutputs: outputs } = await sent(contract, {
    messages: turns,
    tools: [TOOL],
  });
  deepEqual(toolCalls, [{ tool: TOOL.name, input: { number: 42 } }]);
  equal(outputs.length, 1, "What the tool gave is lost.");
  ok(outputs[0]?.includes("sent-8c1d"), "What the tool gave is lost.");
}

async function outputSchema(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  const reply = { ...REPLY, text: ['{"verdict":"yes",', '"reason":"ok"}'] };
  await withSubject(
    contract,
    (request) => fake.reply(reply, request),
    async (subject) => {
      const { text } = await generate(subject, requestTo(fake, { outputSchema: SCHEMA }));
      deepEqual(JSON.parse(text), { verdict: "yes", reason: "ok" });
      const asked = fake.readRequest(await subject.server.firstRequest()).outputSchema;
      const { jsonSchema } = subject.provider.describeModel?.(fake.model)?.capabilities ?? {};
      if (asked === undefined && jsonSchema === false) return;
      deepEqual(
        propertiesOf(asked),
        ["reason", "verdict"],
        "The schema is neither sent nor does describeModel() say that jsonSchema is false.",
      );
    },
  );
}

function propertiesOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const properties: unknown = Reflect.get(schema, "properties");
  return typeof properties === "object" && properties !== null
    ? Object.keys(properties).toSorted()
    : [];
}

async function asksForStream(contract: ProviderContractOptions): Promise<void> {
  const { fake } = contract;
  await withSubject(
    contract,
    (request) => fake.reply(REPLY, request),
    async ({ provider, server }) => {
      for await (const part of openStream(provider, requestTo(fake), createContext())) void part;
      equal(fake.readRequest(await server.firstRequest()).stream, true);
    },
  );
}
