/** What the simulated models answer: rules that read the question. No model is behind them. */

import type { SimulatedCall, SimulatedReply } from "signalbox/providers/simulated";

interface Topic {
  readonly kind: string;
  /** Words that speak for it. */
  readonly words: RegExp;
  readonly advice: string;
}

/** The first topic with the most hits wins. */
const TOPICS: readonly Topic[] = [
  {
    kind: "cash",
    words: /\b(atm|cash|withdraw\w*)\b/gi,
    advice: "Withdrawals are shown under Activity, with the reason when a machine has refused one.",
  },
  {
    kind: "fee",
    words: /\b(fees?|charged?|extra|cost)\b/gi,
    advice: "Open the payment in the app: each fee is listed there with its reason.",
  },
  {
    kind: "top_up",
    words: /\btop(ped|ping)?[ -]?ups?\b/gi,
    advice:
      "Check that the card you top up from has funds and allows online payments, then try again.",
  },
  {
    kind: "transfer",
    words: /\b(transfers?|transaction|pending|friend|refund\w*)\b/gi,
    advice:
      "Transfers and refunds can take up to three working days; you can follow them under Activity.",
  },
  {
    kind: "exchange",
    words: /\b(exchange|rates?|currenc\w+)\b/gi,
    advice: "We use the interbank rate of the moment; the app shows it before you confirm.",
  },
  {
    kind: "account",
    words: /\b(identity|documents?|code|passcode|password|app|verify)\b/gi,
    advice: "Under Profile you can reset your code and see which documents we accept.",
  },
  {
    kind: "card",
    words: /\b(cards?|freeze|lost|stolen)\b/gi,
    advice: "You can freeze the card and order or follow a new one under Cards.",
  },
];

const OTHER: Topic = { kind: "other", words: /$^/g, advice: "A colleague will look into it." };

const URGENT = /\b(freeze|stolen|lost|fraud|system down)\b/i;

/**
 * Answers one simulated call. The model "large" refuses every one, as after a change of its API, so that each run shows a
 * fallback: of a model that is down the breaker would open, and later runs would not even try it.
 */
export function answerAsSimulated({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (model === "large") return { fail: "bad_request", httpStatus: 400 };
  const question = prompt.slice(prompt.lastIndexOf("Question: ") + "Question: ".length);
  const topic = readTopic(question);
  switch (step) {
    case "triage":
      return { value: { kind: topic.kind, urgent: URGENT.test(question) } };
    case "draft":
      return { value: { text: `Thank you for your question. ${topic.advice}` } };
    default: {
      const fit = prompt.includes(topic.advice);
      return {
        value: { fit, reason: fit ? "It answers the question." : "It misses the question." },
      };
    }
  }
}

function readTopic(question: string): Topic {
  let best = OTHER;
  let most = 0;
  for (const topic of TOPICS) {
    const hits = question.match(topic.words)?.length ?? 0;
    if (hits > most) [best, most] = [topic, hits];
  }
  return best;
}
