/** The rules that the sets of denylist, allowlist and regex were labelled for. */

export const DENIED_TERMS: readonly string[] = [
  "Contoso",
  "Fabrikam",
  "guaranteed profit",
  "insider tip",
  "money mule",
  "wire fraud",
  "cat",
  "hell",
  "ass",
  "Schwarzgeld",
  "argent sale",
  "dinero negro",
  "чёрный нал",
  "黑钱",
  "ブラックマネー",
  "Straßenraub",
  "top-secret",
  "C++ exploit",
  "пирамида",
  "Rio Grande Ltd",
];

export const ALLOWED_VALUES: readonly string[] = [
  "approve",
  "reject",
  "needs review",
  "card_arrival",
  "lost_or_stolen_card",
  "Überweisung",
  "是",
];

export const ALLOWED_PATTERNS: readonly string[] = ["ORD-[0-9]{6}"];

export const OWN_PATTERNS = {
  "employee-id": { pattern: String.raw`\bEMP-[0-9]{5}\b`, flags: "i" },
  "project-name": { pattern: String.raw`\bproject (?:falcon|osprey)\b`, flags: "i" },
  ticket: String.raw`\bTCK-[0-9A-F]{8}\b`,
  "internal-host": String.raw`\b[a-z]+[0-9]{2}\.corp\.example\.com\b`,
} as const;
