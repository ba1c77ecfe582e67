/**
 * What the graphs of the chaos ask, and what is answered: both pure, so that the result of a run is known before it runs. Bundled for
 * the workflow sandbox.
 */

/** Stands before each prompt: which call it is. */
export interface Marker {
  /** The name of the run in the load, such as `"run-17"`. */
  readonly run: string;
  /** The path of the step, with items and rounds, as the history has it: `files[2]/gist`. */
  readonly call: string;
  /** `"verdict"`: JSON that says whether a draft is good. `"sure"`: JSON that says how sure the model is. */
  readonly form: "text" | "verdict" | "sure";
  /** Of a refine loop, from 1. */
  readonly round?: number;
}

export function writePrompt(marker: Marker, text: string): string {
  return `${JSON.stringify(marker)}\n${text}`;
}

/** @throws {SyntaxError} when it is no prompt of these graphs. */
export function readMarker(prompt: string): Marker {
  const [line = ""] = prompt.split("\n", 1);
  const marker: Marker = JSON.parse(line);
  return marker;
}

/** How many rounds the letter of a run takes, from 1 to 3. */
export function roundsOf(run: string): number {
  return 1 + (hash(run) % 3);
}

/** The answer to a prompt, the same from every model but for how sure it is. It depends on each character of the prompt. */
export function answerTo(prompt: string, isLargeModel = true): string {
  const { run, form, round = 1 } = readMarker(prompt);
  const words = `words ${wordOf(prompt)} of ${run}`;
  switch (form) {
    case "text":
      return words;
    case "verdict":
      return JSON.stringify({ good: round >= roundsOf(run), note: words });
    case "sure":
      return JSON.stringify({ words, confidence: isLargeModel || hash(run) % 2 === 0 ? 0.9 : 0.2 });
  }
}

/** 64 bits in hex: none of the texts here share them. */
export function wordOf(text: string): string {
  return [text, `${text}\n`].map((one) => hash(one).toString(16).padStart(8, "0")).join("");
}

/** FNV-1a, mixed. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
