import { updatePrices, waitForUpdate } from "@pydantic/genai-prices";
import {
  ProviderError,
  type ModelFacts,
  type ModelInfo,
  type Provider,
} from "../../plugins/contract.ts";
import { createCatalogue } from "../../worker/catalogue.ts";
import { keepFresh } from "../../worker/keep-fresh.ts";
import { listCatalogue } from "../../worker/list-catalogue.ts";
import { startPriceServer } from "../harness/price-server.ts";

function provider(id: string, rest: Partial<Provider> = {}): Provider {
  return { id, generate: () => Promise.reject(new Error("not called")), ...rest };
}

function listing(id: string, ...models: ModelInfo[]): Provider {
  return provider(id, { listModels: async () => models });
}

const failing = provider("failing", {
  listModels: () => Promise.reject(new ProviderError("auth", "The key is not accepted.")),
});

/** A provider whose plugin knows this of each of its models. */
function describing(id: string, facts: ModelFacts): Provider {
  return provider(id, { describeModel: () => facts });
}

const cheap = { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.2 };
const dear = { inputUsdPerMTok: 10, outputUsdPerMTok: 20 };
const MODEL = "openai/gpt-5-mini";

describe("the catalogue", () => {
  it("takes price and window from the list prices when nobody says better", () => {
    const facts = createCatalogue({ providers: [provider("openai")] }).factsOf(MODEL);

    expect(facts).toMatchObject({
      price: { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
      contextWindow: 400_000,
      capabilities: { contextWindow: 400_000 },
      sources: {
        price: "genai-prices",
        contextWindow: "genai-prices",
        maxOutputTokens: "unknown",
        tools: "unknown",
      },
    });
    expect(facts).not.toHaveProperty("maxOutputTokens");
  });

  it("prefers what the provider states, fact by fact", () => {
    const openai = describing("openai", {
      price: cheap,
      capabilities: { tools: true, vision: false },
    });

    const facts = createCatalogue({ providers: [openai] }).factsOf(MODEL);

    expect(facts.price).toEqual(cheap);
    expect(facts.capabilities).toEqual({ contextWindow: 400_000, tools: true, vision: false });
    expect(facts.sources).toMatchObject({
      price: "provider",
      contextWindow: "genai-prices",
      tools: "provider",
      vision: "provider",
    });
  });

  it("prefers the configuration to both", () => {
    const openai = describing("openai", {
      price: cheap,
      capabilities: { contextWindow: 1, maxOutputTokens: 2 },
    });

    const facts = createCatalogue({
      providers: [openai],
      prices: { [MODEL]: dear },
      capabilities: { [MODEL]: { contextWindow: 64_000, jsonSchema: false, region: "eu" } },
    }).factsOf(MODEL);

    expect(facts).toMatchObject({
      price: dear,
      contextWindow: 64_000,
      maxOutputTokens: 2,
      jsonSchema: false,
      sources: {
        price: "configuration",
        contextWindow: "configuration",
        maxOutputTokens: "provider",
        jsonSchema: "configuration",
        region: "configuration",
      },
    });
  });

  it("knows nothing of a model that nobody knows, and says so of each fact", () => {
    const { sources, ...facts } = createCatalogue({ providers: [] }).factsOf("ollama/llama3.2");

    expect(facts).toEqual({});
    expect(new Set(Object.values(sources))).toEqual(new Set(["unknown"]));
    expect(Object.keys(sources)).toHaveLength(9);
  });

  it.each(["constructor", "openai/constructor", "__proto__/toString", ""])(
    "is not taken in by the name %j",
    (model) => {
      const catalogue = createCatalogue({ providers: [], prices: {}, capabilities: {} });

      expect(catalogue.factsOf(model).price).toBeUndefined();
    },
  );

  it.each([
    ["a price below 0", { price: { ...cheap, outputUsdPerMTok: -1 } }],
    ["a price that is no number", { price: { ...cheap, inputUsdPerMTok: Number.NaN } }],
    ["a window of 0", { capabilities: { contextWindow: 0 } }],
    ["a window that is no number", { capabilities: { contextWindow: Number.NaN } }],
  ])("does not believe a provider %s", (_what, said) => {
    const openai = describing("openai", said);

    const facts = createCatalogue({ providers: [openai] }).factsOf(MODEL);

    expect(facts.price).toMatchObject({ inputUsdPerMTok: 0.25 });
    expect(facts.contextWindow).toBe(400_000);
  });

  it("knows the rest when a plugin cannot say what it knows", () => {
    const openai = provider("openai", {
      describeModel: () => {
        throw new Error("broken");
      },
    });

    const facts = createCatalogue({ providers: [openai] }).factsOf(MODEL);

    expect(facts.sources.price).toBe("genai-prices");
  });

  it("gives the price of the moment", () => {
    let hour = "02";
    const catalogue = createCatalogue(
      { providers: [] },
      { now: () => new Date(`2026-11-25T${hour}:00:00Z`) },
    );
    const model = "deepseek/deepseek-v4-flash";

    const first = catalogue.factsOf(model).price?.inputUsdPerMTok;
    hour = "05";

    expect([first, catalogue.factsOf(model).price?.inputUsdPerMTok]).toEqual([0.44, 0.22]);
  });
});

describe("a refresh of the catalogue", () => {
  it("takes over what providers list, which wins over what their plugins know", async () => {
    const listed = listing("router", { model: "a/b", price: cheap, capabilities: { tools: true } });
    const router = {
      ...listed,
      describeModel: () => ({ price: dear, capabilities: { vision: true } }),
    };
    const catalogue = createCatalogue({ providers: [router] });
    const before = catalogue.factsOf("router/a/b").price;

    const problems = await catalogue.refresh();

    expect(problems).toEqual([]);
    expect(before).toEqual(dear);
    expect(catalogue.factsOf("router/a/b")).toMatchObject({
      price: cheap,
      capabilities: { tools: true, vision: true },
    });
    expect(catalogue.listed()).toEqual(["router/a/b"]);
  });

  it("goes on without a provider that fails, and says why", async () => {
    const catalogue = createCatalogue({
      providers: [failing, provider("silent"), listing("router", { model: "m", price: cheap })],
    });

    const problems = await catalogue.refresh();

    expect(problems).toEqual([{ from: "failing", message: "The key is not accepted." }]);
    expect(catalogue.factsOf("router/m").price).toEqual(cheap);
  });

  it("does not repeat the words of an error that is no provider's: they may hold a key", async () => {
    const leaking = provider("leaking", {
      listModels: () => Promise.reject(new TypeError("Bearer sk-canary")),
    });
    const throwing = provider("throwing", {
      listModels: () => {
        throw new RangeError("sk-canary");
      },
    });

    const problems = await createCatalogue({ providers: [leaking, throwing] }).refresh();

    expect(problems).toEqual([
      { from: "leaking", message: 'It failed with "TypeError".' },
      { from: "throwing", message: 'It failed with "RangeError".' },
    ]);
  });

  it("keeps the list it had when a provider fails later", async () => {
    let isUp = true;
    const flaky = provider("flaky", {
      listModels: async () => {
        if (isUp) return [{ model: "m", price: cheap }];
        throw new ProviderError("unavailable", "It is down.");
      },
    });
    const catalogue = createCatalogue({ providers: [flaky] });
    await catalogue.refresh();
    isUp = false;

    const problems = await catalogue.refresh();

    expect(problems).toHaveLength(1);
    expect(catalogue.factsOf("flaky/m").price).toEqual(cheap);
  });

  it("does not wait for a provider that neither answers nor listens", async () => {
    const hanging = provider("hanging", { listModels: () => new Promise(() => {}) });
    const controller = new AbortController();

    const refresh = createCatalogue({ providers: [hanging] }).refresh({
      signal: controller.signal,
    });
    controller.abort();

    expect(await refresh).toEqual([{ from: "hanging", message: 'It failed with "AbortError".' }]);
  });

  describe("of list prices", () => {
    const shipped = waitForUpdate();
    afterEach(async () => {
      const providers = await shipped;
      updatePrices(({ setProviderData }) => setProviderData(providers));
    });

    const list = JSON.stringify([
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
    ]);

    it("fetches them when it is asked to, and only then", async () => {
      await using server = await startPriceServer(list);
      const catalogue = createCatalogue({ providers: [] });
      await catalogue.refresh({ listPricesUrl: server.url });
      const before = [...server.requests];

      const problems = await catalogue.refresh({ listPrices: true, listPricesUrl: server.url });

      expect([before, problems]).toEqual([[], []]);
      expect(server.requests).toEqual(["/prices.json"]);
      expect(catalogue.factsOf("openai/gpt-next")).toMatchObject({
        price: { inputUsdPerMTok: 7, outputUsdPerMTok: 9 },
        sources: { price: "genai-prices" },
      });
    });

    it("says why when they cannot be had", async () => {
      await using server = await startPriceServer("", 503);

      const problems = await createCatalogue({ providers: [] }).refresh({
        listPrices: true,
        listPricesUrl: server.url,
      });

      expect(problems).toEqual([
        {
          from: "genai-prices",
          message: "The price list cannot be fetched: it answers with HTTP 503.",
        },
      ]);
    });
  });
});

describe("keepFresh", () => {
  it("asks at once, and tells who does not answer", async () => {
    const told = await new Promise((resolve) => {
      const refreshing = keepFresh(createCatalogue({ providers: [failing] }), {
        onProblem: (problem) => {
          refreshing.stop();
          resolve(problem);
        },
      });
    });

    expect(told).toEqual({ from: "failing", message: "The key is not accepted." });
  });

  it("gives up what is under way when it is stopped, and tells nothing more", async () => {
    const onProblem = jest.fn();
    const refreshed: Promise<unknown>[] = [];
    const catalogue = createCatalogue({
      providers: [provider("hanging", { listModels: () => new Promise(() => {}) })],
    });

    const refreshing = keepFresh(
      {
        refresh: (options) => {
          const refresh = catalogue.refresh(options);
          refreshed.push(refresh);
          return refresh;
        },
      },
      { onProblem },
    );
    refreshing.stop();
    await Promise.all(refreshed);

    expect(refreshed).toHaveLength(1);
    expect(onProblem).not.toHaveBeenCalled();
  });
});

describe("listCatalogue", () => {
  const config = {
    providers: [
      listing("openai", { model: "gpt-5-mini" }, { model: "gpt-5" }, { model: "gpt-4o" }),
      provider("ollama"),
      failing,
    ],
    models: {
      small: ["openai/gpt-5-mini", "ollama/llama3.2"],
      writer: { models: ["openai/gpt-5-mimi", "openai/gpt-5-mini"], retryOn: [] },
    },
    prices: { "openai/gpt-5-nini": cheap },
  };
  const noPrice = "No known price: not used where a budget in USD applies.";

  it("has a row for each model of the aliases and of the configuration, and asks nobody", async () => {
    const { models, problems } = await listCatalogue(config);

    expect(problems).toEqual([]);
    expect(models.map(({ model, aliases, warnings }) => [model, aliases, warnings])).toEqual([
      ["openai/gpt-5-mini", ["small", "writer"], []],
      ["ollama/llama3.2", ["small"], [noPrice]],
      ["openai/gpt-5-mimi", ["writer"], [noPrice]],
      [
        "openai/gpt-5-nini",
        [],
        ["The configuration says something of it, but no alias uses it: is it misspelt?"],
      ],
    ]);
  });

  it("adds what the providers list, and finds what they do not", async () => {
    await using server = await startPriceServer("", 500);

    const { models, problems } = await listCatalogue(config, {
      refresh: true,
      listPricesUrl: server.url,
    });

    expect(problems.map(({ from }) => from)).toEqual(["failing", "genai-prices"]);
    expect(models.map(({ model }) => model)).toEqual([
      "openai/gpt-5-mini",
      "ollama/llama3.2",
      "openai/gpt-5-mimi",
      "openai/gpt-5-nini",
      "openai/gpt-4o",
      "openai/gpt-5",
    ]);
    const unlisted = models.filter(({ warnings }) =>
      warnings.some((text) => text.includes("retired")),
    );
    expect(unlisted.map(({ model }) => model)).toEqual(["openai/gpt-5-mimi", "openai/gpt-5-nini"]);
  });

  it("warns of a model that will be taken away", async () => {
    const deprecated = await findDeprecated();

    const { models } = await listCatalogue({ providers: [], models: { old: [deprecated] } });

    expect(models[0]?.warnings).toContain(
      "Its provider will take it away: genai-prices lists it as deprecated.",
    );
  });
});

/** Whichever the list has at the moment. */
async function findDeprecated(): Promise<string> {
  const providers = (await waitForUpdate()) ?? [];
  const model = providers
    .flatMap(({ id, models }) =>
      models.map((listed) => ({ ...listed, name: `${id}/${listed.id}` })),
    )
    .find(({ deprecated }) => deprecated);
  if (model === undefined) throw new Error("No deprecated model is listed");
  return model.name;
}
