/** What the named factories need to be made: a key, a package, and an address. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PluginError, type Provider } from "../../plugins/contract.ts";
import type { Environment } from "../../plugins/vendors/environment-key.ts";
import { optionalPackage } from "../../plugins/vendors/optional-package.ts";
import { anthropic } from "../../plugins/providers/anthropic.ts";
import { azure } from "../../plugins/providers/azure.ts";
import { bedrock } from "../../plugins/providers/bedrock.ts";
import { deepseek } from "../../plugins/providers/deepseek.ts";
import { google } from "../../plugins/providers/google.ts";
import { groq } from "../../plugins/providers/groq.ts";
import { mistral } from "../../plugins/providers/mistral.ts";
import { ollama } from "../../plugins/providers/ollama.ts";
import { openai } from "../../plugins/providers/openai.ts";
import { openrouter } from "../../plugins/providers/openrouter.ts";
import { xai } from "../../plugins/providers/xai.ts";

type Factory = (options: { readonly env: Environment; readonly apiKey?: string }) => Provider;

/** With the first variable that each one reads, and what else it cannot do without. */
const FACTORIES: readonly (readonly [
  id: string,
  factory: Factory,
  variable: string,
  rest: Environment,
])[] = [
  ["openai", openai, "OPENAI_API_KEY", {}],
  ["anthropic", anthropic, "ANTHROPIC_API_KEY", {}],
  ["google", google, "GOOGLE_GENERATIVE_AI_API_KEY", {}],
  ["google", google, "GEMINI_API_KEY", {}],
  ["mistral", mistral, "MISTRAL_API_KEY", {}],
  ["bedrock", bedrock, "AWS_BEARER_TOKEN_BEDROCK", { AWS_REGION: "us-east-1" }],
  ["azure", azure, "AZURE_API_KEY", { AZURE_RESOURCE_NAME: "ours" }],
  ["groq", groq, "GROQ_API_KEY", {}],
  ["xai", xai, "XAI_API_KEY", {}],
  ["deepseek", deepseek, "DEEPSEEK_API_KEY", {}],
  ["openrouter", openrouter, "OPENROUTER_API_KEY", {}],
];

function errorOf(make: () => unknown): PluginError {
  try {
    make();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("Expected a PluginError");
}

describe("a key", () => {
  it.each(FACTORIES)(
    "of %s is named with the page of the docs when it is missing",
    (id, factory, variable, rest) => {
      const { code, message } = errorOf(() => factory({ env: rest }));

      expect(code).toBe("PLUGIN_MISSING_KEY");
      expect(message).toContain(variable);
      expect(message).toContain(`docs/reference/providers.md#${id}`);
    },
  );

  it.each(FACTORIES)("of %s counts as missing when it is blank", (_id, factory, variable, rest) => {
    const { code } = errorOf(() => factory({ env: { ...rest, [variable]: "  \n" } }));

    expect(code).toBe("PLUGIN_MISSING_KEY");
  });

  it.each(FACTORIES)(
    "of %s is read from the environment that is given",
    async (id, factory, variable, rest) => {
      const provider = factory({ env: { ...rest, [variable]: "key-1" } });

      expect(provider.id).toBe(id);
      await provider.close?.();
    },
  );

  it("is read from the process where no environment is given", () => {
    const before = process.env["XAI_API_KEY"];
    process.env["XAI_API_KEY"] = "key-1";

    try {
      expect(xai().id).toBe("xai");
    } finally {
      if (before === undefined) delete process.env["XAI_API_KEY"];
      else process.env["XAI_API_KEY"] = before;
    }
  });

  it("that no header can carry is not shown", () => {
    const { code, message } = errorOf(() => openai({ apiKey: "key\nwith-a-line-end", env: {} }));

    expect(code).toBe("PLUGIN_INVALID_OPTIONS");
    expect(message).not.toContain("with-a-line-end");
  });

  it("is not needed by ollama()", () => {
    expect(ollama().id).toBe("ollama");
  });
});

describe("a package", () => {
  it("that is not installed is named with the command that installs it", () => {
    const { code, message } = errorOf(() => optionalPackage("acme", "@ai-sdk/not-there"));

    expect(code).toBe("PLUGIN_MISSING_PACKAGE");
    expect(message).toBe(
      'acme() needs the package "@ai-sdk/not-there", which is not installed. Run: npm install @ai-sdk/not-there',
    );
  });

  it("is loaded once", async () => {
    const load = optionalPackage("openai", "@ai-sdk/openai");

    expect(await load()).toBe(await load());
  });
});

describe("an address", () => {
  it("is needed by azure()", () => {
    const { code, message } = errorOf(() => azure({ apiKey: "key-1", env: {} }));

    expect(code).toBe("PLUGIN_INVALID_OPTIONS");
    expect(message).toContain("AZURE_RESOURCE_NAME");
  });

  it("is a region for bedrock()", () => {
    const { code, message } = errorOf(() => bedrock({ apiKey: "key-1", env: {} }));

    expect(code).toBe("PLUGIN_INVALID_OPTIONS");
    expect(message).toContain("AWS_REGION");
  });

  it("to fall back to needs an API key at bedrock(), whose signatures are for one address", () => {
    const { code } = errorOf(() =>
      bedrock({
        region: "us-east-1",
        accessKeyId: "id",
        secretAccessKey: "secret",
        fallbackBaseURLs: ["https://bedrock-runtime.us-west-2.amazonaws.com"],
        env: {},
      }),
    );

    expect(code).toBe("PLUGIN_INVALID_OPTIONS");
  });
});

describe("package.json", () => {
  it("offers the package of each vendor as an optional peer, in the installed major version and the next", () => {
    const root = join(__dirname, "../..");
    const { devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    );
    const factories = readdirSync(join(root, "plugins/providers"))
      .map((file) => readFileSync(join(root, "plugins/providers", file), "utf8"))
      .flatMap((code) => [...code.matchAll(/optionalPackage<Package>\(\s*"[^"]+",\s*"([^"]+)"/g)])
      .map(([, name = ""]) => name);

    const ranges = factories.map((name) => {
      const major = Number.parseInt(devDependencies[name], 10);
      return [name, `^${major}.0.0 || ^${major + 1}.0.0`];
    });

    expect(factories.length).toBe(9);
    expect(peerDependencies).toMatchObject(Object.fromEntries(ranges));
    expect(peerDependenciesMeta).toEqual(
      Object.fromEntries(Object.keys(peerDependencies).map((name) => [name, { optional: true }])),
    );
  });
});
