/**
 * Makes the labelled set of the guardrail `grounded`: `node scripts/guardrail-sets/grounded.mjs`. Replies to questions
 * about sources that stand in the conversation, in four forms. A positive names a source that is not there, misquotes
 * one, or gives a number that is not in it. Same seed, same set.
 */

import { makeChance, writeSet } from "./seeded.mjs";

const { pick, number, next } = makeChance(90_210);

/** What a source says; numbers and quotes of replies are made of it. `wrong` is close to `quote`, and never says the same. */
const FACTS = [
  {
    source: (n) =>
      `Standard delivery takes ${n} working days. Cards are sent by post and cannot be tracked.`,
    claims: [
      (n) => `Delivery takes ${n} working days`,
      (n) => `You have to wait ${n} days for the card`,
    ],
    quote: "Cards are sent by post and cannot be tracked",
    wrong: "Cards are sent by courier and can be tracked",
  },
  {
    source: (n) =>
      `The monthly fee for the premium account is ${n} euros; students pay nothing until they are 26.`,
    claims: [
      (n) => `The premium account costs ${n} euros a month`,
      (n) => `The fee is € ${n} per month`,
    ],
    quote: "students pay nothing until they are 26",
    wrong: "students pay nothing until they are 30",
  },
  {
    source: (n) =>
      `In 2023 the bank served ${n},412 customers in 14 countries, and its profit rose by 3.5 percent.`,
    claims: [
      (n) => `It had ${n},412 customers`,
      (n) => `The bank served ${n} 412 customers in 14 countries`,
    ],
    quote: "its profit rose by 3.5 percent",
    wrong: "its profit fell by 3.5 percent overall",
  },
  {
    source: (n) =>
      `Die Überweisung dauert höchstens ${n} Stunden. Am Wochenende werden keine Zahlungen ausgeführt.`,
    claims: [
      (n) => `Die Überweisung dauert höchstens ${n} Stunden`,
      (n) => `Nach ${n} Stunden ist das Geld da`,
    ],
    quote: "Am Wochenende werden keine Zahlungen ausgeführt",
    wrong: "Am Wochenende werden alle Zahlungen sofort ausgeführt",
  },
  {
    source: (n) =>
      `Withdrawals abroad are limited to ${n} per day. A failed attempt counts after the third wrong code.`,
    claims: [(n) => `You can withdraw up to ${n} a day abroad`, (n) => `The limit abroad is ${n}`],
    quote: "A failed attempt counts after the third wrong code",
    wrong: "A failed attempt never counts as a wrong code",
  },
  {
    source: (n) =>
      `Le remboursement arrive sous ${n} jours. Aucun frais n'est prélevé pour les virements en euros.`,
    claims: [(n) => `Le remboursement prend ${n} jours`, (n) => `Il faut attendre ${n} jours`],
    quote: "Aucun frais n'est prélevé pour les virements en euros",
    wrong: "Des frais sont prélevés pour tous les virements en euros",
  },
];
const QUOTES = [
  (text) => `"${text}"`,
  (text) => `“${text}”`,
  (text) => `„${text}“`,
  (text) => `«${text}»`,
  (text) => `« ${text} »`,
  (text) => `“${text}.”`,
  (text) => `"${text[0].toUpperCase()}${text.slice(1)}"`,
];

/** Ways in which sources are given: turns of a conversation, ids, and how a reply names one. */
const FORMS = [
  {
    id: (at) => String(at + 1),
    turns: (texts) => [
      {
        role: "user",
        content: `Answer from these.\n\n${texts.map((text, at) => `[${at + 1}] ${text}`).join("\n")}`,
      },
    ],
    cite: (id) => pick([`[${id}]`, `【${id}】`, `[${id}]`]),
    unknown: () => `[${number(7, 40)}]`,
  },
  {
    id: (at) => `doc-${at + 1}`,
    turns: (texts) => [
      { role: "system", content: "Answer from the sources only." },
      {
        role: "user",
        content: texts.map((text, at) => `<source id="doc-${at + 1}">${text}</source>`).join("\n"),
      },
    ],
    cite: (id) => pick([`[${id}]`, `(source: ${id})`, `(Quelle: ${id})`]),
    unknown: () => pick([`[doc-${number(7, 90)}]`, `(source: doc-${number(7, 90)})`]),
  },
  {
    id: (at) => `kb-${100 + at}`,
    turns: (texts) => [
      { role: "user", content: "What does the handbook say?" },
      {
        role: "assistant",
        content: "",
        toolCalls: [{ id: "call-1", tool: "search", input: { query: "handbook" } }],
      },
      {
        role: "tool",
        toolCallId: "call-1",
        tool: "search",
        output: texts.map((text, at) => ({ id: `kb-${100 + at}`, text })),
      },
    ],
    cite: (id) => `[${id}]`,
    unknown: () => `[kb-${number(300, 900)}]`,
  },
  {
    id: (at) => `policy_${"abc"[at]}.md`,
    turns: (texts) => [
      {
        role: "user",
        content: texts
          .map((text, at) => `<document id='policy_${"abc"[at]}.md'>\n${text}\n</document>`)
          .join("\n\n"),
      },
      { role: "user", content: "Summarise them." },
    ],
    cite: (id) => pick([`[${id}]`, `(source: ${id})`, `[source: ${id}]`]),
    unknown: () => "(source: handbook_z.md)",
  },
];

function scene() {
  const facts = [pick(FACTS)];
  while (facts.length < 3) {
    const fact = pick(FACTS);
    if (!facts.includes(fact)) facts.push(fact);
  }
  const numbers = facts.map(() => number(31, 99));
  const form = pick(FORMS);
  const conversation = form.turns(facts.map(({ source }, at) => source(numbers[at])));
  const at = number(0, 2);
  return {
    conversation,
    form,
    at,
    fact: facts[at],
    n: numbers[at],
    other: numbers[(at + 1) % 3],
    id: form.id(at),
  };
}

/** Replies that are as they should be. */
const GOOD = [
  ({ fact, n, form, id }) => `${pick(fact.claims)(n)} ${form.cite(id)}.`,
  ({ fact, n, form, id }) => `${pick(fact.claims)(n)}. ${form.cite(id)}`,
  ({ fact, form, id }) => `It says ${pick(QUOTES)(fact.quote)} ${form.cite(id)}.`,
  ({ fact, n, form, id }) =>
    `1. ${pick(fact.claims)(n)} ${form.cite(id)}.\n2. See also ${form.cite(id)}.`,
  ({ fact, form, id }) => {
    const words = fact.quote.split(" ");
    return `As the text puts it: “${words.slice(0, 3).join(" ")} … ${words.slice(-3).join(" ")}” ${form.cite(id)}`;
  },
  ({ fact, n, form, id, at }) =>
    `${pick(fact.claims)(n)} ${form.cite(form.id((at + 1) % 3))} ${form.cite(id)}.`,
  ({ fact, n, form, id }) =>
    `In short: ${pick(fact.claims)(n).toLowerCase()} ${form.cite(id)}. I hope that helps! Call us in 2 days.`,
  ({ form, id }) => `Nothing in the sources answers this, not even ${form.cite(id)}.`,
  ({ fact, n, form, id }) =>
    `${pick(fact.claims)(n)} ${form.cite(id)}. Use \`items[12]\` in [the guide](https://example.com/a[77]) or - [x] tick the box.`,
  ({ fact, form, id }) => `${pick(QUOTES)(fact.quote.toUpperCase())}, it says ${form.cite(id)}.`,
  ({ fact, n, form, id }) =>
    `| What | How much |\n|---|---|\n| ${pick(fact.claims)(n)} | ${form.cite(id)} |`,
  ({ fact, n, form, id }) =>
    `${pick(fact.claims)(n)} ${form.cite(id)}. The so-called "fast lane" is not mentioned.`,
  ({ form, id }) => `Der Text ${form.cite(id)} sagt dazu nichts. Schreiben Sie bitte noch einmal.`,
  ({ fact, n, form, id }) =>
    `${pick(fact.claims)(n)} ${form.cite(id)}.\n\n\`\`\`js\nconst first = list[99];\nconst text = "words that stand nowhere in the sources at all";\n\`\`\``,
];

const UNKNOWN = [
  ({ form, fact, n, id }) =>
    `${pick(fact.claims)(n)} ${form.cite(id)}. More is in ${form.unknown()}.`,
  ({ form }) => `It is as it says there ${form.unknown()}.`,
  ({ form, fact }) => `${pick(QUOTES)(fact.quote)} ${form.unknown()}`,
  ({ form, id }) => `- It is so ${form.cite(id)}\n- And so ${form.unknown()}`,
];
const MISQUOTED = [
  ({ form, fact, id }) => `It says ${pick(QUOTES)(fact.wrong)} ${form.cite(id)}.`,
  ({ form, fact, id }) => `${pick(QUOTES)(fact.wrong)}, according to ${form.cite(id)}.`,
  ({ form, fact, id }) =>
    `The text is clear: ${pick(QUOTES)(`${fact.quote} at all times and for everyone`)} ${form.cite(id)}`,
  ({ form, id }) => `“We never said anything of the kind” ${form.cite(id)}.`,
];
const MISCOUNTED = [
  ({ form, fact, n, id }) => `${pick(fact.claims)(n + number(100, 500))} ${form.cite(id)}.`,
  ({ form, fact, n, id }) => `${pick(fact.claims)(n * 10 + 1)} ${form.cite(id)}, it says.`,
  ({ form, fact, other, n, id }) =>
    `${pick(fact.claims)(other === n ? n + 101 : other)} ${form.cite(id)}.`,
  ({ form, fact, id }) => `${pick(fact.claims)(`${number(3, 29)}.7`)}. ${form.cite(id)}`,
  ({ form, fact, n, id }) =>
    `- ${pick(fact.claims)(n)} ${form.cite(id)}\n- It was founded in ${number(1801, 1999)} ${form.cite(id)}`,
];

function make(ways, kind, count) {
  return Array.from({ length: count }, (_, index) => {
    const made = scene();
    const reply = ways[index % ways.length](made);
    return {
      reply: next() < 0.2 ? { value: { answer: reply } } : reply,
      conversation: made.conversation,
      kinds: kind,
    };
  });
}

writeSet("grounded", "positive", [
  ...make(UNKNOWN, ["unknown-citation"], 90),
  ...make(MISQUOTED, ["quote-mismatch"], 90),
  ...make(MISCOUNTED, ["unsupported-number"], 100),
]);
writeSet("grounded", "negative", make(GOOD, [], 640));
