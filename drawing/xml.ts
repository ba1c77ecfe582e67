/** Writes XML: elements, attributes, escapes. */

/** Numbers are rounded to two decimals. What is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with the elements inside it. */
export function element(
  name: string,
  attributes: Attributes,
  contents: readonly string[] = [],
): string {
  const inner = contents.join("");
  const tag = [name, ...Object.entries(attributes).flatMap(writeAttribute)].join(" ");
  return inner === "" ? `<${tag}/>` : `<${tag}>${inner}</${name}>`;
}

/** An element that holds text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return element(name, attributes, [escapeXml(text)]);
}

/** A number without more decimals than a picture needs. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function writeAttribute([name, value]: [string, string | number | undefined]): readonly string[] {
  if (value === undefined) return [];
  return [`${name}="${typeof value === "number" ? round(value) : escapeXml(value)}"`];
}

/** XML cannot hold most control characters nor half a surrogate pair, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);
}
