/** What the local provider says before it loads anything. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  PluginError,
  ProviderError,
  type CallContext,
  type Provider,
} from "../../../plugins/contract.ts";
import { createLocal, type PackageLoader } from "../../../plugins/local/create-local.ts";
import { local, type LocalOptions } from "../../../plugins/providers/local.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-local-"));
const model = join(folder, "Tiny-1B.Q4.gguf");
const text = join(folder, "model.txt");
writeFileSync(model, "GGUF and nothing that could be a model");
writeFileSync(text, "Hello");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context: CallContext = {
  step: "draft",
  call: 1,
  idempotencyKey: "0".repeat(64),
  signal: new AbortController().signal,
  reportProgress: () => {},
  sleep: async () => {},
};

/** A machine on which the package is not, or is broken. */
function without(isInstalled: boolean): PackageLoader & { loads: number } {
  return {
    loads: 0,
    isInstalled: () => isInstalled,
    async load() {
      this.loads += 1;
      throw new Error("no prebuilt binary");
    },
  };
}

function makeWithout(): Provider {
  return createLocal({ model }, without(false));
}

describe("the options of the local provider", () => {
  it.each<[string, LocalOptions, string]>([
    ["a file that is not there", { model: join(folder, "missing.gguf") }, "missing.gguf"],
    ["a folder", { model: folder }, folder],
    ["a file of another kind", { model: text }, "is no GGUF file"],
    ["an empty path", { model: "" }, "model"],
    ["an id of other letters", { model, id: "My Model" }, "id"],
    ["a context of nothing", { model, contextSize: 0 }, "contextSize"],
    ["half a thread", { model, threads: 0.5 }, "threads"],
    ["a misspelt option", JSON.parse(`{"model":${JSON.stringify(model)},"gpus":1}`), "gpus"],
  ])("are refused with %s", (_name, options, named) => {
    const make = (): Provider => local(options);

    expect(make).toThrow(PluginError);
    expect(make).toThrow(expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }));
    expect(make).toThrow(named);
  });

  it("are refused without the package, and told what to install", () => {
    expect(makeWithout).toThrow(expect.objectContaining({ code: "PLUGIN_MISSING_PACKAGE" }));
    expect(makeWithout).toThrow("npm install node-llama-cpp@3");
  });

  it("find the package that is installed here", () => {
    expect(local({ model }).id).toBe("local");
  });
});

describe("a local model that is not loaded yet", () => {
  it("is named after its file, costs nothing and keeps nothing", async () => {
    const provider = local({ model, contextSize: 512, maxOutputTokens: 2_000 });
    const facts = {
      price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
      capabilities: {
        contextWindow: 512,
        maxOutputTokens: 512,
        jsonSchema: true,
        tools: true,
        vision: false,
        streaming: true,
        dataPolicy: { retentionDays: 0, trainsOnData: false },
      },
    };

    expect(provider.describeModel?.("Tiny-1B.Q4")).toEqual(facts);
    expect(provider.describeModel?.("other")).toBeUndefined();
    expect(await provider.listModels?.()).toEqual([{ model: "Tiny-1B.Q4", ...facts }]);
  });

  it("closes without having been loaded", async () => {
    await expect(local({ model }).close?.()).resolves.toBeUndefined();
  });

  it("is unavailable when it cannot be loaded, and is tried again", async () => {
    const loader = without(true);
    const provider = createLocal({ model, name: "tiny" }, loader);
    const call = (): Promise<unknown> =>
      provider.generate({ model: "tiny", messages: [{ role: "user", content: "Hi" }] }, context);

    await expect(call()).rejects.toThrow(ProviderError);
    await expect(call()).rejects.toMatchObject({ kind: "unavailable" });
    await expect(provider.health?.()).rejects.toMatchObject({ kind: "unavailable" });

    expect(loader.loads).toBe(3);
  });
});
