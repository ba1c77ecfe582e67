/** Patterns over names of models: `*` stands for any text, slashes too, so that `openrouter/*` is all of a gateway. */

export function isModelPattern(text: string): boolean {
  return text.includes("*");
}

/** Whether a `provider/model` is what the name or pattern says. Linear in the name, however many stars there are. */
export function compileModelPattern(pattern: string): (model: string) => boolean {
  const [first = "", ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return (model) => model === pattern;
  return (model) => model.startsWith(first) && fitsRest(others, last, model, first.length);
}

/** The parts stand in the name one after the other, the last one at its end. */
function fitsRest(parts: readonly string[], last: string, model: string, start: number): boolean {
  let from = start;
  for (const part of parts) {
    const at = model.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return model.length - last.length >= from && model.endsWith(last);
}
