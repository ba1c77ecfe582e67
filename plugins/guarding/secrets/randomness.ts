/** Tells random characters from what people write: words, numbers that count up, and stand-ins for a secret. */

/** Bits for each character, by how often each occurs: 0 for one character again and again, 6 at most in base64. */
export function entropyOf(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = countedAs(text, at);
    COUNTS[code] = (COUNTS[code] ?? 0) + 1;
  }
  let sum = 0;
  for (let at = 0; at < text.length; at++) {
    const code = countedAs(text, at);
    const count = COUNTS[code] ?? 0;
    if (count > 0) sum += count * log2(count);
    COUNTS[code] = 0;
  }
  return log2(text.length) - sum / text.length;
}

/** Other characters are rare in secrets: counted as one. */
function countedAs(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit < ASCII ? unit : ASCII - 1;
}

const { log2 } = Math;
const ASCII = 128;
/** Used again, as a list for each of a hundred thousand candidates costs more than counting. All zero between two uses. */
const COUNTS = new Uint32Array(ASCII);

/** Words that nobody's secret has, and documentation puts in its place. */
const STAND_IN_WORDS =
  /example|your[-_ ]?|placeholder|redacted|change[-_]?me|insert[-_]|goes[-_]?here|replace[-_]|dummy|sample|xxxxx|\*\*\*|\.\.\.|…|0123456789|1234567890|abcdefgh|aaaaaa|000000/i;

/** As a word of its own: `test` within random letters says nothing. */
const STAND_IN_NAMES =
  /(?:^|[-_ ])(?:test|fake|mock|secret|password|passwd|pass|pwd|token|key|null|none|undefined|true|false|todo|tbd|hidden|masked|string|required)(?:$|[-_ ])/i;

/** `${NAME}`, `$NAME`, `{{ name }}`, `<name>`, `%NAME%`, `%s`, `[name]`, `@name@`: filled in later. */
const FILLED_IN_LATER =
  /^(?:\$?\{|\$\(|\$[A-Z_a-z]+$|<|%[A-Za-z_]*%?$|\[|@[A-Za-z_]+@$|process\.env|os\.environ|env\.)|\$\{|\{\{/;

/** Whether it stands for a secret, and is none. */
export function isStandIn(text: string): boolean {
  return STAND_IN_WORDS.test(text) || FILLED_IN_LATER.test(text) || isOneCharacter(text);
}

/** The same for what a person chose: such words alone are no secret worth the name. */
export function isStandInName(text: string): boolean {
  return isStandIn(text) || STAND_IN_NAMES.test(text);
}

/** Or two, by turns. */
function isOneCharacter(text: string): boolean {
  const most = Math.min(3, text.length);
  let distinct = 0;
  for (let at = 0; at < text.length && at < 32 && distinct < most; at++) {
    if (text.indexOf(text.charAt(at)) === at) distinct += 1;
  }
  return distinct < most;
}

const WORD = /[A-Z]?[a-z]{3,}|[A-Z]{4,}/g;

/** Whether most of it are words, as in a path or in a name in code. */
export function isMadeOfWords(text: string): boolean {
  let covered = 0;
  for (const [word] of text.matchAll(WORD)) covered += word.length;
  return covered > text.length * 0.6;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether it can have come from a generator of keys: letters and digits, no words, no stand-in. */
export function isRandom(text: string, leastEntropy: number): boolean {
  return (
    /\d/.test(text) &&
    /[a-z]/i.test(text) &&
    !UUID.test(text) &&
    entropyOf(text) >= leastEntropy &&
    !isMadeOfWords(text) &&
    !isStandIn(text)
  );
}
