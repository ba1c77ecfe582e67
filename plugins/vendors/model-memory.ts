/** Remembers the models that a provider listed, so that it can describe them without asking anybody. */

import type { ModelInfo, Provider } from "../contract.ts";

export class ModelMemory {
  /** The same provider: `describeModel` knows what `listModels` read last. */
  readonly provider: Provider;
  #listed: ReadonlyMap<string, ModelInfo> = new Map();

  constructor(provider: Provider) {
    const listModels: Provider["listModels"] =
      provider.listModels && ((context) => this.#list(provider, context));
    this.provider = {
      ...provider,
      listModels,
      describeModel: (model) => {
        const listed = this.#listed.get(model);
        if (listed === undefined) return provider.describeModel?.(model);
        const { model: _name, ...facts } = listed;
        return facts;
      },
    };
  }

  async #list(
    provider: Provider,
    context: Parameters<NonNullable<Provider["listModels"]>>[0],
  ): Promise<readonly ModelInfo[]> {
    const models = (await provider.listModels?.(context)) ?? [];
    this.#listed = new Map(models.map((info) => [info.model, info]));
    return models;
  }
}
