/** Queues of the configuration: which are refused, and what a worker serves of them. */

import { readServed, type Queues, type Served } from "../../worker/check-queues.ts";
import { defineConfig } from "../../worker/config.ts";
import { SignalboxPlugin } from "../../worker/signalbox-plugin.ts";

const providers = ["openai", "ollama"].map((id) => ({
  id,
  generate: () => Promise.reject(new Error("nobody calls")),
}));
const queues = { openai: { attemptsPerSecond: 5 }, ollama: {} };

function invalid(named: string): Error {
  return expect.objectContaining({
    code: "CONFIG_INVALID_QUEUE",
    message: expect.stringContaining(named),
  });
}

describe("a queue", () => {
  it.each<Queues>([
    { openai: {} },
    { openai: { attemptsPerSecond: 0.2 }, ollama: { atOnce: 1 } },
    { openai: { attemptsPerSecond: 100_000, atOnce: 500, longestWaitMs: 30_000 } },
  ])("is taken: %j", (given) => {
    expect(defineConfig({ providers, models: {}, queues: given }).queues).toBe(given);
  });

  it.each<[Queues, string]>([
    [{ openia: {} }, '"openia"'],
    [{ "openai/gpt-5": {} }, '"openai/gpt-5"'],
    [{ openai: { attemptsPerSecond: 0 } }, '"attemptsPerSecond: 0"'],
    [{ openai: { attemptsPerSecond: -1 } }, '"attemptsPerSecond: -1"'],
    [{ openai: { attemptsPerSecond: Number.NaN } }, '"attemptsPerSecond: NaN"'],
    [{ openai: { attemptsPerSecond: Infinity } }, '"attemptsPerSecond: Infinity"'],
    [{ openai: JSON.parse('{"attemptsPerSecond":"5"}') }, '"attemptsPerSecond: 5"'],
    [{ openai: { atOnce: 1.5 } }, '"atOnce: 1.5"'],
    [{ openai: { atOnce: 0 } }, '"atOnce: 0"'],
    [{ openai: { longestWaitMs: -5 } }, '"longestWaitMs: -5"'],
    [{ openai: JSON.parse('{"perSecond":5}') }, '"perSecond: 5"'],
    [{ openai: JSON.parse('{"toString":5}') }, '"toString: 5"'],
  ])("is refused: %j", (given, named) => {
    const define = (): unknown => defineConfig({ providers, models: {}, queues: given });

    expect(define).toThrow(invalid(named));
  });

  it("is refused by the plugin, which does not serve it, unless others do", () => {
    const config = defineConfig({ providers, models: {}, queues });

    expect(() => new SignalboxPlugin({ config })).toThrow(invalid("--queue openai"));
    expect(() => new SignalboxPlugin({ config, queues: "elsewhere" })).not.toThrow();
  });
});

describe("a worker", () => {
  it.each<[Served | undefined, Required<Served>]>([
    [undefined, { graphs: true, queues: ["openai", "ollama"] }],
    [{ graphs: true }, { graphs: true, queues: [] }],
    [{ queues: ["ollama", "ollama"] }, { graphs: false, queues: ["ollama"] }],
    [
      { graphs: true, queues: ["openai"] },
      { graphs: true, queues: ["openai"] },
    ],
  ])("that is told %j serves %j", (served, expected) => {
    expect(readServed(served, queues)).toEqual(expected);
  });

  it.each<[Served, string]>([
    [{ queues: ["anthropic"] }, '"anthropic"'],
    [{ queues: [] }, "nothing"],
    [{}, "nothing"],
  ])("that is told %j is refused", (served, named) => {
    expect(() => readServed(served, queues)).toThrow(invalid(named));
  });
});
