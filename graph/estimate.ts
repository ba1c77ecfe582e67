/** What a run will cost before it runs: calls, tokens and USD, at least, as a rule and at most. Rules: docs/reference/estimate.md. */

import type {
  FlowDefinition,
  GraphDefinition,
  ModelCallDefinition,
  StepDefinition,
  View,
} from "./definition.ts";
import { FAILURE_POLICIES } from "./failure-kinds.ts";
import { listModels, type ModelLists } from "./model-list.ts";
import { costOfTokens, type ModelPrice } from "./money.ts";
import { describeProblems, readValue } from "./schema.ts";
import { GraphError } from "./graph-error.ts";
import { addTallies, asFigures, betweenTallies, timesTally, NOTHING, type Tally } from "./tally.ts";
import type { Figures } from "./tally.ts";

export interface EstimateOptions {
  /** Models by alias, as in the configuration: first choice, then fallbacks. */
  readonly models: ModelLists;
  /** List prices by `provider/model`, in USD per million tokens. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  /** An example: prompts that depend on nothing else are really built, and counted at four characters a token. */
  readonly input?: unknown;
  /** Sizes of calls by path; `"*"` stands for all others. They win over `input`. Default: 500 tokens in, 300 out. */
  readonly sizes?: Readonly<Record<string, CallSize>>;
  /** How many items a map has, by path. Default: 10. */
  readonly items?: Readonly<Record<string, number>>;
}

/** Tokens of one call. */
export interface CallSize {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Estimate {
  /** Optional steps are skipped, the cheapest case runs, first choices answer at once, one round is enough. */
  readonly least: Figures;
  /** Half of the optional steps, the mean of the cases, half of the rounds; first choices answer. */
  readonly expected: Figures;
  /** Everything runs, as often as it may, on every candidate, with every retry. */
  readonly worst: Figures;
  /** Models without a price. Where one of them may answer, the USD are not known. */
  readonly unknownPrices: readonly string[];
}

/** The three estimates of one part of a graph. */
interface Range {
  readonly least: Tally;
  readonly expected: Tally;
  readonly worst: Tally;
}

const DEFAULT_SIZE: CallSize = { inputTokens: 500, outputTokens: 300 };
const DEFAULT_ITEMS = 10;
/** The most calls that one candidate may take: the first, and the retries of its failure kind. */
const MOST_TRIES = 1 + Math.max(...Object.values(FAILURE_POLICIES).map(({ retries }) => retries));

/**
 * Estimates one run of `graph`.
 *
 * @throws {GraphError} GRAPH_UNKNOWN_ALIAS when `options.models` has not got an alias, GRAPH_INVALID_INPUT.
 */
export function estimateGraph(graph: GraphDefinition, options: EstimateOptions): Estimate {
  const unknown = new Set<string>();
  const view = readExample(graph, options);
  const { least, expected, worst } = estimateFlow(graph, "", { options, unknown, view });
  return {
    least: asFigures(least),
    expected: asFigures(expected),
    worst: asFigures(worst),
    unknownPrices: [...unknown].toSorted(),
  };
}

interface Context {
  readonly options: EstimateOptions;
  readonly unknown: Set<string>;
  /** What callbacks of the graph's first steps see. `undefined`: no example was given. */
  readonly view: View | undefined;
}

function readExample(graph: GraphDefinition, { input }: EstimateOptions): View | undefined {
  if (input === undefined) return undefined;
  const read = readValue(graph.input, input);
  if (read.ok) return { input: read.value };
  throw new GraphError(
    "GRAPH_INVALID_INPUT",
    `The example does not fit the input of graph "${graph.id}": ${describeProblems(read.problems)}. Give one that fits.`,
  );
}

const EMPTY: Range = { least: NOTHING, expected: NOTHING, worst: NOTHING };

function estimateFlow({ steps }: FlowDefinition, outer: string, context: Context): Range {
  return sum(steps.map((step) => estimateStep(step, `${outer}${step.id}`, context)));
}

function estimateStep(step: StepDefinition, path: string, context: Context): Range {
  switch (step.kind) {
    case "step":
      return estimateCall(step.call, path, seenBy(step, path, context));
    case "maybe":
      return maybe(estimateCall(step.call, path, seenBy(step, path, context)));
    case "refine": {
      const within = { ...context, view: undefined };
      const write = estimateCall(step.write, `${path}/write`, within);
      const round = sum([write, estimateCall(step.review, `${path}/review`, within)]);
      return times(round, 1, Math.ceil(step.maxRounds / 2), step.maxRounds);
    }
    case "branch":
      return oneOf(
        Object.entries(step.cases).map(([name, flow]) =>
          estimateFlow(flow, `${path}/${name}/`, context),
        ),
      );
    case "map": {
      const items = context.options.items?.[path] ?? DEFAULT_ITEMS;
      return times(estimateFlow(step.each, `${path}/`, context), items, items, items);
    }
    case "sub":
      return estimateFlow(step.graph, `${path}/`, context);
    case "approval":
    case "wait":
    case "tool":
    case "code":
    case "reward":
      return EMPTY;
  }
}

function estimateCall(call: ModelCallDefinition, path: string, context: Context): Range {
  const { sizes = {} } = context.options;
  const rough = sizes["*"] ?? DEFAULT_SIZE;
  const size = sizes[path] ?? { ...rough, ...countPrompt(call, context.view) };
  const candidates = candidatesOf(call, path, context.options);
  const tallies = candidates.map((model) => tallyCall(model, size, context));
  const first = tallies[0] ?? NOTHING;
  const rounds = call.tools.length === 0 ? 0 : call.maxToolRounds;
  return {
    least: first,
    expected: timesTally(first, 1 + Math.ceil(rounds / 2)),
    worst: timesTally(addTallies(tallies), (1 + rounds) * MOST_TRIES),
  };
}

/** Only a step that sees nothing but the input can be asked for its prompt before the run. */
function seenBy(step: StepDefinition, path: string, context: Context): Context {
  return step.sees.size === 0 && path === step.id ? context : { ...context, view: undefined };
}

function countPrompt(
  { prompt, system }: ModelCallDefinition,
  view: View | undefined,
): Partial<CallSize> {
  if (view === undefined || prompt === undefined) return {};
  try {
    const texts = [prompt, system].map((callback) => callback?.(view) ?? "");
    if (!texts.every((text) => typeof text === "string")) return {};
    return { inputTokens: Math.ceil(texts.join("").length / CHARACTERS_PER_TOKEN) };
  } catch {
    // A callback that throws on the example is found when the graph runs; here its size is not known.
    return {};
  }
}

/** The usual rule of thumb for English. */
const CHARACTERS_PER_TOKEN = 4;

function candidatesOf(
  { models }: ModelCallDefinition,
  path: string,
  options: EstimateOptions,
): readonly string[] {
  const lists = models.map((alias) => {
    const list = Object.hasOwn(options.models, alias) ? options.models[alias] : undefined;
    if (list !== undefined) return listModels(list);
    const known = Object.keys(options.models).map((name) => `"${name}"`);
    throw new GraphError(
      "GRAPH_UNKNOWN_ALIAS",
      `Step "${path}" uses the alias "${alias}", of which the estimate is given no models ` +
        `(there are: ${known.join(", ") || "none"}). Add it to "models".`,
    );
  });
  return [...new Set(lists.flat())];
}

function tallyCall(model: string, size: CallSize, { options, unknown }: Context): Tally {
  const price = options.prices[model];
  if (price === undefined) unknown.add(model);
  const { inputTokens, outputTokens } = size;
  const costNanoUsd = price && costOfTokens(size, price);
  return { calls: 1, inputTokens, outputTokens, costNanoUsd };
}

function sum(ranges: readonly Range[]): Range {
  return {
    least: addTallies(ranges.map(({ least }) => least)),
    expected: addTallies(ranges.map(({ expected }) => expected)),
    worst: addTallies(ranges.map(({ worst }) => worst)),
  };
}

function times({ least, expected, worst }: Range, few: number, some: number, most: number): Range {
  return {
    least: timesTally(least, few),
    expected: timesTally(expected, some),
    worst: timesTally(worst, most),
  };
}

function maybe({ expected, worst }: Range): Range {
  return { least: NOTHING, expected: betweenTallies([NOTHING, expected]).mean, worst };
}

function oneOf(cases: readonly Range[]): Range {
  if (cases.length === 0) return EMPTY;
  return {
    least: betweenTallies(cases.map(({ least }) => least)).smallest,
    expected: betweenTallies(cases.map(({ expected }) => expected)).mean,
    worst: betweenTallies(cases.map(({ worst }) => worst)).largest,
  };
}
