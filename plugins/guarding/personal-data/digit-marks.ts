/** What stands beside the digits of a text, worked out once: each kind of number asks for the mark it needs, and looks nowhere else. */

/** Bits. */
export const MARKS = {
  /** It is in a run of seven digits or more. */
  isInRun: 1,
  /** A letter is among the three characters in front: an IBAN's country. */
  letterInFront: 2,
  /** A letter is among the three behind. */
  letterBehind: 4,
  /** At most three digits, and a dot or a bracket behind: a part of an IPv4 address. */
  dotBehind: 8,
  /** A colon, a dot or a hyphen is at most two characters away: a part of a MAC address. */
  joined: 16,
  /** A blank or a digit of the hexadecimal system follows: a part of a bare MAC address. */
  bareBehind: 32,
  /** A date may begin or end here. */
  dated: 64,
} as const;

/** What a character is, for those of ASCII. */
const LETTER = 1;
const JOINT = 2;
const BARE = 4;
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/[a-z]/i.test(character) ? LETTER : 0) |
    (/[:.-]/.test(character) ? JOINT : 0) |
    (/[a-f ]/i.test(character) ? BARE : 0)
  );
});

export function markGroups(units: Uint16Array, starts: Int32Array, ends: Int32Array): Uint8Array {
  const marks = new Uint8Array(starts.length);
  for (let group = 0; group < starts.length; group++) {
    const start = starts[group] ?? 0;
    const end = ends[group] ?? 0;
    const near = kindAt(units, start - 1) | kindAt(units, start - 2);
    const next = kindAt(units, end);
    const after = next | kindAt(units, end + 1);
    marks[group] =
      (((near | kindAt(units, start - 3)) & LETTER) === 0 ? 0 : MARKS.letterInFront) |
      (((after | kindAt(units, end + 2)) & LETTER) === 0 ? 0 : MARKS.letterBehind) |
      (end - start <= 3 && isDotted(units, end) ? MARKS.dotBehind : 0) |
      (((near | after) & JOINT) === 0 ? 0 : MARKS.joined) |
      ((next & BARE) === 0 ? 0 : MARKS.bareBehind) |
      (isDated(units, start, end) ? MARKS.dated : 0);
  }
  return marks;
}

/** Nothing, in front of the text and behind it. */
function kindAt(units: Uint16Array, at: number): number {
  const code = units[at] ?? 128;
  return code < 128 ? (KINDS[code] ?? 0) : 0;
}

/** `.`, `[`, `(` or ` [`. */
function isDotted(units: Uint16Array, end: number): boolean {
  const code = units[end];
  const next = code === 0x20 ? units[end + 1] : code;
  return next === 0x5b || (code !== 0x20 && (code === 0x2e || code === 0x28));
}

/** A year, a whole date, or one or two digits behind a sign that stands in dates. */
function isDated(units: Uint16Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 4 || length === 8) return isCentury(units, start);
  if (length > 2 || start < 2) return false;
  const last = units[start - 1];
  const sign = (last === 0x20 ? units[start - 2] : last) ?? 0;
  // `'`, `-`, `.`, `/`
  return sign === 0x27 || (sign >= 0x2d && sign <= 0x2f);
}

/** 18, 19 or 20. */
function isCentury(units: Uint16Array, start: number): boolean {
  const first = units[start];
  const second = units[start + 1];
  return first === 0x31 ? second === 0x38 || second === 0x39 : first === 0x32 && second === 0x30;
}
