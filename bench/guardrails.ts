/** `npm run bench:guardrails`: how much of what they are for guardrails find, and how often they are wrong, on labelled texts. */

import { existsSync, readFileSync } from "node:fs";
import type { ReadableReply } from "../activities/guarding/content.ts";
import { inputContent, outputContent } from "../testing/guard-content.ts";
import type { Finding, GuardContent, Turn } from "../plugins/contract.ts";
import { GUARDRAIL_SETS, type GuardrailSet } from "./guardrail-sets.ts";

/** One line of a set: a text, a conversation or a reply, and what is in it. */
interface Labelled {
  readonly text?: string;
  readonly messages?: readonly Turn[];
  readonly reply?: string | ReadableReply;
  /** What a reply answers. */
  readonly conversation?: string | readonly Turn[];
  /** Empty or absent: nothing. */
  readonly kinds?: readonly string[];
  /** What would be taken for a live secret does not stand there in plain. */
  readonly encoding?: "rot13";
}

interface Tally {
  hit: number;
  missed: number;
  wrong: number;
}

/** The own texts of a guardrail's author, or those of somebody who had not read the guardrail. */
type SetName = "own" | "heldout";

/** In place of a kind: a text with something in it, and whatever is found there. */
const ANYTHING = "anything";

let isGood = true;
for (const set of GUARDRAIL_SETS) {
  isGood = (await measure(set, "own", ["positive", "negative"])) && isGood;
  // What it finds of the unseen is told, not demanded: who fails by it would write the code to it.
  if (existsSync(fileOf(set.name, "heldout"))) await measure(set, "heldout", ["heldout"]);
}
if (!isGood) process.exitCode = 1;

/** Prints one line for each kind, and every text that was missed or wrongly found. Gives whether the targets are met. */
async function measure(
  { name, make, target }: GuardrailSet,
  set: SetName,
  files: readonly string[],
): Promise<boolean> {
  const lines = files.flatMap((file) => readLines(name, file));
  const tallies = new Map<string, Tally>();
  for (const line of lines) await look(line, { name, make, set }, tallies);
  const positives = lines.filter(({ kinds = [] }) => kinds.length > 0).length;
  const sizes = { positives, negatives: lines.length - positives };
  const { [ANYTHING]: anything, ...kinds } = Object.fromEntries(tallies);
  const rates = Object.entries(kinds).map(([kind, tally]) => ({ kind, ...rate(tally) }));
  const together = [
    { kind: "all", ...rate(sum(Object.values(kinds))) },
    // Two may call the same thing by different names: whether it is found says more than as what.
    { kind: ANYTHING, ...rate(sum(anything === undefined ? [] : [anything])) },
  ];
  for (const found of [...rates, ...together]) {
    print({ guardrail: name, set, ...found, ...sizes, target });
  }
  return rates.every(
    (found) => found.recall >= target.recall && found.precision >= target.precision,
  );
}

function sum(tallies: readonly Tally[]): Tally {
  const total = { hit: 0, missed: 0, wrong: 0 };
  for (const { hit, missed, wrong } of tallies) {
    total.hit += hit;
    total.missed += missed;
    total.wrong += wrong;
  }
  return total;
}

function fileOf(name: string, part: string): URL {
  return new URL(`../../test/fixtures/guardrails/${name}/${part}.jsonl`, import.meta.url);
}

function readLines(name: string, part: string): readonly Labelled[] {
  const lines = readFileSync(fileOf(name, part), "utf8").split("\n");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Our own files.
  return lines.filter((line) => line !== "").map((line) => decode(JSON.parse(line) as Labelled));
}

function decode({ encoding, kinds = [], ...line }: Labelled): Labelled {
  return encoding === undefined ? { ...line, kinds } : { ...mapTexts(line), kinds };
}

/** Turns the letters of all texts by thirteen places; names of members and roles stay. */
function mapTexts<Value>(value: Value): Value {
  const plain: unknown = JSON.parse(JSON.stringify(value), (name, text: unknown) =>
    typeof text === "string" && name !== "role" ? rot13(text) : text,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Of the same shape.
  return plain as Value;
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

async function look(
  labelled: Labelled,
  { name, make, set }: Pick<GuardrailSet, "name" | "make"> & { readonly set: SetName },
  tallies: Map<string, Tally>,
): Promise<void> {
  const content = contentOf(labelled);
  const wanted = new Set<string>(labelled.kinds);
  const found = new Set((await find(make, content, labelled)).map(({ kind }) => kind));
  if (wanted.size > 0) wanted.add(ANYTHING);
  if (found.size > 0) found.add(ANYTHING);
  for (const kind of new Set([...wanted, ...found])) {
    const tally = tallies.get(kind) ?? { hit: 0, missed: 0, wrong: 0 };
    tallies.set(kind, tally);
    if (wanted.has(kind) && found.has(kind)) tally.hit += 1;
    else {
      const how = wanted.has(kind) ? "missed" : "wrong";
      tally[how] += 1;
      if (kind !== ANYTHING)
        print({ guardrail: name, set, [how]: kind, text: content.text.slice(0, 200) });
    }
  }
}

async function find(
  make: GuardrailSet["make"],
  content: GuardContent,
  { conversation = "" }: Labelled,
): Promise<readonly Finding[]> {
  return make().check(content, {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
    ...(content.direction === "output" && { conversation: inputContent(conversation) }),
  });
}

function contentOf({ text = "", messages, reply }: Labelled): GuardContent {
  return reply === undefined ? inputContent(messages ?? text) : outputContent(reply);
}

function rate({ hit, missed, wrong }: Tally): Tally & { recall: number; precision: number } {
  return {
    recall: share(hit, hit + missed),
    precision: share(hit, hit + wrong),
    hit,
    missed,
    wrong,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000;
}

function print(line: object): void {
  console.log(JSON.stringify(line));
}
