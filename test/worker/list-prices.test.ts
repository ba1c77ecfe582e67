import { calcPrice, waitForUpdate, updatePrices } from "@pydantic/genai-prices";
import { costOfTokens, NANO_USD } from "../../graph/money.ts";
import { findListing, LIST_PRICES_URL, updateListPrices } from "../../worker/list-prices.ts";
import { startPriceServer } from "../harness/price-server.ts";

const NOON = new Date("2026-11-25T12:00:00Z");
const SIZES = [0, 1, 1_000, 128_000, 200_000, 200_001, 271_999, 272_000, 272_001, 1_000_000];

describe("a listing", () => {
  it("costs the same as genai-prices says, for every model it has, across all tiers", async () => {
    const providers = (await waitForUpdate()) ?? [];
    const differences: string[] = [];
    let compared = 0;

    for (const { id, models } of providers) {
      for (const model of models) {
        const price = findListing(`${id}/${model.id}`, NOON)?.price;
        if (price === undefined) continue;
        for (const inputTokens of SIZES) {
          const usage = { input_tokens: inputTokens, output_tokens: 777 };
          const cached = Math.floor(inputTokens / 3);
          const theirs = calcPrice({ ...usage, cache_read_tokens: cached }, model.id, {
            providerId: id,
            timestamp: NOON,
          });
          const tokens = { inputTokens, outputTokens: 777, cachedInputTokens: cached };
          const ours = Number(costOfTokens(tokens, price));
          compared++;
          // Ours is rounded up to the nano-dollar, theirs is floating point.
          const differenceNanoUsd = ours - (theirs?.total_price ?? Number.NaN) * NANO_USD;
          if (!(Math.abs(differenceNanoUsd) <= 1.1)) differences.push(`${id}/${model.id}`);
        }
      }
    }

    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(10_000);
  });

  it.each([
    [
      "openai/gpt-5-mini",
      { inputUsdPerMTok: 0.25, cachedInputUsdPerMTok: 0.025, outputUsdPerMTok: 2 },
    ],
    ["xai/grok-4", { inputUsdPerMTok: 3, cachedInputUsdPerMTok: 0.75, outputUsdPerMTok: 15 }],
    [
      "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      { inputUsdPerMTok: 3.3, cachedInputUsdPerMTok: 0.33, outputUsdPerMTok: 16.5 },
    ],
    [
      "openrouter/perplexity/sonar-deep-research",
      { inputUsdPerMTok: 2, outputUsdPerMTok: 8, reasoningUsdPerMTok: 3 },
    ],
    ["openrouter/qwen/qwen3-coder:free", { inputUsdPerMTok: 0, outputUsdPerMTok: 0 }],
  ])("of %s is found under our name of it", (model, price) => {
    expect(findListing(model, NOON)?.price).toEqual(price);
  });

  it("of a gateway's model is the gateway's own, tiers and all", () => {
    expect(findListing("openrouter/anthropic/claude-sonnet-4.5", NOON)).toEqual({
      price: {
        inputUsdPerMTok: 3,
        cachedInputUsdPerMTok: 0.3,
        outputUsdPerMTok: 15,
        tiers: [
          {
            fromInputTokens: 200_001,
            inputUsdPerMTok: 6,
            cachedInputUsdPerMTok: 0.6,
            outputUsdPerMTok: 22.5,
          },
        ],
      },
      contextWindow: 1_000_000,
      isDeprecated: false,
    });
  });

  it("of a gateway without prices of its own is the vendor's", () => {
    const atGateway = findListing("litellm/anthropic/claude-sonnet-4-5", NOON);

    expect(atGateway?.price).toBeDefined();
    expect(atGateway).toEqual(findListing("anthropic/claude-sonnet-4-5", NOON));
  });

  it.each([
    ["2026-11-25T03:59:59Z", 0.44],
    ["2026-11-25T04:00:00Z", 0.22],
    ["2026-08-01T02:00:00Z", 0.44],
    ["2026-08-01T05:00:00Z", 0.14],
  ])("has the price of the moment: %s", (at, inputUsdPerMTok) => {
    const listing = findListing("deepseek/deepseek-v4-flash", new Date(at));

    expect(listing?.price).toMatchObject({ inputUsdPerMTok });
  });

  it.each([
    ["a model that nobody lists", "openai/gpt-no-such-model-x"],
    ["a local server that is called like a vendor", "my-openai/gpt-5"],
    ["a provider that sells nothing", "ollama/llama3.2"],
    ["no model", "openai/"],
    ["no provider", "gpt-5"],
    ["an empty name", ""],
    ["a gateway's unknown vendor", "litellm/nobody/gpt-5"],
  ])("is not there for %s", (_what, model) => {
    expect(findListing(model, NOON)).toBeUndefined();
  });

  it.each([
    ["charges by the call as well", "perplexity/sonar"],
    ["charges citations as well", "perplexity/sonar-deep-research"],
    ["makes vectors, not text", "openai/text-embedding-3-small"],
    ["has no number at all", "cerebras/qwen-3-coder-480b"],
  ])("has no price where the model %s", (_what, model) => {
    const listing = findListing(model, NOON);

    expect(listing).toBeDefined();
    expect(listing?.price).toBeUndefined();
  });
});

describe("updateListPrices", () => {
  const shipped = waitForUpdate();
  afterEach(async () => {
    const providers = await shipped;
    updatePrices(({ setProviderData }) => setProviderData(providers));
  });

  const list = [
    {
      id: "openai",
      name: "OpenAI",
      api_pattern: "x",
      models: [
        {
          id: "gpt-next",
          match: { equals: "gpt-next" },
          prices: { input_mtok: 7, output_mtok: 9 },
        },
      ],
    },
  ];

  it("takes the list that it is given the address of", async () => {
    await using server = await startPriceServer(JSON.stringify(list));

    await updateListPrices(server.url);

    expect(findListing("openai/gpt-next", NOON)?.price).toEqual({
      inputUsdPerMTok: 7,
      outputUsdPerMTok: 9,
    });
  });

  it.each([
    ["an error", "", 500],
    ["a page", "<html>", 200],
    ["an empty list", "[]", 200],
    ["an object", "{}", 200],
    ["a list of something else", '[{"id":"openai"}]', 200],
    [
      "a rule for prices that is not known",
      JSON.stringify([
        {
          ...list[0],
          models: [
            { id: "x", match: { equals: "x" }, prices: [{ constraint: { moon: 1 }, prices: {} }] },
          ],
        },
      ]),
      200,
    ],
  ])("keeps what it has when it gets %s", async (_what, body, status) => {
    await using server = await startPriceServer(body, status);

    const update = updateListPrices(server.url);

    await expect(update).rejects.toMatchObject({ name: "PriceListError" });
    expect(findListing("openai/gpt-5", NOON)?.price).toBeDefined();
  });

  it("goes to genai-prices by itself", () => {
    expect(LIST_PRICES_URL).toMatch(/^https:\/\/.*genai-prices/);
  });
});
