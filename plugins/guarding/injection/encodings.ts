/** Reads what is encoded: base64, hex, bits, URL encoding done twice, rot13, texts written backwards. */

/** A stretch of a text that may be read in another way. */
export interface Encoded {
  readonly start: number;
  readonly end: number;
  readonly decoded: string;
}

/** Longer ones are files: what is read of them is their beginning. */
const MOST_CHARACTERS = 32_768;

interface Encoding {
  /** Global; classes repeated that do not overlap with what follows. */
  readonly pattern: RegExp;
  readonly decode: (text: string) => string | undefined;
}

const ENCODINGS: readonly Encoding[] = [
  {
    pattern: /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{16,})*={0,2}/g,
    decode: (text) => readable(Buffer.from(text.slice(0, MOST_CHARACTERS), "base64")),
  },
  {
    pattern: /(?:(?:\\x|0x)?[0-9a-f]{2}[ ,:]?){12,}/gi,
    decode: (text) =>
      readable(Buffer.from(text.slice(0, MOST_CHARACTERS).replaceAll(/\\x|0x|[ ,:]/gi, ""), "hex")),
  },
  {
    pattern: /[01]{8}(?: ?[01]{8}){7,}/g,
    decode: (text) => {
      const bits = text.slice(0, MOST_CHARACTERS).replaceAll(" ", "");
      return readable(
        Buffer.from(Array.from(bits.matchAll(/[01]{8}/g), ([byte]) => Number.parseInt(byte, 2))),
      );
    },
  },
];

/** Whatever can be read. Decoded texts that are no texts are left out. */
export function findEncoded(text: string): readonly Encoded[] {
  return ENCODINGS.flatMap(({ pattern, decode }) =>
    Array.from(text.matchAll(pattern), (match) => ({
      start: match.index,
      end: match.index + match[0].length,
      decoded: decode(match[0]) ?? "",
    })).filter(({ decoded }) => decoded !== ""),
  );
}

const utf8 = new TextDecoder("utf-8");
const CONTROLS = /[^\p{L}\p{N}\p{P}\p{Z}\p{S}\s]/gu;

/** `undefined`: bytes that are no text, as those of images. The beginning says enough. */
function readable(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  const beginning = utf8.decode(bytes.subarray(0, 96));
  const odd = beginning.replaceAll("\ufffd", "\0").match(CONTROLS)?.length ?? 0;
  return odd * 10 > beginning.length ? undefined : utf8.decode(bytes);
}

/** Of a folded text: the words of an injection as they look in rot13, and backwards. */
const ROTATED =
  /\b(?:vtaber|qvfertneq|cerivbhf|vafgehpgvbaf?|cebzcg|sbetrg|bireevqr|erirny|erfgevpgvbaf|flfgrz)\b/;
const BACKWARDS =
  /\b(?:erongi|dragersid|suoiverp|snoitcurtsni|tpmorp|tegrof|edirrevo|laever|snoitcirtser|metsys)\b/;

/** The text in rot13 and backwards, where it holds words of that. Places: those of the whole. */
export function readOtherwise(folded: string): readonly string[] {
  const readings: string[] = [];
  if (ROTATED.test(folded)) readings.push(rotate(folded));
  if (BACKWARDS.test(folded)) readings.push(Array.from(folded).toReversed().join(""));
  return readings;
}

function rotate(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61),
  );
}
