/** The tokenizers that OpenAI publishes, each loaded once per process, and counting with them that no text can stall. */

import { Tiktoken } from "tiktoken/lite";
import cl100k from "tiktoken/encoders/cl100k_base";
import o200k from "tiktoken/encoders/o200k_base";

export type EncodingName = "o200k_base" | "cl100k_base";

/** Counts the tokens of a text; special tokens, such as `<|endoftext|>`, count as the plain text they are in a prompt. */
export type Encoder = (text: string) => number;

const RANKS = { o200k_base: o200k, cl100k_base: cl100k };

/** `'s`, `'LL` and the like, in upper and lower case: Node 20 has no `(?i:…)`. */
const SUFFIX = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";

/** What both tokenizers do with digits, signs and spaces. JavaScript's `\s` is not Unicode's: hence the property. */
const OTHERS = (afterSigns: string): string =>
  String.raw`\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[${afterSigns}]*` +
  String.raw`|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;

const MIXED_CASE =
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+${SUFFIX}?` +
  String.raw`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*${SUFFIX}?`;

/** Where the tokenizers cut a text before they look for tokens: their own `pat_str`, for JavaScript. */
const PIECES: Readonly<Record<EncodingName, RegExp>> = {
  o200k_base: new RegExp(`${MIXED_CASE}|${OTHERS(String.raw`\r\n/`)}`, "gu"),
  cl100k_base: new RegExp(
    `${SUFFIX}|${String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`}|${OTHERS(String.raw`\r\n`)}`,
    "gu",
  ),
};

/** Longer texts go in parts: the engine's stack does not hold one match of millions of characters. */
const LONGEST_PART = 100_000;

/**
 * Longer pieces, which no language has, go in parts. The tokenizer's time grows with the square of their length: 25 s
 * were measured for 100,000 letters without a space. A cut adds at most a token or two.
 */
const LONGEST_PIECE = 256;

/** Pieces that come again are not worth a call into WebAssembly: 2 ms instead of 8 for 3,000 tokens of prose. */
const LONGEST_KEPT = 24;
const MOST_KEPT = 50_000;

const loaded = new Map<EncodingName, { readonly tiktoken: Tiktoken; readonly encoder: Encoder }>();

/** The encoder of that name. The first call loads it, which takes half a second of this thread. */
export function encoderOf(name: EncodingName): Encoder {
  const known = loaded.get(name);
  if (known !== undefined) return known.encoder;
  const { bpe_ranks: ranks, special_tokens: specials, pat_str: pattern } = RANKS[name];
  const tiktoken = new Tiktoken(ranks, specials, pattern);
  const encoder = countByPieces(tiktoken, PIECES[name]);
  loaded.set(name, { tiktoken, encoder });
  return encoder;
}

/** Gives back the memory of all encoders, some 40 MB each. What counts afterwards loads them again. */
export function freeEncoders(): void {
  for (const { tiktoken } of loaded.values()) tiktoken.free();
  loaded.clear();
}

function countByPieces(tiktoken: Tiktoken, pieces: RegExp): Encoder {
  const kept = new Map<string, number>();
  const countPiece = (piece: string): number => {
    const known = kept.get(piece);
    if (known !== undefined) return known;
    const tokens = sumOfParts(
      piece,
      LONGEST_PIECE,
      (part) => tiktoken.encode_ordinary(part).length,
    );
    if (piece.length <= LONGEST_KEPT) {
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(copyOf(piece), tokens);
    }
    return tokens;
  };
  const countPart = (part: string): number => {
    let tokens = 0;
    for (const piece of part.match(pieces) ?? []) tokens += countPiece(piece);
    return tokens;
  };
  return (text) => sumOfParts(text, LONGEST_PART, countPart);
}

function sumOfParts(text: string, length: number, count: (part: string) => number): number {
  if (text.length <= length) return count(text);
  let sum = 0;
  for (let at = 0; at < text.length; at += length) sum += count(text.slice(at, at + length));
  return sum;
}

/** A piece is a window onto the whole prompt, which V8 would keep in memory with it. */
function copyOf(piece: string): string {
  return Buffer.from(piece, "utf16le").toString("utf16le");
}
