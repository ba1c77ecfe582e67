/** `npm run bench:guardrails`: how much of what they are for guardrails find, and how often they are wrong, on labelled texts. */

import { readFileSync } from "node:fs";
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

/** The tally of all kinds together. */
const ANY = "any";

interface Tally {
  hit: number;
  missed: number;
  wrong: number;
}

let isGood = true;
for (const set of GUARDRAIL_SETS) isGood = (await measure(set)) && isGood;
if (!isGood) process.exitCode = 1;

/** Prints one line for each kind, and every text that was missed or wrongly found. Gives whether the targets are met. */
async function measure(set: GuardrailSet): Promise<boolean> {
  const { name, target, any = false, files = ["positive", "negative"] } = set;
  const lines = files.flatMap((file) => readLines(name, file));
  const tallies = new Map<string, Tally>();
  for (const labelled of lines) await look(labelled, set, tallies);
  const positives = lines.filter(({ kinds = [] }) => kinds.length > 0).length;
  const sizes = { positives, negatives: lines.length - positives };
  const rates = [...tallies].map(([kind, tally]) => ({ kind, ...rate(tally) }));
  for (const found of rates)
    print({ guardrail: name, set: setName(files), ...found, ...sizes, target });
  return rates
    .filter(({ kind }) => !any || kind === ANY)
    .every((found) => found.recall >= target.recall && found.precision >= target.precision);
}

/** Whether its author's own texts, or those of somebody who had not read it. */
function setName(files: readonly string[]): "own" | "heldout" {
  return files.includes("heldout") ? "heldout" : "own";
}

function readLines(name: string, half: string): readonly Labelled[] {
  const file = new URL(`../../test/fixtures/guardrails/${name}/${half}.jsonl`, import.meta.url);
  const lines = readFileSync(file, "utf8").split("\n");
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
  { name, make, any = false, files = [] }: GuardrailSet,
  tallies: Map<string, Tally>,
): Promise<void> {
  const content = contentOf(labelled);
  const wanted = new Set(labelled.kinds);
  const found = new Set((await find(make, content, labelled)).map(({ kind }) => kind));
  if (any) {
    if (wanted.size > 0) wanted.add(ANY);
    if (found.size > 0) found.add(ANY);
  }
  for (const kind of new Set([...wanted, ...found])) {
    const tally = tallies.get(kind) ?? { hit: 0, missed: 0, wrong: 0 };
    tallies.set(kind, tally);
    if (wanted.has(kind) && found.has(kind)) tally.hit += 1;
    else {
      const how = wanted.has(kind) ? "missed" : "wrong";
      tally[how] += 1;
      if (!any || kind === ANY)
        print({
          guardrail: name,
          set: setName(files),
          [how]: [...(labelled.kinds ?? found)],
          text: content.text.slice(0, 200),
        });
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
