import type { Run } from "../../client/run.ts";
import type { FailureKind } from "../../graph/failure-kinds.ts";
import { FAILURE_POLICIES } from "../../graph/failure-kinds.ts";
import { asking, askingForObject } from "../fixtures/graphs.ts";
import type { FakeAnswer } from "../harness/fake-openai.ts";
import { openGate } from "../harness/open-gate.ts";
import { COST_OF_GOOD_CALL, startUpstreams, type Upstreams } from "../harness/upstreams.ts";
import { withWorker } from "../harness/temporal.ts";

/** One row of DESIGN.md's table of kinds, as an upstream shows it. */
interface Row {
  readonly kind: FailureKind;
  /** The word its prompt begins with. */
  readonly word: string;
  readonly answer: FakeAnswer;
  /** Calls of the first model: once more within the attempt, or as another attempt, or not. */
  readonly attempts: readonly { readonly tries: number; readonly costNanoUsd?: number }[];
  readonly graph?: typeof asking | typeof askingForObject;
  readonly httpStatus?: number;
  /** The least time between the first two calls. */
  readonly waitMs?: number;
  /** In the message of a run that has no model left. */
  readonly told: RegExp;
}

const COST = { tries: 1, costNanoUsd: COST_OF_GOOD_CALL } as const;
const USAGE = { prompt_tokens: 12, completion_tokens: 5 };

/** What the fake's good answer costs although it was of no use. */
const ROWS: readonly Row[] = [
  {
    kind: "rate_limited",
    word: "limited",
    answer: { status: 429, headers: { "retry-after": "1" } },
    attempts: [{ tries: 2 }],
    httpStatus: 429,
    waitMs: 1_000,
    told: /the API answered 429.*\(rate_limited, HTTP 429, request req-\d+, 2 calls, \d+ ms\)/,
  },
  {
    kind: "rate_limited",
    word: "limitedForLong",
    answer: { status: 429, headers: { "retry-after": "3600" } },
    attempts: [{ tries: 1 }],
    httpStatus: 429,
    told: /\(rate_limited, HTTP 429, request req-\d+, asked to wait 3600 s, \d+ ms\)/,
  },
  {
    kind: "overloaded",
    word: "overloaded",
    answer: { status: 529 },
    attempts: [{ tries: 2 }],
    httpStatus: 529,
    told: /\(overloaded, HTTP 529/,
  },
  {
    kind: "unavailable",
    word: "unavailable",
    answer: { status: 500 },
    attempts: [{ tries: 2 }],
    httpStatus: 500,
    told: /\(unavailable, HTTP 500/,
  },
  {
    kind: "timeout",
    word: "silent",
    answer: { stall: true },
    attempts: [{ tries: 1 }],
    told: /no complete answer within 10000 ms|no answer within 10000 ms/,
  },
  {
    kind: "malformed",
    word: "empty",
    answer: { content: "" },
    attempts: [COST, COST],
    told: /\(malformed, /,
  },
  {
    kind: "invalid_output",
    word: "unfit",
    answer: { content: '{"answer": "three"}' },
    attempts: [COST, COST],
    graph: askingForObject,
    told: /does not fit the step's schema: "answer": .*\(invalid_output/,
  },
  {
    kind: "invalid_output",
    word: "refined",
    answer: { content: '{"answer": -3}' },
    attempts: [COST, COST],
    graph: askingForObject,
    told: /"answer": has to be positive \(invalid_output/,
  },
  {
    kind: "context_length",
    word: "long",
    answer: { status: 400, error: { code: "context_length_exceeded" } },
    attempts: [{ tries: 1 }],
    httpStatus: 400,
    told: /\(context_length, HTTP 400/,
  },
  {
    kind: "content_filtered",
    word: "filtered",
    answer: { content: "I", finishReason: "content_filter" },
    attempts: [COST],
    told: /content filter.*\(content_filtered/,
  },
  {
    kind: "refused",
    word: "refused",
    answer: { content: null, refusal: "I cannot", usage: USAGE },
    attempts: [COST],
    told: /\(refused/,
  },
  ...(
    [
      ["auth", 401],
      ["insufficient_credit", 402],
      ["not_found", 404],
      ["bad_request", 400],
    ] as const
  ).map(([kind, status]): Row => ({
    kind,
    word: kind,
    answer: { status },
    attempts: [{ tries: 1 }],
    httpStatus: status,
    told: new RegExp(`the API answered ${status}.*\\(${kind}, HTTP ${status}`),
  })),
];

/** As the table, but with a backup that fails the same way, so that the run's error can be read. */
const HOPELESS = "hopeless-";

const rows = new Map(ROWS.map((row) => [row.word, row]));
const runs = new Map<string, Run>();
let upstreams: Upstreams;

function answerTo(word: string): FakeAnswer {
  return rows.get(word.replace(HOPELESS, ""))?.answer ?? { status: 500 };
}

beforeAll(async () => {
  upstreams = await startUpstreams(answerTo, (word) => {
    if (word.startsWith(HOPELESS)) return answerTo(word);
    return { content: rows.get(word)?.graph ? '{"answer": 3}' : "from the backup" };
  });
  try {
    // Each row is about one call; all of them together would open the breaker of the one model they share.
    await withWorker({ config: upstreams.config, liveSignals: openGate() }, async ({ client }) => {
      const words = ROWS.flatMap(({ word }) => [word, `${HOPELESS}${word}`]);
      await Promise.all(
        words.map(async (word) => {
          const { graph = asking } = rows.get(word.replace(HOPELESS, ""))!;
          const id = await client.start(graph, { say: `${word} what now?` });
          await client.waitUntilClosed(id);
          runs.set(word, await client.get(id));
        }),
      );
    });
  } finally {
    await upstreams.server.stop();
  }
}, 120_000);

it("goes through every kind that an attempt can end with", () => {
  const mine: readonly FailureKind[] = [
    "guardrail_blocked",
    "budget_exceeded",
    "callback_error",
    "cancelled",
  ];
  const kinds = [...new Set(ROWS.map(({ kind }) => kind))];

  expect([...kinds, ...mine].toSorted()).toEqual(Object.keys(FAILURE_POLICIES).toSorted());
});

describe("a model that fails, on a real server, with", () => {
  it.each(ROWS)("$kind ($word) is called as the table says, then the next one answers", (row) => {
    const { kind, word, attempts, httpStatus } = row;

    const run = runs.get(word);

    expect(run?.status).toBe("completed");
    expect(run?.attempts).toMatchObject([
      ...attempts.map((attempt) => ({
        model: "up/primary",
        status: "failed",
        kind,
        ...attempt,
        ...(httpStatus !== undefined && { httpStatus }),
      })),
      { model: "up/backup", status: "completed", tries: 1, costNanoUsd: COST_OF_GOOD_CALL },
    ]);
  });

  it.each(ROWS)("$kind ($word) is called upstream so often, and then the next one", (row) => {
    const { word, attempts } = row;
    const calls = attempts.reduce((sum, { tries }) => sum + tries, 0);

    const models = upstreams.seen(word).map(({ model }) => model);

    expect(models).toEqual([...Array.from({ length: calls }, () => "primary"), "backup"]);
  });

  it.each(ROWS.filter(({ waitMs }) => waitMs !== undefined))(
    "$kind ($word) is called again no sooner than it asked for",
    ({ word, waitMs }) => {
      const [first, second] = upstreams.seen(word);

      expect(second!.at - first!.at).toBeGreaterThanOrEqual(waitMs!);
    },
  );

  it.each(ROWS)("$kind ($word) costs nothing that was not billed", ({ word, attempts }) => {
    const failed = runs.get(word)?.attempts.filter(({ status }) => status === "failed") ?? [];

    const costs = failed.map(({ costNanoUsd, mayBeBilled }) =>
      mayBeBilled ? undefined : costNanoUsd,
    );

    expect(costs).toEqual(attempts.map(({ costNanoUsd }) => costNanoUsd));
  });

  it.each(ROWS)("$kind ($word) everywhere ends the run with an error that tells all", (row) => {
    const { word, told, kind } = row;

    const run = runs.get(`${HOPELESS}${word}`);

    expect(run?.error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(run?.error?.message).toMatch(told);
    expect(run?.error?.message).toContain(`up/backup`);
    expect(run?.error?.message).not.toMatch(/canary|what now/);
    expect(run?.attempts.every((attempt) => attempt.kind === kind)).toBe(true);
  });
});

describe("a reply that does not fit", () => {
  it("is asked for once more with what was wrong, in words of the schema alone", () => {
    const [first, second, third] = upstreams
      .seen("unfit")
      .map(({ request }) => request.body.messages);

    expect(first).toHaveLength(1);
    expect(second).toHaveLength(2);
    expect(second?.at(-1)?.content).toMatch(/^Your last reply was refused: .*"answer"/);
    expect(second?.at(-1)?.content).not.toContain("three");
    expect(third).toHaveLength(1);
  });
});

describe("a call of which nobody told the end", () => {
  it("is charged with the most it may cost, and marked", () => {
    const [silent] = runs.get("silent")?.attempts ?? [];

    expect(silent).toMatchObject({ kind: "timeout", isEstimate: true, mayBeBilled: true });
    expect(silent?.inputTokens).toBeGreaterThan(10);
    expect(silent?.costNanoUsd).toBeGreaterThan(0);
  });
});
