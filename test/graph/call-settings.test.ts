import { kit } from "signalbox";
import { z } from "zod";
import type { Budget } from "../../graph/budget.ts";
import {
  readCallSettings,
  readTotalDeadline,
  type CallOptionsOfPolicy,
  type CallSettings,
} from "../../graph/call-settings.ts";
import { checkBudget, checkSettings } from "../../graph/check-settings.ts";
import { CURABLE_KINDS } from "../../graph/failure-kinds.ts";

function read(options: CallOptionsOfPolicy, defaults: CallOptionsOfPolicy = {}): CallSettings {
  return readCallSettings(options, defaults, "draft");
}

describe("the settings of a call", () => {
  it("are nothing where nothing is said: the engine has its own defaults", () => {
    expect(read({})).toStrictEqual({});
    expect(read({ deadline: "20 seconds" })).toStrictEqual({});
  });

  it("are durations in milliseconds, and the rest as it was given", () => {
    const settings = read({
      deadline: { connect: "5 seconds", firstByte: "10 seconds", idle: "1 minute" },
      stepDeadline: "2 minutes",
      patience: "1.5 seconds",
      retryOn: ["timeout"],
      fallbackOn: [],
      maxOutputTokens: 500,
      sampling: { temperature: 0, seed: 7, stop: ["END"] },
      stream: true,
      placement: "local",
      budget: { usd: 0.1, atLimit: "degrade" },
    });

    expect(settings).toStrictEqual({
      connectMs: 5_000,
      firstByteMs: 10_000,
      idleMs: 60_000,
      stepMs: 120_000,
      patienceMs: 1_500,
      retryOn: ["timeout"],
      fallbackOn: [],
      maxOutputTokens: 500,
      sampling: { temperature: 0, seed: 7, stop: ["END"] },
      stream: true,
      placement: "local",
      budget: { usd: 0.1, atLimit: "degrade" },
    });
  });

  it("say nothing of the placement that every call has: a graph that names it is the same", () => {
    expect(read({ placement: "activity" }, { placement: "local" })).toStrictEqual({});
    expect(read({}, { placement: "local" })).toStrictEqual({ placement: "local" });
  });

  it("of a step win over the graph's, stage by stage", () => {
    const defaults: CallOptionsOfPolicy = {
      deadline: { connect: "5 seconds", idle: "10 seconds" },
      patience: "1 second",
      stream: true,
    };

    const settings = read({ deadline: { idle: "20 seconds" }, stream: false }, defaults);

    expect(settings).toStrictEqual({
      connectMs: 5_000,
      idleMs: 20_000,
      patienceMs: 1_000,
      stream: false,
    });
  });

  it("keep the graph's stages where the step says one time for all", () => {
    const settings = read({ deadline: "20 seconds" }, { deadline: { connect: "5 seconds" } });

    expect(settings).toStrictEqual({ connectMs: 5_000 });
  });

  it.each([
    ["deadline", { deadline: { connect: "0 seconds" } }],
    ["deadline", { deadline: { firstByte: "soon" } }],
    ["deadline", { deadline: { idle: "25 days" } }],
    ["stepDeadline", { stepDeadline: "25 days" }],
    ["patience", { patience: "-1 seconds" }],
  ])("are refused where %s is no time a call may take: %j", (_name, options) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the compiler would refuse.
    expect(() => read(options as CallOptionsOfPolicy)).toThrow(
      expect.objectContaining({ code: "GRAPH_INVALID_DURATION" }),
    );
  });
});

describe("the deadline of a whole attempt", () => {
  it.each<[CallOptionsOfPolicy["deadline"], CallOptionsOfPolicy["deadline"], number]>([
    [undefined, undefined, 60_000],
    ["20 seconds", undefined, 20_000],
    ["20 seconds", "5 seconds", 20_000],
    [undefined, "5 seconds", 5_000],
    [{ total: "20 seconds" }, "5 seconds", 20_000],
    [{ idle: "1 second" }, "5 seconds", 5_000],
    [{ idle: "1 second" }, { total: "5 seconds" }, 5_000],
    [{ idle: "1 second" }, { idle: "5 seconds" }, 60_000],
  ])("is the step's, else the graph's, else a minute: %j, %j", (own, defaults, milliseconds) => {
    const policies = [{ deadline: own }, { deadline: defaults }];

    expect(readTotalDeadline(policies, "draft")).toBe(milliseconds);
  });

  it.each<[CallOptionsOfPolicy, CallOptionsOfPolicy, number]>([
    [{ placement: "local" }, {}, 8_000],
    [{ placement: "local", deadline: { idle: "2 seconds" } }, {}, 8_000],
    [{ placement: "local", deadline: "8 seconds" }, { deadline: "60 seconds" }, 8_000],
    [{ placement: "local" }, { deadline: "3 seconds" }, 3_000],
    [{ deadline: "2 seconds" }, { placement: "local" }, 2_000],
    [{ placement: "activity" }, { placement: "local" }, 60_000],
    [{ placement: "activity", deadline: "9 seconds" }, { placement: "local" }, 9_000],
  ])("of a local call is eight seconds at most: %j, %j", (own, defaults, milliseconds) => {
    expect(readTotalDeadline([own, defaults], "draft")).toBe(milliseconds);
  });

  it.each<[CallOptionsOfPolicy, CallOptionsOfPolicy, string]>([
    [{ placement: "local", deadline: "60 seconds" }, {}, "60 seconds"],
    [{ placement: "local", deadline: { total: "8.5 seconds" } }, {}, "8.5 seconds"],
    [{ placement: "local" }, { deadline: "1 minute" }, "60 seconds"],
    [{ deadline: "1 minute" }, { placement: "local" }, "60 seconds"],
  ])("of a local call is refused where it is longer: %j, %j", (own, defaults, told) => {
    expect(() => readTotalDeadline([own, defaults], "draft")).toThrow(
      expect.objectContaining({
        code: "GRAPH_LOCAL_TOO_LONG",
        message:
          `Step "draft" is placed "local" and has a deadline of ${told}; a local call may take 8. ` +
          `Give it a shorter "deadline", or leave "placement" out for a call that may take longer.`,
      }),
    );
  });
});

/** The codes and messages of what is wrong. */
function problemsOf(settings: CallSettings): readonly string[] {
  return [...checkSettings(settings, "draft", `Step "draft"`)].map(
    ({ code, step, message }) => `${code} ${step}: ${message}`,
  );
}

describe("the check of settings", () => {
  it("finds nothing in settings that make sense", () => {
    const problems = problemsOf({
      connectMs: 1,
      stepMs: 1,
      maxOutputTokens: 1,
      retryOn: CURABLE_KINDS,
      fallbackOn: [],
      sampling: { temperature: 2, topP: 0, seed: -1 },
      budget: { usd: 0 },
    });

    expect(problems).toEqual([]);
  });

  it.each<[CallSettings, string]>([
    [{ connectMs: 0 }, `GRAPH_INVALID_DURATION draft: Step "draft" has "connectMs" "0"`],
    [{ firstByteMs: -1 }, `GRAPH_INVALID_DURATION draft: Step "draft" has "firstByteMs" "-1"`],
    [{ idleMs: 0.5 }, `GRAPH_INVALID_DURATION draft: Step "draft" has "idleMs" "0.5"`],
    [{ stepMs: 2 ** 60 }, `GRAPH_INVALID_DURATION draft: Step "draft" has "stepMs"`],
    [{ patienceMs: Number.NaN }, `GRAPH_INVALID_DURATION draft: Step "draft" has "patienceMs"`],
    [{ maxOutputTokens: 0 }, `GRAPH_INVALID_SETTING draft: Step "draft" has "maxOutputTokens" "0"`],
    [{ maxOutputTokens: 1.5 }, `GRAPH_INVALID_SETTING draft`],
    [
      { sampling: { temperature: 2.1 } },
      `has the temperature "2.1". Give it a number from 0 to 2.`,
    ],
    [{ sampling: { temperature: Number.NaN } }, `has the temperature "NaN"`],
    [{ sampling: { topP: 1.1 } }, `has "topP" "1.1"`],
    [{ sampling: { seed: 0.5 } }, `has the seed "0.5"`],
    [{ budget: {} }, `GRAPH_INVALID_BUDGET draft: Step "draft" has a budget that is none`],
    [{ budget: { usd: -1 } }, `"usd" has to be 0 or more`],
  ])("finds what is wrong with %j", (settings, says) => {
    expect(problemsOf(settings)).toEqual([expect.stringContaining(says)]);
  });

  it.each(["retryOn", "fallbackOn"] as const)(
    "finds a kind in %s that no other call cures, and lists those that one may",
    (name) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- As it may come from JSON.
      const settings = { [name]: ["timeout", "cancelled"] } as CallSettings;

      const [message, ...more] = problemsOf(settings);

      expect(more).toEqual([]);
      expect(message).toContain(`Step "draft" names "cancelled" in "${name}"`);
      expect(message).toContain(`"rate_limited"`);
    },
  );

  it("says whose budget it is that is none", () => {
    const budget: Budget = { calls: 0.5 };

    expect([...checkBudget(budget, undefined, "The graph")]).toEqual([
      {
        code: "GRAPH_INVALID_BUDGET",
        severity: "error",
        step: undefined,
        message: `The graph has a budget that is none: "calls" has to be a whole number.`,
      },
    ]);
  });
});

describe("a graph", () => {
  const { graph } = kit<{ readonly models: { readonly small: unknown } }>();
  const call = { model: "small", output: z.string(), prompt: () => "hello" } as const;

  it("that has wrong budgets everywhere is told each, with its place", () => {
    const wrong = { usd: -1 };
    const everywhere = graph({ id: "everywhere", input: z.object({}), budget: wrong })
      .step("ask", { ...call, budget: wrong })
      .refine("letter", {
        maxRounds: 2,
        budget: wrong,
        write: { ...call, budget: wrong },
        review: { ...call, output: z.object({ good: z.boolean() }) },
        accept: ({ good }) => good,
      });

    const problems = everywhere.validate();

    expect(problems.map(({ code, step }) => [code, step])).toEqual([
      ["GRAPH_INVALID_BUDGET", undefined],
      ["GRAPH_INVALID_BUDGET", "ask"],
      ["GRAPH_INVALID_BUDGET", "letter"],
      ["GRAPH_INVALID_BUDGET", "letter"],
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/graph/i),
      expect.stringContaining(`"ask"`),
      expect.stringContaining(`"letter"`),
      expect.stringContaining(`"write" of refine "letter"`),
    ]);
  });

  it("has its settings and budgets in its data form, and nothing where nothing was said", () => {
    const said = graph({
      id: "said",
      input: z.object({}),
      deadline: "1 hour",
      budget: { usd: 0.25 },
    })
      .step("ask", { ...call, patience: "1 second", budget: { calls: 2 } })
      .step("plain", call);

    const { deadlineMs, budget, steps } = said.toJSON();

    expect({ deadlineMs, budget }).toEqual({ deadlineMs: 3_600_000, budget: { usd: 0.25 } });
    expect(steps[0]).toMatchObject({ settings: { patienceMs: 1_000, budget: { calls: 2 } } });
    expect(steps[1]).not.toHaveProperty("settings");
  });
});
