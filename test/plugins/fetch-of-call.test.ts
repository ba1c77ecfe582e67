import { FetchOfCall } from "../../plugins/ai-sdk/fetch-of-call.ts";
import type { AiSdkModel } from "../../plugins/ai-sdk/ai-sdk-types.ts";
import type { Fetch } from "../../plugins/http/http.ts";
import { deferred } from "../harness/deferred.ts";

/** A model of an SDK: asks when it is let through. */
function modelOf(fetch: Fetch, open: Promise<void>): AiSdkModel {
  const ask = async (): Promise<unknown> => {
    await open;
    return (await fetch("http://127.0.0.1/")).text();
  };
  return { specificationVersion: "v3", doGenerate: ask, doStream: ask };
}

const saying =
  (words: string): Fetch =>
  async () =>
    new Response(words);

describe("calls that share a model", () => {
  it("ask by a fetch of their own, also side by side", async () => {
    const calls = new FetchOfCall();
    const gate = deferred();
    const model = modelOf(calls.shared, gate.promise);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it is asked does not matter here.
    const options = undefined as never;

    const one = calls.lend(model, saying("one")).doGenerate(options);
    const other = calls.lend(model, saying("other")).doStream(options);
    gate.resolve();

    expect(await Promise.all([one, other])).toEqual(["one", "other"]);
  });

  it("are the only ones that may ask", () => {
    const calls = new FetchOfCall();

    expect(() => calls.shared("http://127.0.0.1/")).toThrow("outside of a call");
  });
});
