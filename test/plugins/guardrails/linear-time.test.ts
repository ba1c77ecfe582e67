/** Twice the text takes twice the time: what grows faster is a way to bring a worker down. */

import type { CheckGuardrail } from "../../../plugins/contract.ts";
import { canary } from "../../../plugins/guardrails/canary.ts";
import { links } from "../../../plugins/guardrails/links.ts";
import { pii } from "../../../plugins/guardrails/pii.ts";
import { secrets } from "../../../plugins/guardrails/secrets.ts";
import { inputContent, outputContent } from "../../../testing/index.ts";

/** Of each, what took longest, of all that was measured. */
const WORST: readonly (readonly [id: string, unit: string, guardrail: CheckGuardrail])[] = [
  ...[
    "123-45-6789 ",
    "12/03/1985 born ",
    "00:00:5e:00:53:01 ",
    "192.0.2.1 ",
    "GB29 NWBK 6016 1331 9268 19 ",
    "4111 1111 1111 1111 ",
    "x@x.",
    "1-2 ",
    "a at b dot c ",
    "rue a 1 ",
  ].map((unit) => ["pii", unit, pii()] as const),
  ...["aws_secret_key=aB3dE5fG7hI9jK1l ", "password=", "passtoken", "://a:", "&#64;"].map(
    (unit) => ["secrets", unit, secrets()] as const,
  ),
  ...["](//a", "a.com ", "http://a?", "href="].map(
    (unit) => ["links", unit, links({ allow: ["example.com"] })] as const,
  ),
  ["canary", "heron-vault-773", canary({ words: ["heron-vault-7731"] })],
];

const SHORT = 2 ** 15;
const DOUBLINGS = 3;
/**
 * For each doubling: linear time is 2, quadratic time 4. The difference is for the collector of garbage, that has nothing
 * to do for the short text.
 */
const MOST_TIMES = 3 ** DOUBLINGS;
const WARM_UP = 3;
const MOST_ROUNDS = 12;

describe("linear time", () => {
  it.each(WORST)(
    "%s takes longer for more of %j by no more than there is more of it",
    async (_, unit, guardrail) => {
      const best = { short: Number.POSITIVE_INFINITY, long: Number.POSITIVE_INFINITY };

      for (let round = 0; round < MOST_ROUNDS + WARM_UP; round++) {
        const short = await timeOf(guardrail, unit, SHORT);
        const long = await timeOf(guardrail, unit, 2 ** DOUBLINGS * SHORT);
        if (round < WARM_UP) continue;
        best.short = Math.min(best.short, short);
        best.long = Math.min(best.long, long);
        if (round > WARM_UP && best.long <= MOST_TIMES * best.short) break;
      }

      expect(best.long / best.short).toBeLessThanOrEqual(MOST_TIMES);
    },
  );
});

/** In milliseconds of the processor: other programs' time is theirs. */
async function timeOf(guardrail: CheckGuardrail, unit: string, length: number): Promise<number> {
  const text = unit.repeat(Math.ceil(length / unit.length));
  const isOutput = guardrail.id === "links" || guardrail.id === "canary";
  const content = isOutput ? outputContent(text) : inputContent(text);
  const startedAt = process.cpuUsage();
  await guardrail.check(content, {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
    ...(isOutput && { conversation: inputContent("") }),
  });
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1_000;
}
