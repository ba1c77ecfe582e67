/** Makes sure that a Temporal server has our search attributes: it refuses to start a run with one it does not know. */

import type { SearchAttributeType } from "@temporalio/common";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import { SetupError } from "./setup-error.ts";

export const SEARCH_ATTRIBUTE_KEYS: readonly Key[] = Object.values(SEARCH_ATTRIBUTES);

type Key = (typeof SEARCH_ATTRIBUTES)[keyof typeof SEARCH_ATTRIBUTES];

/** Temporal's number for each type we use (`temporal.api.enums.v1.IndexedValueType`), and its name in the command line. */
const TYPES = {
  KEYWORD: { value: 2, name: "Keyword" },
  INT: { value: 3, name: "Int" },
  DOUBLE: { value: 4, name: "Double" },
  KEYWORD_LIST: { value: 7, name: "KeywordList" },
} as const satisfies Partial<
  Record<SearchAttributeType, { readonly value: number; readonly name: string }>
>;

/** The part of Temporal's operator service that this needs. */
export interface SearchAttributeService {
  listSearchAttributes(request: { readonly namespace: string }): Promise<{
    readonly customAttributes: Readonly<Record<string, number>>;
  }>;
  addSearchAttributes(request: {
    readonly namespace: string;
    readonly searchAttributes: Record<string, number>;
  }): Promise<unknown>;
}

/**
 * Adds the attributes that the namespace does not have.
 *
 * @throws {SetupError} TEMPORAL_UNREACHABLE when the server does not let us, or has one of them with another type.
 */
export async function registerSearchAttributes(
  service: SearchAttributeService,
  namespace: string,
): Promise<void> {
  const findMissing = async (): Promise<readonly Key[]> => {
    const { customAttributes } = await service.listSearchAttributes({ namespace });
    const types = new Map(Object.entries(customAttributes));
    checkTypes(types);
    return SEARCH_ATTRIBUTE_KEYS.filter(({ name }) => !types.has(name));
  };
  const missing = await findMissing();
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(
    missing.map(({ name, type }) => [name, TYPES[type].value]),
  );
  try {
    await service.addSearchAttributes({ namespace, searchAttributes });
  } catch (cause) {
    // Another worker that starts at the same time may have added them.
    const still = await findMissing();
    if (still.length > 0) throw notAllowed(still, cause);
  }
}

function checkTypes(types: ReadonlyMap<string, number>): void {
  const other = SEARCH_ATTRIBUTE_KEYS.find(
    ({ name, type }) => types.has(name) && types.get(name) !== TYPES[type].value,
  );
  if (other === undefined) return;
  throw new SetupError(
    "TEMPORAL_UNREACHABLE",
    `The Temporal server has the search attribute "${other.name}" with another type than ${TYPES[other.type].name}. ` +
      `Remove it, temporal operator search-attribute remove --name ${other.name}, and start again.`,
  );
}

function notAllowed(missing: readonly Key[], cause: unknown): SetupError {
  const names = missing.map(({ name, type }) => `--name ${name} --type ${TYPES[type].name}`);
  return new SetupError(
    "TEMPORAL_UNREACHABLE",
    `The Temporal server has not got our search attributes and does not let us add them. ` +
      `Add them once: temporal operator search-attribute create ${names.join(" ")}`,
    { cause },
  );
}
