import { withProject } from "../harness/project.ts";
import { startPriceServer } from "../harness/price-server.ts";

/** A vendor with a models API, and a provider of a user's own that reads it. */
const PROVIDER = `
  const fail = async () => { throw new Error("not called"); };
  export const openai = { id: "openai", generate: fail };
  export const ollama = { id: "ollama", generate: fail };
  export const vendor = {
    id: "vendor",
    generate: fail,
    async listModels({ signal }) {
      // Stands for a pool of sockets: without "close" the command would not end.
      this.timer = setInterval(() => {}, 1000);
      const response = await fetch(process.env.VENDOR_URL, { signal });
      const { data } = await response.json();
      return data.map(({ id, usd }) => ({
        model: id,
        price: { inputUsdPerMTok: usd, outputUsdPerMTok: 4 * usd },
        capabilities: { contextWindow: 8000, maxOutputTokens: 1000, tools: true, jsonSchema: true },
      }));
    },
    close() { clearInterval(this.timer); },
  };
`;
const CONFIG = `
  import { defineConfig } from "signalbox/worker";
  import { ollama, openai, vendor } from "./provider.js";
  export default defineConfig({
    providers: [openai, ollama, vendor],
    models: {
      small: ["openai/gpt-5-mini", "ollama/llama3.2"],
      writer: { models: ["openai/gpt-5-mini", "vendor/large"], retryOn: ["rate_limited"] },
    },
    prices: { "openai/gpt-5-mini": { inputUsdPerMTok: 0.5, outputUsdPerMTok: 2, tiers: [{ fromInputTokens: 200001, inputUsdPerMTok: 1 }] } },
  });
`;
const files = { "signalbox.config.js": CONFIG, "provider.js": PROVIDER };
const models = {
  data: [
    { id: "large", usd: 3 },
    { id: "tiny", usd: 0.1 },
  ],
};

describe("signalbox models", () => {
  it("prints a table of the models of the aliases, and what to mind", () =>
    withProject(files, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("models");

      expect(output.split("\n")).toEqual([
        "model              aliases        input     cached  output  price from     window   most output  can",
        "openai/gpt-5-mini  small, writer  0.5 to 1  -       2       configuration  400,000  ?            ?",
        "ollama/llama3.2    small          ?         ?       ?       unknown        ?        ?            ?",
        "vendor/large       writer         ?         ?       ?       unknown        ?        ?            ?",
        "",
        "Prices in USD per million tokens.",
        "ollama/llama3.2: No known price: not used where a budget in USD applies.",
        "vendor/large: No known price: not used where a budget in USD applies.",
        "",
      ]);
      expect(exitCode).toBe(0);
    }));

  it("prints JSON for programs, with the source of each fact", () =>
    withProject(files, async ({ signalbox }) => {
      const { output } = await signalbox("models", "--json");

      const answer: unknown = JSON.parse(output);
      expect(answer).toMatchObject({
        models: [
          {
            model: "openai/gpt-5-mini",
            aliases: ["small", "writer"],
            price: { inputUsdPerMTok: 0.5 },
            contextWindow: 400_000,
            sources: { price: "configuration", contextWindow: "genai-prices", tools: "unknown" },
            warnings: [],
          },
          { model: "ollama/llama3.2" },
          { model: "vendor/large" },
        ],
        problems: [],
      });
    }));

  it("asks the providers and the price list when it is told to", async () => {
    await using vendor = await startPriceServer(JSON.stringify(models));
    await using prices = await startPriceServer(
      JSON.stringify([{ id: "x", name: "X", api_pattern: "x", models: [] }]),
    );

    await withProject(
      files,
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--refresh");

        expect(output).toMatch(
          /^vendor\/large +writer +3 +- +12 +provider +8,000 +1,000 +JSON schema, tools$/m,
        );
        expect(output).toMatch(/^vendor\/tiny +- +0\.1 /m);
        // The fetched list no longer has it.
        expect(output).toMatch(/^openai\/gpt-5-mini .* configuration +\? /m);
        expect(exitCode).toBe(0);
      },
      { VENDOR_URL: vendor.url, SIGNALBOX_PRICES_URL: prices.url },
    );
    expect([vendor.requests, prices.requests]).toEqual([["/prices.json"], ["/prices.json"]]);
  });

  it("lists what it knows when nobody answers, and says who did not, apart from the answer", () =>
    withProject(
      files,
      async ({ signalbox }) => {
        const { exitCode, output } = await signalbox("models", "--refresh");

        expect(output).toContain('"vendor" does not answer: It failed with "TypeError".');
        expect(output).toContain(
          '"genai-prices" does not answer: The price list cannot be fetched',
        );
        expect(output).toMatch(/^openai\/gpt-5-mini .* 400,000 /m);
        expect(exitCode).toBe(0);
      },
      { VENDOR_URL: "http://127.0.0.1:1/", SIGNALBOX_PRICES_URL: "http://127.0.0.1:1/" },
    ));

  it.each([
    ["without a configuration", {}, [], 1, "error CLI_NO_CONFIG"],
    [
      "with a price that is none",
      { ...files, "signalbox.config.js": CONFIG.replace("0.5", "-0.5") },
      [],
      1,
      "error CONFIG_INVALID_PRICE",
    ],
    ["with an option it does not know", files, ["--prices"], 2, "unknown option"],
  ])("ends %s", (_what, given, args, expectedExitCode, message) =>
    withProject(given, async ({ signalbox }) => {
      const { exitCode, output } = await signalbox("models", ...args);

      expect(output).toContain(message);
      expect(exitCode).toBe(expectedExitCode);
    }),
  );
});
