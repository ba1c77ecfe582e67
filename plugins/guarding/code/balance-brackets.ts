/** Compares the brackets of code, leaving out strings and comments. It knows no language further: balanced is not right. */

/** What is no code in a family of languages. */
interface Family {
  readonly names: readonly string[];
  readonly lineComment?: string;
  readonly blockComment?: readonly [open: string, close: string];
  /** Strings that end on their line, with escapes. One that does not is none: it may be an apostrophe. */
  readonly quotes: string;
  /** Strings that may have several lines. */
  readonly longQuotes?: readonly string[];
  /** Has `/patterns/`. */
  readonly hasPatterns?: true;
  /** `'` begins a character, or, in Rust, a lifetime. */
  readonly hasCharacters?: true;
}

const C_COMMENTS = { lineComment: "//", blockComment: ["/*", "*/"] } as const;

const FAMILIES: readonly Family[] = [
  {
    names: ["ts", "typescript", "js", "javascript", "mjs", "cjs", "node"],
    ...C_COMMENTS,
    quotes: "\"'",
    longQuotes: ["`"],
    hasPatterns: true,
  },
  {
    names: ["java", "c", "cpp", "c++", "h", "cs", "csharp", "kotlin", "swift", "scala", "dart"],
    ...C_COMMENTS,
    quotes: "\"'",
  },
  { names: ["go", "golang"], ...C_COMMENTS, quotes: "\"'", longQuotes: ["`"] },
  { names: ["rust", "rs"], ...C_COMMENTS, quotes: '"', hasCharacters: true },
  {
    names: ["python", "py", "python3"],
    lineComment: "#",
    quotes: "\"'",
    longQuotes: ['"""', "'''"],
  },
  {
    names: ["sql", "mysql", "postgresql", "sqlite", "plsql"],
    lineComment: "--",
    blockComment: ["/*", "*/"],
    quotes: '"',
    longQuotes: ["'"],
  },
  { names: ["css", "scss", "less"], blockComment: ["/*", "*/"], quotes: "\"'" },
];

const byName = new Map(
  FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)),
);

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const CLOSERS = ")]}";

/** `true` for a language whose strings and comments it does not know. Linear. */
export function areBracketsBalanced(body: string, language: string): boolean {
  const family = byName.get(language);
  if (family === undefined) return true;
  const open: string[] = [];
  const skipper = new Skipper(body, family);
  for (let at = 0; at < body.length;) {
    const next = skipper.after(at);
    if (next > at) {
      at = next;
      continue;
    }
    const character = body.charAt(at);
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (CLOSERS.includes(character) && open.pop() !== character) return false;
    at += 1;
  }
  return open.length === 0;
}

/** Passes over strings and comments. */
class Skipper {
  readonly #body: string;
  readonly #family: Family;
  /** Up to where such a quote is known to end no string. */
  readonly #unclosed = new Map<string, number>();

  constructor(body: string, family: Family) {
    this.#body = body;
    this.#family = family;
  }

  /** Where the string or comment that begins at `at` ends; `at` itself: none does. */
  after(at: number): number {
    const { lineComment, blockComment, quotes, longQuotes = [] } = this.#family;
    if (lineComment !== undefined && this.#body.startsWith(lineComment, at)) {
      return this.#find("\n", at);
    }
    if (blockComment !== undefined && this.#body.startsWith(blockComment[0], at)) {
      return this.#find(blockComment[1], at + 2);
    }
    const long = longQuotes.find((quote) => this.#body.startsWith(quote, at));
    if (long !== undefined) return this.#find(long, at + long.length);
    const character = this.#body.charAt(at);
    if (quotes.includes(character)) return this.#afterQuote(at, character);
    if (this.#family.hasCharacters && character === "'") return this.#afterCharacter(at);
    if (this.#family.hasPatterns && character === "/" && this.#isPattern(at)) {
      return this.#afterQuote(at, "/");
    }
    return at;
  }

  #find(mark: string, from: number): number {
    const found = this.#body.indexOf(mark, from);
    return found === -1 ? this.#body.length : found + mark.length;
  }

  #afterQuote(at: number, quote: string): number {
    if (at < (this.#unclosed.get(quote) ?? 0)) return at;
    for (let end = at + 1; ; end += 1) {
      const character = this.#body.charAt(end);
      if (character === quote) return end + 1;
      if (character === "\\") end += 1;
      else if (character === "\n" || character === "") {
        this.#unclosed.set(quote, end);
        return at;
      }
    }
  }

  #afterCharacter(at: number): number {
    const [found = ""] = /^'(?:[^'\\\n]|\\[^\n]{1,8}?)'/u.exec(this.#body.slice(at, at + 12)) ?? [];
    return at + found.length;
  }

  /** After a name, a number or a closing bracket a slash divides. */
  #isPattern(at: number): boolean {
    return /(?:^|[(,=:[!&|?{};\n]|\breturn)\s{0,8}$/.test(
      this.#body.slice(Math.max(0, at - 16), at),
    );
  }
}
