/** Lets calls share a model of the AI SDK, which takes one `fetch` for good, while each keeps a `fetch` of its own. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { Fetch } from "../http/http.ts";
import type { AiSdkModel } from "./ai-sdk-types.ts";

export class FetchOfCall {
  readonly #own = new AsyncLocalStorage<Fetch>();

  /** For the SDK: requests go by the `fetch` of the call that they are made in. */
  readonly shared: Fetch = (input, init) => {
    const own = this.#own.getStore();
    if (own === undefined) throw new Error("A model of the AI SDK was called outside of a call.");
    return own(input, init);
  };

  /** The same model, for one call. */
  lend(model: AiSdkModel, own: Fetch): AiSdkModel {
    return {
      specificationVersion: model.specificationVersion,
      doGenerate: (options) => this.#own.run(own, () => model.doGenerate(options)),
      doStream: (options) => this.#own.run(own, () => model.doStream(options)),
    };
  }
}
