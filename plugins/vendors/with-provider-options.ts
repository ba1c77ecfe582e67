/** Gives every call of a model of the AI SDK the same options of its vendor. */

import type { AiSdkModel } from "../ai-sdk/ai-sdk-types.ts";
import { isRecord } from "../http/vendor-error.ts";

/** The same model; what a call itself says under `name` wins. */
export function withProviderOptions(
  model: AiSdkModel,
  name: string,
  options: Readonly<Record<string, unknown>>,
): AiSdkModel {
  function add(call: Readonly<Record<string, unknown>>): never {
    const given = isRecord(call["providerOptions"]) ? call["providerOptions"] : {};
    const own = isRecord(given[name]) ? given[name] : {};
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Each version has a type of its own for it.
    return { ...call, providerOptions: { ...given, [name]: { ...options, ...own } } } as never;
  }
  return {
    specificationVersion: model.specificationVersion,
    doGenerate: (call: Readonly<Record<string, unknown>>) => model.doGenerate(add(call)),
    doStream: (call: Readonly<Record<string, unknown>>) => model.doStream(add(call)),
  };
}
