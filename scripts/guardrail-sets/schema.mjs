/**
 * Makes the labelled set of the guardrail `schema`: `node scripts/guardrail-sets/schema.mjs`. Replies to a schema of
 * support tickets (it stands in bench/guardrail-sets.ts): each positive breaks one rule of it, negatives are unusual and
 * keep all. Same seed, same set.
 */

import { makeChance, writeSet } from "./seeded.mjs";

const { pick, number, text, uuid, next } = makeChance(31_337);

const SUMMARIES = [
  "The card has not arrived after two weeks.",
  "Überweisung nach Frankreich schlägt fehl",
  "客户想取消订单",
  'She wrote: "it\'s {broken}" — twice',
  "null",
  "1e9",
  "[object Object]",
  "Refund\nfor two\tcharges",
  "```json\n{}\n```",
  "x",
  "\u{1f4b3} card swallowed",
  "a".repeat(200),
];
const TOPICS = ["card", "transfer", "account", "other"];
const tags = () =>
  Array.from({ length: number(0, 5) }, () => pick(["urgent", "eu", "vip", "retry-2", "b2b"]));

/** A ticket that keeps every rule. */
function ticket() {
  return {
    id: uuid(),
    topic: pick(TOPICS),
    summary: pick(SUMMARIES),
    priority: number(1, 5),
    confidence: pick([0, 1, 0.5, 1e-7, 0.999999, number(0, 100) / 100]),
    customer: {
      email: `${text(number(1, 12), "lower")}@example.${pick(["com", "org", "net"])}`,
      ...(next() < 0.5 && { age: number(18, 120) }),
    },
    tags: tags(),
    ...(next() < 0.4 && {
      dueDate: `20${number(24, 39)}-${pick(["01", "06", "12"])}-${pick(["01", "15", "28"])}`,
    }),
  };
}

/** Each breaks one rule. */
const BREAKS = [
  (value) => ({ ...value, id: value.id.slice(0, -1) }),
  (value) => ({ ...value, id: number(1, 99_999) }),
  (value) => ({ ...value, topic: pick(["Card", "cards", "", "billing", "card "]) }),
  (value) => ({ ...value, summary: "" }),
  (value) => ({ ...value, summary: "a".repeat(number(201, 400)) }),
  (value) => ({ ...value, summary: null }),
  (value) => ({ ...value, summary: [value.summary] }),
  (value) => ({ ...value, priority: pick([0, 6, -1, 100]) }),
  (value) => ({ ...value, priority: 2.5 }),
  (value) => ({ ...value, priority: String(value.priority) }),
  (value) => ({ ...value, confidence: pick([1.01, -0.1, 85]) }),
  (value) => ({ ...value, confidence: "high" }),
  (value) => ({
    ...value,
    customer: {
      ...value.customer,
      email: pick(["ada", "ada@", "@example.com", "a b@example.com", ""]),
    },
  }),
  (value) => ({ ...value, customer: { ...value.customer, age: pick([17, 0, 121, 30.5]) } }),
  (value) => ({ ...value, customer: { ...value.customer, phone: "555-0100" } }),
  (value) => ({ ...value, customer: value.customer.email }),
  (value) => ({ ...value, customer: [] }),
  (value) => ({ ...value, tags: [...value.tags, "", "x"].slice(-2) }),
  (value) => ({ ...value, tags: ["a1", "b1", "c1", "d1", "e1", "f1"] }),
  (value) => ({ ...value, tags: "urgent,eu" }),
  (value) => ({ ...value, tags: [["eu"]] }),
  (value) => ({ ...value, dueDate: pick(["2024-13-01", "tomorrow", "01.02.2025", "2025-02-30"]) }),
  (value) => ({ ...value, note: "one member too many" }),
  (value) =>
    without(value, pick(["id", "topic", "summary", "priority", "confidence", "customer", "tags"])),
  (value) => ({ ...value, customer: {} }),
  (value) => [value],
  (value) => ({ ticket: value }),
  () => null,
  () => [],
  () => 42,
];

function without(value, name) {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/** Ways to write JSON as a text that a reader still takes for it. */
const WRITTEN = [
  (json) => JSON.stringify(json),
  (json) => JSON.stringify(json, undefined, 2),
  (json) => `\n  ${JSON.stringify(json)}  \n`,
  (json) => `\`\`\`json\n${JSON.stringify(json, undefined, 2)}\n\`\`\``,
  (json) => `\`\`\`\n${JSON.stringify(json)}\n\`\`\`\n`,
  (json) => `~~~json\n${JSON.stringify(json)}\n~~~`,
];

/** Texts that are no JSON, whatever is in them. */
const NO_JSON = [
  (json) => JSON.stringify(json).slice(0, -number(1, 20)),
  (json) => JSON.stringify(json).replaceAll('"', "'"),
  (json) => `${JSON.stringify(json).slice(0, -1)},}`,
  (json) => `id: ${json.id}\ntopic: ${json.topic}`,
  () => "I cannot make a ticket of this.",
  (json) => `Here are two: ${JSON.stringify(json)} ${JSON.stringify(json)}`,
  (json) => `{id: "${json.id}", topic: "${json.topic}"}`,
  () => "",
  () => "```json\n```",
];

const mismatches = Array.from({ length: 240 }, (_, index) =>
  BREAKS[index % BREAKS.length](ticket()),
);
writeSet("schema", "positive", [
  ...mismatches.map((value, index) => ({
    reply: index % 3 === 2 && value !== null ? pick(WRITTEN)(value) : { value },
    kinds: ["schema-mismatch"],
  })),
  ...Array.from({ length: 90 }, (_, index) => ({
    reply: NO_JSON[index % NO_JSON.length](ticket()),
    kinds: ["not-json"],
  })),
]);
writeSet("schema", "negative", [
  ...Array.from({ length: 380 }, () => ({ reply: { value: ticket() }, kinds: [] })),
  ...Array.from({ length: 180 }, () => ({ reply: pick(WRITTEN)(ticket()), kinds: [] })),
]);
