import { z } from "zod";
import { PluginError, type RankRequest, type Router } from "../../../plugins/contract.ts";
import { balanced } from "../../../plugins/routers/balanced.ts";
import { bandit } from "../../../plugins/routers/bandit.ts";
import { cascade } from "../../../plugins/routers/cascade.ts";
import { cheapest } from "../../../plugins/routers/cheapest.ts";
import { consensus } from "../../../plugins/routers/consensus.ts";
import { experiment } from "../../../plugins/routers/experiment.ts";
import { fallback } from "../../../plugins/routers/fallback.ts";
import { fastest } from "../../../plugins/routers/fastest.ts";
import { learned } from "../../../plugins/routers/learned.ts";
import { sticky } from "../../../plugins/routers/sticky.ts";
import { weighted } from "../../../plugins/routers/weighted.ts";
import { when } from "../../../plugins/routers/when.ts";

const REQUEST: RankRequest = {
  graph: "support",
  step: "draft",
  run: "run-1",
  workspace: "default",
  key: "run-1",
  seed: 1,
};
const scorer = { predict: () => 0.5 };
const judge = { model: "judge", rubric: "It answers." };

describe("a router refuses", () => {
  it.each<readonly [what: string, make: () => Router, why: RegExp]>([
    ["no shares", () => weighted({ shares: {} }), /nothing above 0 in "shares"/],
    ["shares that are all 0", () => weighted({ shares: { "a/b": 0 } }), /nothing above 0/],
    ["a negative share", () => weighted({ shares: { "a/b": -1, "a/c": 2 } }), /has -1 for "a\/b"/],
    [
      "a share that is no number",
      () => weighted({ shares: { "a/b": Number.NaN } }),
      /has NaN for "a\/b"/,
    ],
    [
      "an endless weight",
      () => sticky({ weights: { "a/b": Infinity } }),
      /has Infinity for "a\/b"/,
    ],
    ["an experiment without arms", () => experiment({ name: "e", arms: {} }), /has no "arms"/],
    ["an experiment without a name", () => experiment({ name: "", arms: {} }), /has no "name"/],
    [
      "an arm without models",
      () => experiment({ name: "e", arms: { a: { share: 1, models: [] } } }),
      /the arm "a" without models/,
    ],
    [
      "arms that nobody gets",
      () => experiment({ name: "e", arms: { a: { share: 0, models: ["a/b"] } } }),
      /nothing above 0 in "arms"/,
    ],
    [
      "a percentile that is not kept",
      () => fastest(JSON.parse('{"percentile":"p99"}')),
      /"percentile" "p99"/,
    ],
    ["an exploration above 1", () => fastest({ explore: 2 }), /has 2 for "explore"/],
    [
      "times that weigh nothing",
      () => fastest({ weights: { firstToken: 0, writing: 0 } }),
      /nothing above 0 in "weights"/,
    ],
    [
      "a balance of nothing",
      () => balanced({ cost: 0, latency: 0, quality: 0 }),
      /nothing above 0/,
    ],
    [
      "a quality above 1",
      () => balanced({ qualityOf: { "a/*": 7 } }),
      /has 7 for "a\/\*" in "qualityOf"/,
    ],
    ["a negative sharpness", () => balanced({ sharpness: -1 }), /has -1 for "sharpness"/],
    ["a cascade that accepts all", () => cascade({ accept: {} }), /accepts every reply/],
    [
      "a threshold that is no number",
      () => cascade({ accept: { confidence: { field: "sure", atLeast: Number.NaN } } }),
      /"confidence.atLeast"/,
    ],
    [
      "a confidence in no field",
      () => cascade({ accept: { confidence: { field: "", atLeast: 1 } } }),
      /without a "field"/,
    ],
    [
      "a judge that rates above 1",
      () => cascade({ accept: { judge: { ...judge, atLeast: 5 } } }),
      /has 5 for "judge.atLeast"/,
    ],
    [
      "a schema that JSON cannot carry",
      () => cascade({ accept: { schema: z.object({ at: z.date() }) } }),
      /cannot use its "schema"/,
    ],
    ["a consensus of nobody", () => consensus({ size: 0 }), /the "size" 0/],
    ["a quorum of more than all", () => consensus({ size: 3, quorum: 4 }), /the "quorum" 4/],
    [
      "a judge without an alias",
      () => consensus({ size: 3, judge: { ...judge, model: "" } }),
      /without a "model"/,
    ],
    [
      "a judge who is told nothing",
      () => consensus({ size: 3, judge: { ...judge, rubric: "" } }),
      /without a "rubric"/,
    ],
    ["a prior of nothing", () => bandit({ prior: { good: 0, bad: 1 } }), /has 0 for "prior.good"/],
    ["a negative cost", () => bandit({ cost: -0.1 }), /has -0.1 for "cost"/],
    [
      "a scorer that predicts nothing",
      () => learned(JSON.parse('{"scorer":{}}')),
      /no "scorer" that can predict/,
    ],
    ["a minimum above 1", () => learned({ scorer, minimum: 50 }), /has 50 for "minimum"/],
    [
      "to prefer without a minimum",
      () => learned({ scorer, prefer: "cheapest" }),
      /Give a "minimum"/,
    ],
    ["no router to fall back on", () => fallback(), /no router, or nothing/],
  ])("%s", (_what, make, why) => {
    expect(make).toThrow(PluginError);
    expect(make).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringMatching(why),
      }),
    );
  });
});

describe("a plan", () => {
  const ladder = cascade({ accept: { confidence: { field: "sure", atLeast: 0.8 } } });
  const vote = consensus({ size: 3 });

  it("of a cascade says what is good enough, as JSON", () => {
    const schema = z.object({ text: z.string().min(10) });

    const plan = cascade({ accept: { schema, judge: { ...judge, atLeast: 0.7 } } }).plan?.(REQUEST);

    expect(plan).toMatchObject({
      kind: "cascade",
      accept: {
        schema: { properties: { text: { type: "string", minLength: 10 } } },
        judge: { ...judge, atLeast: 0.7 },
      },
    });
  });

  it("of a cascade takes JSON Schema as it is, and no pattern whose flags JSON would lose", () => {
    const given = { type: "object", required: ["text"] };

    const plain = cascade({ accept: { schema: given } }).plan?.(REQUEST);
    const flagged = cascade({
      accept: { schema: z.object({ text: z.string().regex(/yes/i) }) },
    }).plan?.(REQUEST);

    expect(plain).toEqual({ kind: "cascade", accept: { schema: given } });
    expect(JSON.stringify(flagged)).not.toContain("pattern");
  });

  it("of a consensus holds what was given", () => {
    const plan = consensus({ size: 5, field: "kind", quorum: 2, judge }).plan?.(REQUEST);

    expect(plan).toEqual({ kind: "consensus", size: 5, field: "kind", quorum: 2, judge });
  });

  it("passes through when()", () => {
    const router = when(({ step }) => step === "draft", ladder);

    expect(router.plan?.(REQUEST)).toEqual(ladder.plan?.(REQUEST));
    expect(router.plan?.({ ...REQUEST, step: "review" })).toBeUndefined();
  });

  it("passes through an arm of an experiment", () => {
    const router = experiment({
      name: "e",
      arms: { a: { share: 1, router: vote }, b: { share: 0, models: ["a/b"] } },
    });

    expect(router.plan?.(REQUEST)).toEqual({ kind: "consensus", size: 3 });
  });

  it("passes through sticky()", () => {
    expect(sticky({ router: vote }).plan?.(REQUEST)).toEqual({ kind: "consensus", size: 3 });
  });

  it("of a fallback is that of the router that has the opinion, before it ranks and after", () => {
    const router = fallback(
      when(({ step }) => step === "draft", cheapest()),
      vote,
    );
    const review = { ...REQUEST, step: "review" };
    const signals = { of: () => undefined, rewardOf: () => undefined };

    expect(router.plan?.(REQUEST)).toBeUndefined();
    expect(router.plan?.(review)).toEqual({ kind: "consensus", size: 3 });
    router.rank(REQUEST, [], signals);
    router.rank(review, [], signals);
    expect(router.plan?.(REQUEST)).toBeUndefined();
    expect(router.plan?.(review)).toEqual({ kind: "consensus", size: 3 });
  });
});
