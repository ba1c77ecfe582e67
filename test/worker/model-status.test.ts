import type { ModelInfo } from "../../plugins/contract.ts";
import { createCatalogue } from "../../worker/catalogue.ts";
import { readModelStatus } from "../../worker/model-status.ts";
import { answer, fail, signalsAt, silentProvider, statusOf } from "../harness/fed-signals.ts";

const NOW = Date.parse("2026-11-25T12:00:00.000Z");
const CONFIG = {
  providers: [silentProvider("a"), silentProvider("b")],
  models: { small: ["a/one"], writer: ["a/one", "b/two"] },
  prices: { "a/one": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
};

const closed = { state: "closed" };

describe("the status of models", () => {
  it("has every model of the aliases in order, also those that nobody called", () => {
    const status = statusOf(
      CONFIG,
      signalsAt(() => NOW),
    );

    expect(status).toEqual([
      {
        model: "a/one",
        provider: "a",
        aliases: ["small", "writer"],
        price: CONFIG.prices["a/one"],
        health: { calls: 0, failures: {}, breaker: closed },
        providerBreaker: closed,
      },
      {
        model: "b/two",
        provider: "b",
        aliases: ["writer"],
        health: { calls: 0, failures: {}, breaker: closed },
        providerBreaker: closed,
      },
    ]);
  });

  it("says how calls ended, how long they took and what they cost, in rounded numbers", () => {
    const signals = signalsAt(() => NOW);
    const limits = { requests: { limit: 3, remaining: 2 } };
    answer(signals, "a/one", { limits });
    answer(signals, "a/one");
    fail(signals, "a/one", "rate_limited");

    const [{ health } = {}] = statusOf(CONFIG, signals);

    expect(health).toEqual({
      calls: 3,
      successRate: 0.667,
      failures: { rate_limited: 1 },
      firstTokenMs: { p50: expect.any(Number), p95: expect.any(Number) },
      durationMs: { p50: expect.any(Number), p95: expect.any(Number) },
      tokensPerSecond: { p50: expect.any(Number), p95: expect.any(Number) },
      costNanoUsd: 2_000_000,
      headroom: 0.667,
      breaker: closed,
    });
    const { firstTokenMs, durationMs, tokensPerSecond } = health!;
    expect(Math.abs(durationMs!.p50 / 1_000 - 1)).toBeLessThan(0.05);
    expect(Math.abs(firstTokenMs!.p50 / 200 - 1)).toBeLessThan(0.05);
    expect(Math.abs(tokensPerSecond!.p50 / 50 - 1)).toBeLessThan(0.05);
  });

  it("follows a breaker: open until a time, then half-open, then closed", () => {
    let now = NOW;
    const signals = signalsAt(() => now);
    const breakerNow = (): unknown => statusOf(CONFIG, signals)[0]?.health.breaker;

    fail(signals, "a/one", "unavailable", 5);
    const opened = breakerNow();
    now += 5_000;
    const halfOpen = breakerNow();
    answer(signals, "a/one", { durationMs: 0 });
    const wellAgain = breakerNow();

    expect(opened).toEqual({ state: "open", blockedUntil: "2026-11-25T12:00:05.000Z" });
    expect(halfOpen).toEqual({ state: "half-open" });
    expect(wellAgain).toEqual(closed);
  });

  it("shows a provider's breaker with each of its models, called or not", () => {
    const signals = signalsAt(() => NOW);
    const models = { writer: ["a/one", "a/other", "b/two"] };

    fail(signals, "a/one", "auth");
    const status = statusOf({ ...CONFIG, models }, signals);

    const open = { state: "open", blockedUntil: "2026-11-25T12:00:05.000Z" };
    expect(status.map(({ health, providerBreaker }) => [health.breaker, providerBreaker])).toEqual([
      [open, open],
      [open, open],
      [closed, closed],
    ]);
    // It says nothing of calls that nobody made.
    expect(status[1]?.health).toEqual({ calls: 0, failures: {}, breaker: open });
  });

  it("has models that no alias names, when workers that share what they learn called them", () => {
    const signals = signalsAt(() => NOW);
    answer(signals, "c/z");
    answer(signals, "c/a");

    const status = statusOf(CONFIG, signals);

    expect(status.map(({ model, aliases }) => [model, aliases])).toEqual([
      ["a/one", ["small", "writer"]],
      ["b/two", ["writer"]],
      ["c/a", []],
      ["c/z", []],
    ]);
  });

  it("expands pools over what providers list and what was called, and says what models can do", async () => {
    const listed: ModelInfo[] = [
      { model: "claude-4", capabilities: { contextWindow: 200_000, tools: true } },
      { model: "mini" },
    ];
    const providers = [silentProvider("gate", { listModels: async () => listed })];
    const catalogue = createCatalogue({ providers });
    const signals = signalsAt(() => NOW);
    answer(signals, "gate/claude-3");

    await catalogue.refresh();
    const status = readModelStatus(
      { models: { pool: { pool: ["*/claude-*"] } } },
      catalogue,
      signals,
    );

    expect(status).toMatchObject([
      {
        model: "gate/claude-4",
        aliases: ["pool"],
        contextWindow: 200_000,
        capabilities: { tools: true },
      },
      { model: "gate/claude-3", aliases: ["pool"], health: { calls: 1 } },
    ]);
  });

  it("is plain JSON", () => {
    const signals = signalsAt(() => NOW);
    answer(signals, "a/one");
    fail(signals, "b/two", "auth");

    const status = statusOf(CONFIG, signals);

    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
  });
});
