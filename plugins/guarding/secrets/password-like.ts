/** Tells what people choose as passwords from what else stands behind the word "password": code, types, sentences. */

import { isStandInName } from "./randomness.ts";

/** How it stands there: in quotes; behind a sign; behind a verb (`is`); behind the word alone. */
export type Wording = "quoted" | "assigned" | "sentence" | "bare";

/** An expression of code, or a path: `request.body.password`, `/run/secrets/x`, `./x`, `https://…`. */
const CODE =
  /^(?:[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+|[A-Za-z_]+(?:::|->)\w+|\.{0,2}\/.*|[a-z]+:\/\/.*)$/;
/** A crypted password is none. */
const CRYPTED = /^(?:\$\w{1,8}\$|\{[A-Z0-9-]+\}|scrypt:|pbkdf2[:_])/;
/** A tag of YAML: what it stands for is elsewhere. */
const TAG = /^!!?[A-Za-z]{2,20}$/;
const WORDS_OF_FORMS =
  /^(?:required|optional|incorrect|password|passwort|invalid|forgotten|forgot|changeme|undefined|disabled|enabled|expired|unknown|confirm|encrypted|protected|contraseña|kennwort)$/i;

export function isPasswordLike(value: string, wording: Wording): boolean {
  if (value.length < 5 || value.length > 128 || !isWorded(value, wording)) return false;
  return !CRYPTED.test(value) && !isStandInName(value);
}

function isWorded(value: string, wording: Wording): boolean {
  const hasLetter = /\p{L}/u.test(value);
  const hasDigit = /\d/.test(value);
  if (wording === "quoted") return isQuotedPassword(value, hasLetter && hasDigit);
  if (CODE.test(value) || TAG.test(value)) return false;
  if (wording === "assigned") return isAssignedPassword(value, hasLetter, hasDigit);
  return isSpokenPassword(value, hasLetter, hasDigit, wording);
}

function isQuotedPassword(value: string, isMixed: boolean): boolean {
  if (/\s/.test(value)) return false;
  if (isMixed) return true;
  return value.length >= 8 && !WORDS_OF_FORMS.test(value) && !CODE.test(value);
}

function isAssignedPassword(value: string, hasLetter: boolean, hasDigit: boolean): boolean {
  if (hasLetter && hasDigit) return true;
  const hasSymbol = /[!#$%*+?@^~]/.test(value);
  return hasSymbol ? hasLetter : hasDigit && /^\d{6,}$/.test(value);
}

/** Words come behind verbs, too: it takes a digit, and more where nothing but the word stands before it. */
function isSpokenPassword(
  value: string,
  hasLetter: boolean,
  hasDigit: boolean,
  wording: Wording,
): boolean {
  if (!hasLetter || !hasDigit || value.length < 6) return false;
  if (wording === "sentence") return true;
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return (
    value.length >= 8 && (isMixed || /[!#$%*+?@^~]/.test(value) || /^[a-z]+\d{2,}$/.test(value))
  );
}
