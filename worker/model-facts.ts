/** Joins what several sources say of a model: each fact from the first that has it. */

import { isPrice, type ModelPrice } from "../graph/money.ts";
import type { Capabilities, ModelFacts } from "../plugins/contract.ts";

/** Who says so. `"genai-prices"`: the list of the package `@pydantic/genai-prices`, which ships with this one. */
export type FactSource = "configuration" | "provider" | "genai-prices" | "unknown";

export type FactName = "price" | keyof Capabilities;

/** What is known of a model, and from where. Absent: not known. */
export interface KnownFacts extends ModelFacts {
  /** At this moment: some prices change with the day or the hour. */
  readonly price?: ModelPrice;
  /** Tokens of input and output together. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly jsonSchema?: boolean;
  /** All capabilities, those above among them. */
  readonly capabilities?: Capabilities;
  readonly sources: Readonly<Record<FactName, FactSource>>;
}

type Said = readonly [source: FactSource, facts: ModelFacts | undefined];

const ALL_UNKNOWN: KnownFacts["sources"] = {
  price: "unknown",
  contextWindow: "unknown",
  maxOutputTokens: "unknown",
  jsonSchema: "unknown",
  tools: "unknown",
  vision: "unknown",
  streaming: "unknown",
  dataPolicy: "unknown",
  region: "unknown",
};

/** Each fact from the first of `said` that has it. A number that makes no sense is not known: it may be a vendor's. */
export function mergeFacts(said: readonly Said[]): KnownFacts {
  const priced = said.find(([, facts]) => facts?.price !== undefined && isPrice(facts.price));
  // The last word is the first one's.
  const known = said.toReversed().map(([source, facts]) => [source, knownOf(facts)] as const);
  const capabilities: Capabilities = Object.assign({}, ...known.map(([, facts]) => facts));
  const sources = known.flatMap(([source, facts]) =>
    Object.keys(facts).map((name) => [name, source] as const),
  );
  const { contextWindow, maxOutputTokens, jsonSchema } = capabilities;
  return {
    ...dropUnknown({ price: priced?.[1]?.price, contextWindow, maxOutputTokens, jsonSchema }),
    ...(sources.length === 0 ? {} : { capabilities }),
    sources: {
      ...ALL_UNKNOWN,
      ...Object.fromEntries(sources),
      price: priced?.[0] ?? "unknown",
    },
  };
}

function knownOf(facts: ModelFacts | undefined): Capabilities {
  const { contextWindow, maxOutputTokens, ...rest } = facts?.capabilities ?? {};
  return dropUnknown({
    ...rest,
    contextWindow: isCount(contextWindow) ? contextWindow : undefined,
    maxOutputTokens: isCount(maxOutputTokens) ? maxOutputTokens : undefined,
  });
}

function isCount(number: number | undefined): number is number {
  return Number.isSafeInteger(number) && number !== undefined && number > 0;
}

function dropUnknown<T extends object>(facts: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only optional members are ever absent.
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}
