/** What the simulated models of the complaints example answer. No model is behind them. */

import type { SimulatedCall, SimulatedReply } from "signalbox/providers/simulated";

/** Answers one simulated call. The model "large" is always down, so that a fallback can be seen. */
export function answerAsSimulated({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (model === "large") return { fail: "unavailable", httpStatus: 503 };
  const text = prompt.slice(prompt.lastIndexOf("Text: ") + "Text: ".length);
  const name = step.replaceAll(/\[\d+\]/g, "");
  switch (name) {
    case "triage":
      return {
        value: { kind: readKind(text), isEnglish: !/\b(der|die|das|ich|nicht)\b/i.test(text) },
      };
    case "files/gist":
      return text === "" ? { text: "" } : { value: { gist: text.split(/[.!?]/)[0] ?? text } };
    case "facts/bug/steps":
      return askForPayments(prompt);
    case "letter/write":
      return { value: writeLetter(prompt) };
    case "letter/review":
      return { value: review(text) };
    default:
      return { value: { text: `[plain English] ${text}` } };
  }
}

function readKind(text: string): "refund" | "bug" | "praise" {
  if (/\b(refund|money back|charged)\b/i.test(text)) return "refund";
  return /\b(crash|error|not work|fails?)/i.test(text) ? "bug" : "praise";
}

/** Asks for a tool first, as a model may, and answers once it has been called. */
function askForPayments(prompt: string): SimulatedReply {
  return prompt.includes(`"payments"`)
    ? { value: { steps: ["Open the app", "Look at the last payment"] } }
    : { calls: [{ id: "call-1", tool: "findPayments", input: { customer: "the customer" } }] };
}

function writeLetter(prompt: string): { text: string; refundEur: number } {
  const amount = /"amountEur":(\d+)/.exec(prompt)?.[1] ?? "0";
  const sorry = prompt.includes("Mend: ") ? "We are sorry. " : "";
  return { text: `${sorry}We have looked into it.`, refundEur: Number(amount) };
}

/** Wants an apology, which the first letter lacks. */
function review(letter: string): { good: boolean; problems: string[] } {
  const good = letter.includes("sorry");
  return { good, problems: good ? [] : ["no apology"] };
}
